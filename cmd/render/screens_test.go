package render

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/explain"
)

// handMadeExplanation is one without any cause of ours: its screens change only when the layout does.
func handMadeExplanation(t testing.TB) *explain.Explanation {
	t.Helper()
	r := handMade(t)
	spoof, _ := r.Finding("spoof.own-domain")
	dmarc, _ := r.Finding("dmarc.fail-quarantine")
	odd, _ := r.Finding("subject.odd")
	first := &explain.Diagnosis{
		Cause: &explain.Cause{Name: "web-form-unlisted-server", Title: "Your own web form sends through a server that is not one of your sending servers."},
		Sure:  0.95, For: []analyze.Finding{spoof, dmarc}, Against: []analyze.Finding{odd}, WhoFixes: explain.You,
		Do: "Make a rule for this form: the server is shared.",
		Fixes: []explain.Fix{
			{Party: explain.You, Text: "a rule for this form: the server is shared, so do not add it to the sending servers"},
			{Party: explain.Service, Text: "let the form send through your mail service, or sign with DKIM"},
		},
		WhatIf: []explain.WhatIf{
			{Change: "without this", Action: policy.Deliver, Score: 2.4, Flips: true},
			{Change: "203.0.113.10 in SPF", Action: policy.Quarantine, Score: 6.3},
		},
	}
	other := &explain.Diagnosis{Cause: &explain.Cause{Name: "forged-own-domain", Title: "Somebody forges your own domain.", Nature: explain.Bad}, Sure: 0.4}
	remark := &explain.Diagnosis{Cause: &explain.Cause{Name: "no-plain-text", Title: "There is no plain text part."}, Sure: 0.7}
	return &explain.Explanation{Report: r, View: explain.NewView(context.Background(), r), First: first, Others: []*explain.Diagnosis{other},
		Remarks: []*explain.Diagnosis{remark}, Caught: true, Verdict: explain.Release, Sure: 0.95}
}

func TestScreens(t *testing.T) {
	e := handMadeExplanation(t)
	at := time.Date(2020, 3, 13, 0, 0, 0, 0, time.UTC)
	for name, f := range map[string]func(io.Writer, Options) error{
		"desk.txt":     func(w io.Writer, o Options) error { return Desk(w, e, o) },
		"explain.txt":  func(w io.Writer, o Options) error { return Explain(w, e, o) },
		"explain.md":   func(w io.Writer, o Options) error { return ExplainMarkdown(w, e, o) },
		"explain.html": func(w io.Writer, o Options) error { return HTML(w, e, o) },
		"explain.json": func(w io.Writer, o Options) error { return ExplainJSON(w, e, o) },
		"analyze.md":   func(w io.Writer, o Options) error { return AnalysisMarkdown(w, e.Report, o) },
		"ticket-user.md": func(w io.Writer, o Options) error {
			return Ticket(w, e, TicketOptions{To: "user", Number: "4711", Markdown: true}, o)
		},
		"ticket-admin.txt": func(w io.Writer, o Options) error { return Ticket(w, e, TicketOptions{To: "admin", Number: "4711"}, o) },
		"ticket-sender.md": func(w io.Writer, o Options) error {
			return Ticket(w, e, TicketOptions{To: "sender", Redact: true, Markdown: true}, o)
		},
	} {
		e.Report.Outcomes[len(e.Report.Outcomes)-1].Reason = "bug in check broken: oops\nstack" // the real stack differs from run to run
		var b bytes.Buffer
		if err := f(&b, Options{DNSAt: at, Command: "web-form.eml"}); err != nil {
			t.Fatal(err)
		}
		golden(t, "web-form-"+name, b.String())
	}
}

func TestExplainJSONSchema(t *testing.T) {
	e := handMadeExplanation(t)
	e.Report.Outcomes[len(e.Report.Outcomes)-1].Reason = "bug"
	var b bytes.Buffer
	if err := ExplainJSON(&b, e, Options{Version: "v0.0.0"}); err != nil {
		t.Fatal(err)
	}
	validate(t, strictSchema(t), b.String())
}

func BenchmarkDesk(b *testing.B) {
	e := handMadeExplanation(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := Desk(io.Discard, e, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	e := handMadeExplanation(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := HTML(io.Discard, e, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

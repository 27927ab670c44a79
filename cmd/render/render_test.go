package render

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const webForm = "Received: from webhoster.example.com (webhoster.example.com [203.0.113.10])\r\n" +
	"\tby mx1-us1.ppe-hosted.example with esmtps id 1j5DCt-0007yp-9f;\r\n" +
	"\tFri, 21 Feb 2020 18:39:24 +0000\r\n" +
	"Received: from nobody by webhoster.example.com with local (Exim 4.93) id 1; Fri, 21 Feb 2020 18:39:23 +0000\r\n" +
	"From: \"Example web form\" <forms@example.org>\r\n" +
	"To: sales@example.org\r\n" +
	"Subject: Information\r\n" +
	"\trequest 日本\tfor \x1b[31mred\x1b[0m \u202eexe.\r\n" +
	"\r\n" +
	"<p>Hello</p>\r\n"

// span finds text in the message.
func span(raw, text string) eml.Span {
	i := strings.Index(raw, text)
	if i < 0 {
		panic("no " + text)
	}
	return eml.Span{Start: i, End: i + len(text)}
}

func check(name string, stage policy.Stage, run func(*analyze.Pass) (any, error)) *analyze.Check {
	return &analyze.Check{Name: name, Stage: stage, Run: run}
}

// handMade is a report like that of a real run, made without any check of ours.
func handMade(t testing.TB) *analyze.Report {
	t.Helper()
	pr, err := profile.Parse("org/example.yaml", []byte("domains: [example.org]\nsending-servers: [198.51.100.0/28]\n"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2020, 2, 21, 18, 39, 24, 0, time.UTC)
	in := &analyze.Input{
		Name: "mail/web-form.eml", Message: eml.Parse([]byte(webForm)), Profile: pr, Direction: rules.Inbound,
		DNSMode: "snapshot", Delivered: at, Today: at.AddDate(0, 0, 21),
		Weights: map[string]float64{"spoof.own-domain": 4, "dmarc.fail-quarantine": 1.4, "html.only": 1, "spf.pass": -0.1},
		Trace: &trace.Trace{
			Border: 0, Why: "Proofpoint Essentials wrote this line, and the host it names is not part of it", Sure: 0.95,
			Hops: []trace.Hop{
				{Span: span(webForm, "Received: from webhoster"), Dialect: "exim", RDNS: "webhoster.example.com", Helo: "webhoster.example.com",
					IP: netip.MustParseAddr("203.0.113.10"), By: "mx1-us1.ppe-hosted.example", With: "esmtps", ID: "1j5DCt-0007yp-9f", TLS: "TLSv1.2 ECDHE", At: at},
				{Span: span(webForm, "Received: from nobody"), Dialect: "exim", By: "webhoster.example.com", Local: true, Ident: "uid 33", At: at.Add(-time.Second)},
			},
		},
	}
	q := resolve.Q("_dmarc.example.org", resolve.TypeTXT)
	r := analyze.Run(context.Background(), in, []*analyze.Check{
		check("spf", policy.StageAuth, func(p *analyze.Pass) (any, error) {
			p.Report(analyze.Finding{ID: "spf.pass", Summary: "SPF lists 203.0.113.10"})
			return nil, nil
		}),
		check("spoof", policy.StageSpoof, func(p *analyze.Pass) (any, error) {
			p.Report(analyze.Finding{ID: "html.only", Summary: "there is no plain text part", Evidence: []analyze.Evidence{{Span: span(webForm, "<p>Hello</p>")}}})
			p.Report(analyze.Finding{ID: "spoof.own-domain", Summary: "From is example.org, but 203.0.113.10 is not one of your sending servers",
				Evidence: []analyze.Evidence{{Span: span(webForm, "forms@example.org")}, {Profile: "sending-servers"}}})
			p.Report(analyze.Finding{ID: "dmarc.fail-quarantine", Summary: "example.org asks for quarantine; neither SPF nor DKIM speaks for it",
				Evidence: []analyze.Evidence{{DNS: &q, Answer: `"v=DMARC1; p=quarantine"`}}})
			p.Report(analyze.Finding{ID: "subject.odd", Summary: "the subject holds \x1b[31m", Evidence: []analyze.Evidence{
				{Span: span(webForm, "red\x1b[0m"), Note: "coloured"}}})
			return nil, nil
		}),
		check("dkim", policy.StageAuth, func(*analyze.Pass) (any, error) {
			return nil, analyze.Skip("no-signature", "the message has no signature")
		}),
		check("blocklists", policy.StageScore, func(*analyze.Pass) (any, error) {
			return nil, analyze.Skip("offline", "DNS is switched off: run with --dns live")
		}),
		check("ptr", policy.StageScore, func(*analyze.Pass) (any, error) {
			return nil, analyze.Skip("offline", "DNS is switched off: run with --dns live")
		}),
		check("broken", policy.StageScore, func(*analyze.Pass) (any, error) { panic("oops") }),
	})
	r.Decision = policy.Decision{
		Filter: "proofpoint-essentials", Action: policy.Quarantine, Score: 6.3, Threshold: 5, Stage: policy.StageSpoof,
		Trace: []policy.Step{
			{Stage: policy.StageAuth, Title: "DMARC policy", Result: "pass"},
			{Stage: policy.StageSpoof, Title: "anti-spoofing", Result: "quarantine", Reason: "example.org is yours, 203.0.113.10 is not", Decided: true,
				YieldsTo: []policy.Knob{{Name: "sending-servers"}, {Name: "allow-rule"}}},
			{Stage: policy.StageScore, Title: "spam engine", Result: "not reached"},
		},
		NotLooked: []string{"anti-virus"},
	}
	return r
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func text(t *testing.T, r *analyze.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	r := handMade(t)
	at := time.Date(2020, 3, 13, 0, 0, 0, 0, time.UTC)
	golden(t, "web-form.txt", text(t, r, Options{DNSAt: at}))
	golden(t, "web-form-60.txt", text(t, r, Options{Width: 60, DNSAt: at}))
	r.Outcomes[len(r.Outcomes)-1].Reason = "bug in check broken: oops\nstack" // the real stack differs from run to run
	golden(t, "web-form-verbose.txt", text(t, r, Options{Verbose: true, DNSAt: at}))
}

// TestTextKeepsItsWidth runs every width and colour: no line is wider than the terminal, and colour changes no word.
func TestTextKeepsItsWidth(t *testing.T) {
	r := handMade(t)
	for w := MinWidth; w <= MaxWidth; w += 7 {
		plain := text(t, r, Options{Width: w})
		for l := range strings.Lines(plain) {
			if n := width(strings.TrimSuffix(l, "\n")); n > w {
				t.Errorf("%d columns on a terminal of %d: %q", n, w, l)
			}
		}
		if got := stripSGR(text(t, r, Options{Width: w, Color: true})); got != plain {
			t.Errorf("colour changes the words at width %d:\n%s", w, cmp.Diff(plain, got))
		}
	}
}

func stripSGR(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

func TestExcerpt(t *testing.T) {
	long := "Subject: " + strings.Repeat("lorem ipsum ", 40) + "NEEDLE" + strings.Repeat(" dolor sit", 40) + "\r\n"
	raw := webForm[:strings.Index(webForm, "From:")] + long +
		"To:\tsales@example.org,\r\n\t =?utf-8?q?x?= <x@example.org>\r\nX-Wide: 日本語 mark 日本\r\n" +
		"X-8: caf\xe9 mark\r\nX-Empty:\r\n\r\nfirst\r\nsecond mark line\r\n"
	for _, tc := range []struct {
		in     string
		room   int
		text   string
		marked string
	}{
		{"NEEDLE", 60, "Subject: …sum lorem ipsum NEEDLE dolor sit dolor sit dolor …", "NEEDLE"},
		{"x@example.org", 80, "To: sales@example.org, =?utf-8?q?x?= <x@example.org>", "x@example.org"},
		{"mark 日", 80, "X-Wide: 日本語 mark 日本", "mark 日"},
		{"mark\r\nX-Empty", 80, `X-8: caf\xe9 mark`, "mark"},
		{"mark line", 80, "second mark line", "mark line"},
		{"second mark line", 80, "second mark line", ""},
		{"X-Empty:", 80, "X-Empty: ", ""},
		{"To:\tsales@example.org,", 80, "To: sales@example.org, =?utf-8?q?x?= <x@example.org>", "sales@example.org,"},
	} {
		l := excerpt(eml.Parse([]byte(raw)), span(raw, tc.in), tc.room)
		if l.text != tc.text {
			t.Errorf("%q: text\n got %q\nwant %q", tc.in, l.text, tc.text)
		}
		if got := columnsBetween(l.text, l.from, l.from+l.marked); got != tc.marked {
			t.Errorf("%q: %q is underlined, want %q", tc.in, got, tc.marked)
		}
	}
}

// columnsBetween cuts columns from..to out of s.
func columnsBetween(s string, from, to int) string {
	out, col := "", 0
	for _, r := range s {
		if col >= from && col < to {
			out += string(r)
		}
		col += runeWidth(r)
	}
	return out
}

// FuzzExcerpt points anywhere into anything: no panic, no line too wide, nothing unclean.
func FuzzExcerpt(f *testing.F) {
	f.Add([]byte(webForm), 10, 40, 70)
	f.Add([]byte("a\n\n\xff"), 0, 4, 1)
	f.Fuzz(func(t *testing.T, raw []byte, start, end, room int) {
		if start < 0 || end > len(raw) || start >= end {
			return
		}
		room = 60 + max(0, room%140)
		l := excerpt(eml.Parse(raw), eml.Span{Start: start, End: end}, room)
		if l.text != Clean(l.text) || width(l.text) > room {
			t.Fatalf("%d columns, room for %d: %q", width(l.text), room, l.text)
		}
		if l.from < 0 || l.marked < 0 || l.from+l.marked > width(l.text) {
			t.Fatalf("underlines %d+%d of %d columns", l.from, l.marked, width(l.text))
		}
	})
}

func BenchmarkText(b *testing.B) {
	r := handMade(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := Text(io.Discard, r, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	r := handMade(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := JSON(io.Discard, r, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

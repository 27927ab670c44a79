package causes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/explain"
)

// cannotTell says what would decide it.
var cannotTell = &explain.Cause{
	Name: "cannot-tell", Title: "What is here does not show why this message was stopped.", Nature: explain.Unclear,
	Match: func(v *explain.View) *explain.Diagnosis {
		needs := missing(v)
		d := &explain.Diagnosis{
			Sure: 0, WhoFixes: explain.You, Open: true,
			For:     v.Good("dmarc.pass", "dkim.pass", "spf.pass"),
			Against: v.Find("spf.*", "dkim.*", "dmarc.*", "ptr.*", "helo.*", "blocklist.*", "words.*", "links.*"),
			Do:      "Ask the sender over another way whether he wrote it.",
		}
		switch {
		case v.Allowed():
			letIn(v, d)
		case len(needs) > 0:
			d.Title = fmt.Sprintf("What is here does not show why this message was stopped. It would help to have %s.", titles(needs))
			d.Do = "Ask again with what is missing; if that does not settle it, ask the sender over another way whether he wrote it."
			d.Fixes = append(d.Fixes, fix(explain.You, "Ask again with %s.", titles(needs)))
			if script, ok := hiddenForm(v); ok {
				d.Title = fmt.Sprintf("A script on %s wrote this as %s: a web form of yours, perhaps. Whether that server may do so hangs on its address, which the line does not show (--client-ip).", name(cmp.Or(v.Hand.RDNS, v.Hand.Helo), "the web server"), from(v))
				d.For = append(d.For, script)
			}
		}
		return d
	},
}

// letIn is for mail that an entry or a rule of one's own let pass: there is nothing to release, and the entry may be too wide.
func letIn(v *explain.View, d *explain.Diagnosis) {
	way := "in"
	if v.Sent() {
		way = "out"
	}
	d.Open = false
	d.Title = fmt.Sprintf("Nothing stopped this message: an entry or a rule of your own lets it %s. Whether it is good, nothing here shows.", way)
	d.Do = "There is nothing to release. If somebody doubts it, ask the sender over another way whether he wrote it; if he did not, the entry or rule is too wide."
	d.Fixes = []explain.Fix{fix(explain.You, "Look at the entry or rule that lets it %s: one that asks for a written sender alone lets through whoever writes it. fpcheck rules lint finds such rules.", way)}
}

// uncaught: nobody stopped the message that we know of.
const uncaught = 0.55

// missing lists what would decide it and is not here.
func missing(v *explain.View) []string {
	var out []string
	in := v.Input
	switch {
	case in.AuthorHidden():
		out = append(out, "the sender's address, which the page it was copied from hid (--from)")
	case in.AuthorAbsent():
		out = append(out, "the address in From, which is not among the fields that are here (--from)")
	}
	if in.OwnUnknown() { // whether the domain is one's own hangs on it
		out = append(out, "the recipient's address, which the page hid (--rcpt)")
	}
	if in.Message.HeaderOnly {
		out = append(out, "the whole message (its body is missing)")
	}
	switch {
	case v.Hand.IP.IsValid():
	case in.Trace.Border < 0:
		out = append(out, "the delivery point (--border, or border: in a profile)")
	default:
		out = append(out, "the address that handed the message over, which the line does not show (--client-ip)")
	}
	if in.DNSMode == "offline" {
		out = append(out, "the DNS (--dns live, or a snapshot)")
	}
	if in.Category == "" && v.Filter.Filter == "" {
		out = append(out, "what the filter's log calls it (--category)")
	}
	if len(in.Profile.Domains) == 0 {
		out = append(out, "a profile with your domains and sending servers")
	}
	return out
}

// hiddenForm finds that a web server handed over mail of one's own domain, where somebody took its address out of the line.
func hiddenForm(v *explain.View) (analyze.Finding, bool) {
	t := v.Input.Trace
	if t.Border < 0 || v.Hand.IP.IsValid() || !v.Inbound() || !v.Own(v.From) && !slices.Contains(v.Input.RecipientDomains(), v.From) || suspicious(v) {
		return analyze.Finding{}, false
	}
	h := t.Hops[t.Border]
	if !asWebUser(h) {
		return analyze.Finding{}, false
	}
	return at("path.script", "the line says that user "+h.Ident+" made the message: web servers run scripts as that", h.Span), true
}

// failsSPF reports whether a Received-SPF field records that SPF did not pass.
func failsSPF(text string) bool {
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(text)), " ")
	return word == "fail" || word == "softfail"
}

// recordsFail reports whether an Authentication-Results field records SPF as failed.
func recordsFail(v *explain.View, f eml.Field) bool {
	for _, m := range authres.Parse(v.Input.Message, f).Methods {
		if m.Name == "spf" && (m.Value == "fail" || m.Value == "softfail") {
			return true
		}
	}
	return false
}

func orgOf(domain string) string { return explain.Org(domain) }

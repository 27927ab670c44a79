package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/dkim"
)

// Autopsy prints what became of each DKIM signature: both halves, the key, what was changed after signing and what proves it, and where on
// the path that happened.
func Autopsy(w io.Writer, r *analyze.Report, o Options) error {
	p := newPage(w, o)
	d, _ := analyze.ResultOf[checks.DKIMResult](r, checks.DKIM)
	if len(d.Signatures) == 0 {
		p.line("The message has no DKIM signature.")
	}
	autopsies, _ := analyze.ResultOf[checks.AutopsyResult](r, checks.Autopsy)
	for i := range d.Signatures {
		var a *dkim.Restoration
		if i < len(autopsies) {
			a = autopsies[i]
		}
		if i > 0 {
			p.line("")
		}
		p.signature(r, d, i, a)
	}
	if len(d.Signatures) > 0 {
		p.dmarcLine(r)
	}
	_, err := p.WriteTo(w)
	return err
}

const autopsyLabel = 18

func (p *page) signature(r *analyze.Report, d checks.DKIMResult, i int, a *dkim.Restoration) {
	s := d.Signatures[i]
	p.signatureTitle(r, d, i)
	row := func(label, text string) { p.hang("  "+pad(label, autopsyLabel), text) }
	row("body hash", halfText(s.BodyHash, "the body is as it was signed", "the body is not what was signed", "not looked at"))
	row("header signature", headerText(s, a))
	row("key", keyText(s))
	row("signed", signedText(s))
	if s.Tail.Len() > 0 {
		row("not signed", fmt.Sprintf("l=%d leaves the last %s unsigned", s.Length, bytesText(s.Tail.Len())))
	}
	if s.Reason != "" {
		row("why", Clean(s.Reason))
	}
	for _, t := range s.Differs {
		row("verifiers differ", Clean(t))
	}
	if d.FromRecord[i] {
		row("counts as", string(d.Status[i])+", by the word of the delivery point")
	}
	if a != nil {
		p.restoration(r, d, i, a)
	}
}

func (p *page) signatureTitle(r *analyze.Report, d checks.DKIMResult, i int) {
	s := d.Signatures[i]
	word := strings.ToUpper(string(s.Status))
	if s.Passes() {
		word = p.style.good(word)
	} else if s.Status != dkim.Unknown {
		word = p.style.bad(word)
	}
	title := Clean(short(s.Domain))
	if s.Selector != "" {
		title += ", selector " + Clean(short(s.Selector))
	}
	place := fmt.Sprintf("%s:%d", cut(shortName(r.Input.Name), 40), r.Input.Message.Line(s.Field.Span.Start))
	p.hang(word+"   ", title)
	p.hang("  "+pad("signature", autopsyLabel), fmt.Sprintf("%d of %d, %s", i+1, len(d.Signatures), place))
}

func halfText(r dkim.Result, pass, fail, unknown string) string {
	switch r {
	case dkim.Pass:
		return "fits: " + pass
	case dkim.Fail:
		return "does not fit: " + fail
	}
	return "unknown: " + unknown
}

func headerText(s dkim.Signature, a *dkim.Restoration) string {
	text := halfText(s.HeaderSignature, "the signed fields are as they were signed", "a signed field was changed, or the key is another", "no key to check it with")
	if s.HeaderSignature == dkim.Fail && a != nil && a.HeaderFits {
		text = "does not fit as received; fits once the change below is undone"
	}
	return text
}

func keyText(s dkim.Signature) string {
	name := Clean(short(s.KeyQuestion.Name))
	if name == "" {
		return "not asked for"
	}
	switch {
	case s.KeyRecord != "" && s.KeyBits > 0:
		text := fmt.Sprintf("%s: %d bits, %s", name, s.KeyBits, Clean(s.Algorithm))
		if s.TestMode {
			text += ", in test mode (t=y)"
		}
		return text
	case s.KeyRecord != "":
		return name + ": " + cut(Clean(s.KeyRecord), 120)
	}
	return name + ": " + s.KeyKind.String()
}

func signedText(s dkim.Signature) string {
	var parts []string
	if !s.SignedAt.IsZero() {
		parts = append(parts, moment(s.SignedAt))
	}
	if !s.ExpiresAt.IsZero() {
		parts = append(parts, "good until "+moment(s.ExpiresAt))
	}
	if s.Canon != "" {
		parts = append(parts, "c="+Clean(s.Canon))
	}
	if n := len(s.SignedHeaders); n > 0 {
		parts = append(parts, cut("fields "+Clean(strings.Join(s.SignedHeaders, " ")), 160))
	}
	if len(parts) == 0 {
		return "nothing readable"
	}
	return strings.Join(parts, ", ")
}

// restoration says what was changed after signing, what proves it, and who can have done it.
func (p *page) restoration(r *analyze.Report, d checks.DKIMResult, i int, a *dkim.Restoration) {
	row := func(label, text string) { p.hang("  "+pad(label, autopsyLabel), text) }
	if !a.Found() {
		row("what was changed", "not found: "+notFound(a))
		return
	}
	row("what was changed", kindsText(a))
	row("proof", proofText(d.Signatures[i], a))
	if a.Note != "" {
		row("but", Clean(a.Note))
	}
	who := blame(r, d, i, a)
	if who.text != "" {
		row("where", who.text)
	}
	for _, why := range who.why {
		row("", why)
	}
	p.line("")
	p.line("  " + p.style.dim("- as signed   + as received"))
	p.diff(r.Input.Name, r.Input.Message, a, 2)
	p.gone(a)
}

// gone prints text that was added and cannot be pointed at, since the part it is in was encoded anew.
func (p *page) gone(a *dkim.Restoration) {
	for _, g := range a.Gone {
		lines := splitLines(g)
		p.line("  text that was added inside the encoded part")
		for i, l := range lines {
			if i == shownRows && !p.Verbose {
				p.line("    and " + plural(len(lines)-i, "line") + " more: --verbose")
				break
			}
			p.diffRow("    ", diffRow{'+', l})
		}
	}
}

func notFound(a *dkim.Restoration) string {
	switch {
	case a.Note != "":
		return Clean(a.Note)
	case a.Whole:
		return fmt.Sprintf("none of %d ways to undo a change fits", a.Tried)
	}
	return fmt.Sprintf("none of the %d ways that were tried fits; the budget of %d MB ended before all were", a.Tried, a.Budget>>20)
}

func kindsText(a *dkim.Restoration) string {
	var out []string
	for _, name := range a.Kinds {
		title := name
		if k, ok := dkim.KindOf(name); ok {
			title = k.Title + " (" + name + ")"
		}
		out = append(out, title)
	}
	return strings.Join(out, "; ")
}

func proofText(s dkim.Signature, a *dkim.Restoration) string {
	switch {
	case a.Proof == "signature" && s.BodyHash == dkim.Fail:
		return "once it is undone, the body hash and the signature of " + Clean(s.Domain) + " fit again"
	case a.Proof == "signature":
		return "once it is undone, the signature of " + Clean(s.Domain) + " fits again"
	case s.HeaderSignature == dkim.Fail:
		return "once it is undone, the body hash fits again; the header signature does not, so fields were changed as well"
	}
	return "once it is undone, the body hash fits again; the header signature could not be checked"
}

// blamed is who can have changed the message, in words.
type blamed struct {
	text string
	why  []string
}

func blame(r *analyze.Report, d checks.DKIMResult, i int, a *dkim.Restoration) blamed {
	c := dkim.Blame(r.Input.Message, r.Input.Trace, nil, d.Signatures, i, a)
	if len(c.Hosts) == 0 {
		return blamed{}
	}
	b := blamed{text: "on " + Clean(strings.Join(c.Hosts, ", "))}
	if len(c.Hosts) > 1 {
		b.text = "on one of " + Clean(strings.Join(c.Hosts, ", "))
	}
	if c.Known() {
		b.text += "; " + howSure(c.Sure) + " by " + Clean(c.Tool.Title)
	}
	for _, why := range c.Why {
		text := Clean(why.Text)
		if !why.Span.Empty() {
			text += fmt.Sprintf(" (line %d)", r.Input.Message.Line(why.Span.Start))
		}
		b.why = append(b.why, text)
	}
	return b
}

// dmarcLine says whether any of it matters: a broken signature does no harm where aligned SPF passes DMARC.
func (p *page) dmarcLine(r *analyze.Report) {
	d, ok := analyze.ResultOf[checks.DMARCResult](r, checks.DMARC)
	if !ok || d.FromDomain == "" {
		return
	}
	text := fmt.Sprintf("DMARC of %s: %s", Clean(short(d.FromDomain)), d.Verdict)
	if d.Why != "" {
		text += ", " + Clean(d.Why)
	}
	p.line("")
	p.hang("", text)
}

func bytesText(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

package causes

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/explain"
)

var forwarder = &explain.Cause{
	Name: "forwarder", Title: "The message was forwarded, so SPF no longer fits and DMARC has nothing that speaks for the author.",
	Families: []explain.Family{explain.FamilySPF, explain.FamilyDMARC, explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		why, ok := forwarding(v)
		if _, isList := list(v); isList {
			return nil
		}
		if !ok || v.Passes() || len(v.Signatures()) > 0 || v.Own(v.From) || len(fraudulent(v)) > 0 {
			return nil
		}
		if !v.Says("dmarc.fail-*", "spf.fail", "spf.softfail") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Forwarder,
			For:    append(append(append(why, v.Good("arc.pass")...), v.Find("spf.fail", "spf.softfail", "dmarc.fail-*")...), stated(v, explain.FamilySPF, explain.FamilyDMARC)...),
			Clears: []string{"spf.fail", "spf.softfail", "dmarc.fail-*"},
			Do:     "Release it; for good, have the author's domain sign with DKIM, which survives forwarding.",
		}
		if authorised(v) {
			d.Sure = 0.85
			d.For = append(d.For, at("path.authorised", "the host that handed it to the forwarder is one that the author's SPF record lists"))
		}
		srs := v.SPF.Verdict == spf.Pass && !explain.Same(v.SPF.Domain, v.From)
		d.Title = fmt.Sprintf("%s forwarded the message: its address is not in SPF of %s, and no signature speaks for the author.", peer(v), from(v))
		if srs {
			d.Title = fmt.Sprintf("%s forwarded the message under its own envelope (SRS): SPF passes for the forwarder, and nothing speaks for %s.", peer(v), from(v))
		}
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: sign with DKIM as %s. A signature survives forwarding, SPF does not.", postmaster(v.From), from(v)),
			fix(explain.Forwarder, "%s: add an ARC seal, and rewrite the envelope sender (SRS) so that SPF at least passes for you; leave subject and body alone.", postmaster(v.Peer)),
			fix(explain.You, "If %s forwards for your people: a rule for its host, or collect the mail from there instead of having it forwarded.", peer(v)),
		}
		if record, change, ok := spfWith(v, v.From, mechanismText(v)); ok && !srs && record != "" {
			d.Changes = append(d.Changes, change)
		}
		return d
	},
}

// forwarding finds what shows that the message was sent on by somebody who had received it.
func forwarding(v *explain.View) ([]analyze.Finding, bool) {
	var out []analyze.Finding
	for _, s := range v.Services {
		if s.Kind == providers.List && strings.HasPrefix(s.Name, "forward") {
			out = append(out, viaFinding(s))
		}
	}
	if strings.HasPrefix(strings.ToLower(v.Hand.MailFrom), "srs0") || strings.HasPrefix(strings.ToLower(v.Hand.MailFrom), "srs1") {
		out = append(out, handover(v, "path.srs", "the envelope sender was rewritten by a forwarder (SRS)"))
	}
	if f, ok := otherRecipient(v); ok {
		out = append(out, f)
	}
	return out, len(out) > 0
}

// otherRecipient finds a line of the connecting host itself that took the message for another address than ours.
func otherRecipient(v *explain.View) (analyze.Finding, bool) {
	below := v.Below()
	if len(below) == 0 || v.Peer == "" || !explain.Same(below[0].By, v.Peer) || explain.Same(v.Peer, v.From) {
		return analyze.Finding{}, false
	}
	_, taken, ok := strings.Cut(below[0].For, "@")
	if !ok || len(v.Hand.Rcpt) == 0 {
		return analyze.Finding{}, false
	}
	for _, d := range v.Input.RecipientDomains() {
		if explain.Same(d, taken) {
			return analyze.Finding{}, false
		}
	}
	return at("path.other-recipient", hostOf(below[0])+" took the message for an address at "+name(taken, "another domain"), below[0].Span), true
}

// authorised reports whether the host that handed the message to the forwarder is one that the author's SPF record lists.
func authorised(v *explain.View) bool {
	t := v.SPF.MailFrom.Tree
	if t == nil || !explain.Same(t.Domain, v.From) {
		t = spf.Explain(v.Context, v.Input.Resolve, v.From, v.Hand.IP)
	}
	if t == nil || t.PassesAll() {
		return false
	}
	for _, h := range v.Below() {
		if h.IP.IsValid() && slices.ContainsFunc(t.Listed(), func(p netip.Prefix) bool { return p.Contains(h.IP.Unmap()) }) {
			return true
		}
	}
	return false
}

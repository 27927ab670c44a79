package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/explain"
)

// spfIncludeMissing: the author's domain has an SPF record, and a service or server that it uses is not in it.
var spfIncludeMissing = &explain.Cause{
	Name: "spf-include-missing", Title: "The sender uses a server that its SPF record does not list.", Families: []explain.Family{explain.FamilySPF, explain.FamilyDMARC, explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		switch {
		case v.SPF.Verdict != spf.Fail && v.SPF.Verdict != spf.SoftFail && v.SPF.Verdict != spf.Neutral,
			!explain.Same(v.SPF.Domain, v.From), v.Passes(), len(v.Signatures()) > 0, v.Own(v.From), len(fraudulent(v)) > 0:
			return nil
		}
		if v.Filter.Caught && v.Filter.Carries([]explain.Family{explain.FamilySPFRecord}) {
			return nil
		}
		s, why, ok := usedService(v)
		if !ok {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: why.sure, WhoFixes: explain.SenderAdmin,
			For:     append(append([]analyze.Finding{why.finding}, v.Find("spf.fail", "spf.softfail", "spf.neutral", "dmarc.fail-*")...), stated(v, explain.FamilySPF, explain.FamilyDMARC)...),
			Against: v.Find("ptr.missing", "helo.mismatch", "path.forged-hop"),
			Clears:  []string{"spf.fail", "spf.softfail", "spf.neutral", "dmarc.fail-*"},
			Do:      "Release it if the sender is known to you, and send his postmaster the line to add.",
		}
		if v.SPF.FromRecord {
			d.Sure = min(d.Sure, unseen) // the border's word, and perhaps about another host
		}
		if v.SPF.MailFrom.Verdict == spf.Pass {
			d.Title = fmt.Sprintf("%s sends through %s, and its SPF record did not list %s at delivery.", name(v.SPF.Domain, "The sender"), s, peer(v))
			d.Do = "Release it if the sender is known to you."
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "Nothing is left to do: the SPF record lists it since.")}
			return d
		}
		d.Title = fmt.Sprintf("%s sends through %s, and its SPF record does not list %s.", name(v.SPF.Domain, "The sender"), s, peer(v))
		record, change, ok := spfWith(v, v.SPF.Domain, why.term)
		if ok {
			d.Fixes = append(d.Fixes, fix(explain.SenderAdmin, "%s: add %s to the SPF record%s. TXT at %s: %s", postmaster(v.SPF.Domain), why.term, why.besides, name(v.SPF.Domain, "the domain"), record))
			d.Changes = append(d.Changes, change)
		} else {
			d.Fixes = append(d.Fixes, fix(explain.SenderAdmin, "%s: add %s to the SPF record of %s.", postmaster(v.SPF.Domain), why.term, name(v.SPF.Domain, "the domain")))
		}
		d.Fixes = append(d.Fixes, fix(explain.SenderAdmin, "Better, since it survives forwarding: let %s sign with a DKIM key under %s.", s, from(v)))
		return d
	},
}

package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/dmarc"
	"github.com/fpcheck/fpcheck/explain"
)

// dmarcSubdomainPolicy: the policy for sub-domains is harder than that of the domain, and mail of a sub-domain has nothing that passes.
var dmarcSubdomainPolicy = &explain.Cause{
	Name: "dmarc-subdomain-policy", Title: "The domain's policy for sub-domains (sp=) hits mail of a sub-domain that authenticates nothing.", Families: dmarcFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Fails() || v.DMARC.Record == nil || v.DMARC.PolicyTag != "sp" && v.DMARC.PolicyTag != "np" || v.DMARC.Effective() == dmarc.PolicyNone {
			return nil
		}
		if !explain.Same(v.Peer, v.From) || len(v.Signatures()) > 0 || len(fraudulent(v)) > 0 {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.SenderAdmin,
			For:    append(append(v.Find("dmarc.fail-*", "spf.*"), handover(v, "path.own-host", "%s bears a name of the sender's own domain", peer(v))), stated(v, explain.FamilyDMARC)...),
			Clears: []string{"dmarc.fail-*"},
			Title:  fmt.Sprintf("%s asks to %s mail of its sub-domains (%s=), and %s has neither SPF nor DKIM.", name(v.DMARC.FoundAt, "The domain"), v.DMARC.Effective(), v.DMARC.PolicyTag, from(v)),
			Do:     "Release it if the sender is known to you, and tell his postmaster.",
		}
		record := "v=spf1 " + mechanismText(v) + " -all"
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: publish SPF for the sub-domain, TXT at %s: %s; or let the machine send through the mail server, which signs.", postmaster(v.DMARC.FoundAt), from(v), record),
		}
		if name(v.From, "") != "" {
			d.Changes = append(d.Changes, spfRecord("SPF record for "+from(v), v.From, record))
		}
		return d
	},
}

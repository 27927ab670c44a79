package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// dmarcMisalignedService: SPF and DKIM pass, but for the service that sends and not for the domain in From.
var dmarcMisalignedService = &explain.Cause{
	Name: "dmarc-misaligned-service", Title: "A service sends for the author's domain and signs as itself.", Families: dmarcFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Fails() || v.Own(v.From) || len(v.Signatures()) > 0 || len(fraudulent(v)) > 0 || forwarded(v) || explain.Same(v.SPF.Domain, v.From) {
			return nil
		}
		service, why := otherOrg(v)
		if service == "" {
			return nil
		}
		if _, isList := list(v); isList {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.SenderAdmin,
			For:     append(append(why, v.Find("dmarc.fail-*")...), stated(v, explain.FamilyDMARC)...),
			Against: append(v.Find("ptr.missing", "helo.mismatch"), at("dmarc.anybody", "a stranger who signs as himself would look the same; the words ask for nothing suspicious")),
			Clears:  []string{"dmarc.fail-*"},
			Title:   fmt.Sprintf("%s sends for %s: SPF or DKIM passes, but for the service and not for the domain in From.", service, from(v)),
			Do:      "Release it if the sender uses this service, and tell his postmaster to set up the service's key under his domain.",
			Fixes: []explain.Fix{
				fix(explain.SenderAdmin, "%s: publish the service's DKIM key under %s (its settings call it custom or authenticated domain), or let it use a bounce domain under %s (custom return path).", postmaster(v.From), from(v), from(v)),
				fix(explain.Service, "Ask each customer for a DKIM key and a return path under his own domain, or put your own domain into From."),
			},
		}
		if _, change, ok := spfWith(v, v.From, mechanismText(v)); ok { // people expect it to help; SPF is asked for the envelope's domain
			d.Changes = append(d.Changes, change)
		}
		return d
	},
}

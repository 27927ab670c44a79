package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
)

// policyListWrongHop: a list of access lines was asked for the author's own line, though he had logged in to his server.
var policyListWrongHop = &explain.Cause{
	Name: "policy-list-wrong-hop", Title: "Your filter asked a list of access lines for the wrong hop.", Families: []explain.Family{explain.FamilyPolicyList},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || len(v.Filter.Named(explain.FamilyPolicyList)) == 0 || v.Says("blocklist.policy") || v.Says("ptr.generic") {
			return nil
		}
		for _, h := range v.Below() {
			if !h.Authenticated || !h.IP.IsValid() || h.IP.IsPrivate() || h.IP.IsLoopback() {
				continue
			}
			d := &explain.Diagnosis{
				Sure: strong, WhoFixes: explain.You,
				For: append(stated(v, explain.FamilyPolicyList), at("path.logged-in", "the author logged in to "+hostOf(h)+" from "+h.IP.String(), h.Span),
					handover(v, "blocklist.border-clean", "%s, which connected to you, is on no policy list", ip(v))),
				Title: fmt.Sprintf("Your filter asked a list of access lines for %s, where the author logged in, instead of %s, which connected to you.", h.IP, ip(v)),
				Do:    "Release it, and let the filter ask policy lists for the connecting address alone.",
				Fixes: []explain.Fix{
					fix(explain.You, "SpamAssassin: set trusted_networks and internal_networks to your own hosts, so that only the last external hop is asked (RCVD_IN_PBL uses -lastexternal). Elsewhere: ask policy lists (PBL, DUL) for the connecting address alone."),
				},
			}
			if resolve.LooksGeneric(h.RDNS, h.IP) {
				d.Sure = proven
			}
			return d
		}
		return nil
	},
}

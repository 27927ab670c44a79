package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/explain"
)

// webFormUnlistedServer: a form on the organisation's site writes as its own domain, from a server that is not one of
// the sending servers.
var webFormUnlistedServer = &explain.Cause{
	Name: "web-form-unlisted-server", Title: "Your own web form sends through a server that is not one of your sending servers.",
	Families: []explain.Family{explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		script, ok := webForm(v)
		if _, pool := shared(v); !ok || pool && !v.Input.Profile.IsDedicated(v.Hand.IP) {
			return nil
		}
		d := formDiagnosis(v, script)
		d.Title = fmt.Sprintf("Your own web form on %s sends from %s, which is not one of your sending servers.", peer(v), ip(v))
		how, known := knob(v, policy.KnobSendingServers)
		if !known {
			how = "the filter's sending servers"
		}
		if v.Input.Profile.IsDedicated(v.Hand.IP) {
			d.Sure, d.Proven = proven, true
			d.For = append(d.For, inProfile("profile.dedicated", "dedicated-servers", "%s is stated to be yours alone", ip(v)))
			d.Do = fmt.Sprintf("Add %s to %s.", ip(v), how)
		} else {
			d.Do = fmt.Sprintf("If nobody else sends from %s, add it to %s; else make an allow rule for the form (fpcheck suggest).", ip(v), how)
		}
		if !d.Known {
			d.Title = fmt.Sprintf("A script on %s sends as your own domain %s. If it is a form or program of yours, its server is not one of your sending servers; nothing here shows that it is.", peer(v), from(v))
			d.Do = fmt.Sprintf("Ask whoever runs your web pages and programs whether %s is yours. If nobody knows it, a stranger sends as you: do not release it.", peer(v))
		}
		d.Fixes = append([]explain.Fix{fix(explain.You, "Add %s to %s, if the address is yours alone. Where no outgoing filtering is in use: an allow rule on sender and host.", ip(v), how)}, d.Fixes...)
		return d
	},
}

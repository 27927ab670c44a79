package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/explain"
)

// ownServerUnlisted: the organisation's domain stands behind the message by SPF or DKIM, and the filter's anti-spoofing does not ask either.
var ownServerUnlisted = &explain.Cause{
	Name: "own-server-unlisted", Title: "Your own domain stands behind this message, but its server is not one of your sending servers.",
	Families: []explain.Family{explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Spoof.Claims || !v.Spoof.Stated || !v.Inbound() || !v.Passes() || ownSource(v) || suspicious(v) {
			return nil
		}
		how, known := knob(v, policy.KnobSendingServers)
		if !known {
			how = "the filter's sending servers"
		}
		d := &explain.Diagnosis{
			Title: fmt.Sprintf("%s sends as your domain %s and passes DMARC, but it is not one of your sending servers; anti-spoofing asks for nothing else.", peer(v), from(v)),
			Sure:  proven, WhoFixes: explain.You,
			For:    append(v.Find("spoof.*"), v.Good("dmarc.pass", "spf.pass", "dkim.pass")...),
			Clears: []string{"spoof.*"},
			Do:     fmt.Sprintf("If %s is yours alone, add it to %s; else make an allow rule bound to the signature or the host.", ip(v), how),
			Fixes: []explain.Fix{
				fix(explain.You, "Add %s to %s, if the address is yours alone; else an allow rule on the sender together with the DKIM domain %s or the host %s.", ip(v), how, from(v), peer(v)),
			},
			Changes: []analyze.Change{sendingServer(v)},
		}
		if p := sharedProvider(v); p != nil {
			d.Do = fmt.Sprintf("%s: an allow rule for %s bound to its DKIM signature (fpcheck suggest); no address of %s, which sends for many customers.", allowRule(v), from(v), p.Title)
			d.Fixes = []explain.Fix{fix(explain.You, "An allow rule on the sender together with the DKIM domain %s. Every customer of %s could send as you if its hosts were among the sending servers.", from(v), p.Title)}
			d.Changes = nil
		}
		return d
	},
}

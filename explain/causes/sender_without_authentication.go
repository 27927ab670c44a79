package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// senderWithoutAuthentication: a domain without SPF, DKIM and DMARC.
var senderWithoutAuthentication = &explain.Cause{
	Name: "sender-without-authentication", Title: "The sender's domain has no SPF, no DKIM and no DMARC.",
	Families: []explain.Family{explain.FamilyNoAuth, explain.FamilySPF},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Says("auth.none") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.SenderAdmin,
			For:    append(v.Find("auth.none", "spf.none"), stated(v, explain.FamilyNoAuth, explain.FamilySPF)...),
			Clears: []string{"auth.none", "spf.none", "dmarc.none"},
			Title:  fmt.Sprintf("%s has no SPF, no DKIM and no DMARC, so nothing shows that it sent this.", from(v)),
			Do:     "Ask the sender over another way whether he wrote it, or read it with care; tell his postmaster what is missing.",
			Fixes: []explain.Fix{
				fix(explain.SenderAdmin, "%s: publish SPF, TXT at %s: v=spf1 %s ~all", postmaster(v.From), from(v), mechanismText(v)),
				fix(explain.SenderAdmin, "%s: let the mail server sign with DKIM, then publish DMARC, TXT at _dmarc.%s: v=DMARC1; p=none; rua=mailto:%s", postmaster(v.From), from(v), postmaster(v.From)),
			},
		}
		if name(v.From, "") != "" && v.Hand.IP.IsValid() {
			d.Changes = append(d.Changes, spfRecord("SPF record for "+from(v), v.From, "v=spf1 "+mechanism(v.Hand.IP)+" ~all"))
		}
		return d
	},
}

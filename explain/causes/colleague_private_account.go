package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// colleaguePrivateAccount: a colleague's name from a private mailbox. Whether it is he must be asked.
var colleaguePrivateAccount = &explain.Cause{
	Name: "colleague-private-account", Title: "A colleague's name, from a private mailbox: the filter takes it for an impostor, and it may be one.", Nature: explain.Unclear,
	Families: []explain.Family{explain.FamilyName},
	Match: func(v *explain.View) *explain.Diagnosis {
		why, ok := colleague(v)
		if _, _, bad := impostor(v); !ok || bad || v.Own(v.From) {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.You,
			For:     append(why, stated(v, explain.FamilyName)...),
			Against: v.Good("dmarc.pass"),
			Title:   fmt.Sprintf("It bears a colleague's name and comes from a mailbox at %s: the filter takes it for an impostor.", from(v)),
			Do:      "Call the colleague on the number that you know and ask whether he wrote it; then release.",
			Fixes: []explain.Fix{
				fix(explain.You, "Ask your people to write from the firm's mailbox; if one must not, list this one address as his (Microsoft 365: impersonation settings, trusted senders). No rule for the provider's domain."),
			},
		}
		return d
	},
}

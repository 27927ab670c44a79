package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// colleaguePrivateAccount: a colleague's name from a private mailbox. Whether it is he must be asked.
var colleaguePrivateAccount = &explain.Cause{
	Name: "colleague-private-account", Title: "A colleague's name, from a private mailbox: it may be an impostor's.", Nature: explain.Unclear,
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
			Title:   fmt.Sprintf("It bears %s and comes from a mailbox at %s, so it may be an impostor's.", whoseName(why), from(v)),
			Do:      "Call the colleague on the number that you know and ask whether he wrote it; then release.",
			Fixes: []explain.Fix{
				fix(explain.You, "Ask your people to write from the firm's mailbox; if one must not, list this one address as his (Microsoft 365: impersonation settings, trusted senders). No rule for the provider's domain."),
			},
		}
		if why[0].ID == ownNameID {
			d.Do = "Ask in your own house who would have sent it; release it only if somebody knows it."
		}
		return d
	},
}

// whoseName says whom the name before the address belongs to.
func whoseName(why []analyze.Finding) string {
	switch why[0].ID {
	case ownNameID:
		return "your organisation's name"
	case ownTitleID:
		return "a title in your organisation"
	}
	return "a colleague's name"
}

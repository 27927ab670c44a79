package causes

import (
	"github.com/fpcheck/fpcheck/explain"
)

// riskyRequest: whatever defect had the message stopped, it asks for what fraud asks for. That the domain is proven does not say who sits at the mailbox.
var riskyRequest = &explain.Cause{
	Name: "risky-request", Title: "It asks for what fraud asks for, and only a call can tell whether the sender means it.", Nature: explain.Unclear,
	Families: []explain.Family{explain.FamilyWords, explain.FamilyPhishing},
	Match: func(v *explain.View) *explain.Diagnosis {
		if v.Sent() {
			return nil
		}
		why, title := asks(v)
		if len(why) == 0 {
			return nil
		}
		if title == phishingProven && !v.Authentic() {
			title = phishingUnproven
		}
		return &explain.Diagnosis{
			Title: title, Sure: moderate, WhoFixes: explain.Nobody,
			For:     append(append(stated(v, explain.FamilyWords, explain.FamilyPhishing), why...), v.Find(unauthentic...)...),
			Against: v.Good("dmarc.pass", "dkim.pass", "spf.pass"),
			Do:      "Call the sender on a number that you have known for long (not one from this message) and ask whether he sent it; release it only then.",
			Fixes: []explain.Fix{
				fix(explain.You, "No rule before that call, and no release: SPF, DKIM and DMARC prove a domain, not who sits at the mailbox."),
			},
		}
	},
}

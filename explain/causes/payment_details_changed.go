package causes

import (
	"github.com/fpcheck/fpcheck/explain"
)

// paymentDetailsChanged: honest firms change banks, and fraud lives on it. Only a call can tell.
var paymentDetailsChanged = &explain.Cause{
	Name: "payment-details-changed", Title: "It asks to pay to another account; only a call can tell whether that is true.", Nature: explain.Unclear, Families: []explain.Family{explain.FamilyWords},
	Match: func(v *explain.View) *explain.Diagnosis {
		asks := v.Once("payment", payment)
		if v.Sent() || len(asks) == 0 || !v.Authentic() {
			return nil
		}
		return &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Nobody,
			For: append(asks, v.Good("dmarc.pass")...),
			Do:  "Call the sender on a number that you have known for long (not one from this message) before anybody pays.",
			Fixes: []explain.Fix{
				fix(explain.You, "No rule before that call, and no release: SPF, DKIM and DMARC prove the domain, not who sits at the mailbox."),
			},
		}
	},
}

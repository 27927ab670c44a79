package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// firstContact: the sender never wrote before.
var firstContact = &explain.Cause{
	Name: "first-contact", Title: "The sender never wrote to you before, and the filter is careful with strangers.", Families: []explain.Family{explain.FamilyContact},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || !v.Filter.FirstMail || !v.Authentic() || suspicious(v) {
			return nil
		}
		return &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Nobody,
			For:   append(stated(v, explain.FamilyContact, explain.FamilyClassifier), v.Good("dmarc.pass", "spf.pass", "dkim.pass")...),
			Title: fmt.Sprintf("%s never wrote to you before, and %s is careful with strangers; sender and path are in order.", from(v), v.Filter.Filter),
			Do:    "Read it; release it if it is meant for you. An answer of yours makes the sender known.",
			Fixes: []explain.Fix{
				fix(explain.You, "Release it and report it as not junk. No rule is needed: the filter learns a sender to whom you write."),
			},
		}
	},
}

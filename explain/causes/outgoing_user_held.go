package causes

import (
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/explain"
)

// outgoingUserHeld: mail of an own user was held on the way out.
var outgoingUserHeld = &explain.Cause{
	Name: "outgoing-user-held", Title: "The filter took an honest message of your own user for spam on its way out.",
	Match: func(v *explain.View) *explain.Diagnosis {
		hits := v.Find(content...)
		if !v.Sent() || len(v.Find(habits...)) == 0 && !v.Caught() || v.Decision.DecidedBy().Result == policy.ResultAllow {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.Vendor,
			For: append(hits, stated(v, v.Filter.Families...)...),
			Do:  "Release it, report it as good mail, and make a rule for this user until that is mended.",
			Fixes: []explain.Fix{
				fix(explain.Vendor, "Report it through the filter's own page as a false positive of outgoing mail, with the permanent link of the log entry and the original attached to a new message, not forwarded."),
				fix(explain.You, "Until then an outgoing rule for this one user. Lasting: a phrase in the signature of all your people that an outgoing rule allows."),
			},
		}
		for i, f := range d.For {
			if _, ok := byClassifier(v); f.ID == "bayes.spam" && !ok { // else classifier-misjudged names them
				d.For[i] = withWords(f, heavyWords(v))
			}
		}
		if v.DKIM.Passing() {
			d.For = append(d.For, v.Good("dkim.pass")...)
		}
		return d
	},
}

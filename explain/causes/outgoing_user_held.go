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
			Fixes: append(reportOutgoing(),
				fix(explain.You, "Until then an outgoing rule for this one user. Against the next one: a phrase in the signature of all your people that an outgoing rule allows (fpcheck suggest).")),
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

// reportOutgoing is the way to the vendor and to the support desk, which are two.
func reportOutgoing() []explain.Fix {
	var out []explain.Fix
	for i, s := range explain.VendorSteps {
		out = append(out, fix(explain.Vendor, "(%d) %s", i+1, s))
	}
	return out
}

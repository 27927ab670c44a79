package causes

import (
	"fmt"

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
			Fixes: append(reportOutgoing(v),
				fix(explain.You, "Until then an outgoing rule for this one user. Against the next one: a phrase in the signature of all your people that an outgoing rule allows (fpcheck suggest).")),
		}
		teach(v, d)
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

// teach makes the admin the one who mends it where his own server runs the only filter.
func teach(v *explain.View, d *explain.Diagnosis) {
	if command, ok := explain.Taught(v.Input.FilterNames()); ok {
		d.WhoFixes, d.Do = explain.You, fmt.Sprintf("Release it, teach the filter that it is good mail (%s), and make an outgoing rule for this user until that shows.", command)
	}
}

// reportOutgoing is the way to the vendor and to the support desk, which are two, or what the admin of the only filter does himself.
func reportOutgoing(v *explain.View) []explain.Fix {
	filters, party := v.Input.FilterNames(), explain.Vendor
	if _, ok := explain.Taught(filters); ok {
		party = explain.You
	}
	var out []explain.Fix
	for i, s := range explain.ReportSteps(filters) {
		out = append(out, fix(party, "(%d) %s", i+1, s))
	}
	return out
}

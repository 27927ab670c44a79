package causes

import (
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// brandImpersonation: a stranger in the name of a firm that everybody knows. That his own domain is proven says nothing of the firm.
var brandImpersonation = &explain.Cause{
	Name: "brand-impersonation", Title: "It bears the name of a well-known firm and is not from there.", Nature: explain.Bad,
	Families: []explain.Family{explain.FamilyName, explain.FamilySimilar},
	Match: func(v *explain.View) *explain.Diagnosis {
		if v.Sent() {
			return nil
		}
		d, ok := posesAs(v)
		if !ok {
			return nil
		}
		talk, why := customer(v), traps(v, d)
		if len(talk) == 0 || len(why) == 0 {
			return nil
		}
		out := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Nobody,
			For:     slices.Concat(stated(v, explain.FamilyName, explain.FamilySimilar), []analyze.Finding{d.why}, talk, why, v.Find(unauthentic...)),
			Against: v.Good("dmarc.pass"),
			Title:   fmt.Sprintf("This is phishing: it bears the name of %s, comes from %s and speaks of the reader's account or order.", d.firm(), from(v)),
			Do:      report,
			Fixes:   []explain.Fix{fix(explain.You, "Tell those who got it to open %s by typing it, and never by a link of the message.", d.firm())},
		}
		if d.named && (len(why) > 1 || d.copied) {
			out.Sure = 0.85
		}
		return out
	},
}

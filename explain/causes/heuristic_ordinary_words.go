package causes

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// heuristicOrdinaryWords: the seed's fourth point.
var heuristicOrdinaryWords = &explain.Cause{
	Name: "heuristic-ordinary-words", Title: "A rule of the filter took ordinary words or a habit of the sender's program for spam.", Families: []explain.Family{explain.FamilyWords},
	Match: func(v *explain.View) *explain.Diagnosis {
		hits := v.Find(content...)
		tests := stated(v, explain.FamilyWords)
		if v.Sent() || len(tests) == 0 && points(hits) < worthAWord || len(fraudulent(v)) > 0 {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.Vendor,
			For: append(tests, hits...), Clears: content,
			Do: "Release it if the text is what it seems, and report the rule to the filter vendor.",
			Fixes: []explain.Fix{
				fix(explain.Vendor, "Report it as good mail through the filter's own page, with the original attached and not forwarded."),
				fix(explain.You, "Until then an allow rule for this sender, bound to its DKIM signature. A rule of your own making (SpamAssassin: LOCAL_...): give it fewer points, or a second condition."),
			},
		}
		if len(tests) > 0 && v.Authentic() {
			d.Sure = strong
		}
		if answers(v) {
			d.For = append(d.For, at("headers.answer", "it answers a message of your own people"))
		}
		return d
	},
}

// worthAWord is what findings on the text must add up to before they are spoken of: half of all web forms have no plain text part.
const worthAWord = 1.0

func points(list []analyze.Finding) float64 {
	sum := 0.0
	for _, f := range list {
		sum += f.Score
	}
	return sum
}

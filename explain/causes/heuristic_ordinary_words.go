package causes

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// heuristicOrdinaryWords: a rule that took words for spam's which good mail has, too.
var heuristicOrdinaryWords = &explain.Cause{
	Name: "heuristic-ordinary-words", Title: "A rule of the filter took ordinary words or a habit of the sender's program for spam.", Families: []explain.Family{explain.FamilyWords},
	Match: func(v *explain.View) *explain.Diagnosis {
		hits := v.Find(content...)
		tests := stated(v, explain.FamilyWords)
		if v.Sent() || len(tests) == 0 && points(hits) < worthAWord || len(fraudulent(v)) > 0 || isAsked(v) {
			return nil
		}
		if _, ok := byClassifier(v); len(tests) == 0 && (ok && v.Vouched() || spamByContent(v)) {
			return nil // classifier-misjudged says it, or real-spam
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
		switch {
		case v.Input.Message.HeaderOnly:
			d.Sure = weak // the words are not here
		case len(tests) > 0 && v.Authentic():
			d.Sure = strong
		case len(tests) == 0 && !v.Vouched():
			d.Sure = weak // nobody says that the words are honest
		}
		if rules := dearest(v.Find(habits...)); len(tests) == 0 && rules != "" {
			d.Title = fmt.Sprintf("Rules took ordinary words or a habit of the sender's program for spam: %s of our estimate.", rules)
		}
		if answers(v) {
			d.For = append(d.For, at("headers.answer", "it answers a message of your own people"))
		}
		return d
	},
}

// worthAWord is what findings on the text must add up to before they are spoken of: half of all web forms have no plain text part.
const worthAWord = 1.0

// dearest names the findings with the most points: their ids are ours.
func dearest(list []analyze.Finding) string {
	list = slices.DeleteFunc(slices.Clone(list), func(f analyze.Finding) bool { return f.Score <= 0 })
	slices.SortStableFunc(list, func(a, b analyze.Finding) int { return cmp.Compare(b.Score, a.Score) })
	var out []string
	for _, f := range list[:min(len(list), rulesNamed)] {
		out = append(out, f.ID)
	}
	return titles(out)
}

// rulesNamed is how many rules a sentence names.
const rulesNamed = 3

func points(list []analyze.Finding) float64 {
	sum := 0.0
	for _, f := range list {
		sum += f.Score
	}
	return sum
}

package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// classifierMisjudged: the seed's third point. What the words are worth nobody can tell but the classifier; what speaks against spam is that
// nothing else speaks for it.
var classifierMisjudged = &explain.Cause{
	Name: "classifier-misjudged", Title: "The filter's classifier misjudged the text.", Families: []explain.Family{explain.FamilyClassifier},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || !v.Filter.Carries([]explain.Family{explain.FamilyClassifier}) || v.Sent() {
			return nil
		}
		if suspicious(v) && !v.Authentic() {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.Vendor,
			For:     append(stated(v, explain.FamilyClassifier), v.Good("dmarc.pass", "spf.pass", "dkim.pass", "blocklist.welcome")...),
			Against: v.Find(content...),
			Title:   fmt.Sprintf("The classifier of %s misjudged the text: sender and path are in order.", v.Filter.Filter),
			Do:      "Release it if the text is what it seems, and report it to the filter vendor as good mail.",
			Fixes: []explain.Fix{
				fix(explain.Vendor, "Train the classifier with this message: report it through the filter's own page (false positive), with the original attached and not forwarded."),
				fix(explain.You, "Until then an allow rule for this sender, bound to its DKIM signature. With SpamAssassin: sa-learn --ham."),
			},
		}
		if !v.Authentic() {
			d.Sure = weak
		}
		if suspicious(v) {
			d.Sure = weak
		}
		return d
	},
}

package causes

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// classifierMisjudged: what the words are worth nobody can tell but the classifier; what speaks against spam is that
// nothing else speaks for it.
var classifierMisjudged = &explain.Cause{
	Name: "classifier-misjudged", Title: "The filter's classifier misjudged the text.", Families: []explain.Family{explain.FamilyClassifier},
	Match: func(v *explain.View) *explain.Diagnosis {
		if d := misjudgedByUs(v); d != nil {
			return d
		}
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
				fix(explain.You, "Until then an allow rule for this sender, bound to its DKIM signature."),
			},
		}
		faults := v.Find("ptr.*", "helo.*", "auth.none", "spf.fail", "spf.softfail", "dmarc.fail-*")
		d.Against = append(d.Against, faults...)
		switch {
		case !v.Authentic():
			d.Title = fmt.Sprintf("The classifier of %s may have misjudged the text; neither a signature nor SPF proves who sent it.", v.Filter.Filter)
			d.Do = "Release it if the text is what it seems and the sender says that he wrote it, and report it to the filter vendor as good mail."
		case len(faults) > 0:
			d.Title = fmt.Sprintf("The classifier of %s misjudged the text: the sender is proven, though his server is not in order.", v.Filter.Filter)
		}
		if command, ok := explain.Taught(v.Input.FilterNames()); ok {
			d.WhoFixes, d.Do = explain.You, strings.Replace(d.Do, "report it to the filter vendor as good mail", "teach the filter that it is good mail: "+command, 1)
			d.Fixes[0] = fix(explain.You, "Teach your filter's classifier with this message: %s, as the user whose mail it judges.", command)
		}
		if !v.Authentic() || suspicious(v) {
			d.Sure = weak
		}
		return d
	},
}

// misjudgedByUs: no filter gave a reason, and our estimate is held up by our own classifier, while somebody vouches for the message. Of mail that nobody
// vouches for the words are all there is, and they say spam.
func misjudgedByUs(v *explain.View) *explain.Diagnosis {
	f, ok := byClassifier(v)
	if !ok || !v.Vouched() || len(fraudulent(v)) > 0 || !v.Sent() && spamOfAStranger(v) {
		return nil
	}
	words := heavyWords(v)
	d := &explain.Diagnosis{
		Sure: moderate, WhoFixes: explain.Vendor, Clears: []string{f.ID},
		For:     append([]analyze.Finding{withWords(f, words)}, v.Good("dmarc.pass", "spf.pass", "dkim.pass", "blocklist.welcome")...),
		Against: v.Find(habits...),
	}
	if words == "" {
		words = "the words"
	}
	if v.Sent() {
		misjudgedOutgoing(v, d, words)
	} else {
		misjudgedIncoming(d, words)
	}
	if suspicious(v) {
		d.Sure = weak
	}
	return d
}

func misjudgedIncoming(d *explain.Diagnosis, words string) {
	d.Title = fmt.Sprintf("Nothing but its words holds the message: the classifier takes %s for spam, and the sender is proven.", words)
	d.Do = "Release it if the text is what it seems, report it to the filter vendor as good mail, and teach it: fpcheck learn --ham MESSAGE."
	d.Fixes = []explain.Fix{
		fix(explain.Vendor, "Train the classifier with this message: report it through the filter's own page (false positive), with the original attached and not forwarded."),
		fix(explain.You, "fpcheck learn --ham MESSAGE teaches our classifier what your good mail looks like. Until the vendor has mended it, an allow rule for this sender, bound to its DKIM signature."),
	}
}

func misjudgedOutgoing(v *explain.View, d *explain.Diagnosis, words string) {
	d.Title = fmt.Sprintf("Nothing but its words holds your own user's message: the classifier takes %s for spam.", words)
	d.Do = "Release it, report it as good mail, and make an outgoing rule for this user until that is mended."
	d.Fixes = append(reportOutgoing(v),
		fix(explain.You, "Until then an outgoing rule for this one user. Against the next one: a phrase in the signature of all your people that an outgoing rule allows (fpcheck suggest). fpcheck learn --ham MESSAGE teaches our classifier."))
	teach(v, d)
}

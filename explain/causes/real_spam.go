package causes

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/explain"
)

// realSpam: offers of spam from where spam comes from, or a bot.
var realSpam = &explain.Cause{
	Name: "real-spam", Title: "This is spam.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		sells := v.Find(offers...)
		from := append(v.Find(tricks...), v.Find(origins...)...)
		if !v.Authentic() {
			from = append(from, v.Find(unauthentic...)...)
		}
		byBot := bot(v)
		bySale := len(sells) > 0 && len(from) > 0 && !v.Says("bayes.ham") // a newsletter may speak of pills and be oddly made
		if v.Sent() || v.Spoof.Claims || !byBot && !bySale && !spamByContent(v) {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Nobody, For: append(sells, from...),
			Do:    "Do not release it. Report it to the filter vendor if it got through.",
			Fixes: []explain.Fix{fix(explain.You, "Nothing to mend: the filter was right.")},
		}
		if byBot {
			d.Sure = 0.85
			d.For = append(d.For, v.Find("ptr.generic", "ptr.missing", "spf.fail", "auth.none")...)
			d.Title = fmt.Sprintf("This is spam: %s is an access line that sends by itself, and it is on a blocklist.", ip(v))
		}
		if !byBot && !bySale {
			d.Sure = moderate
			d.For = append(v.Find(content...), from...)
			d.Title = fmt.Sprintf("This looks like spam: nobody vouches for it, and words and form are those of spam (the words %s sure).", checks.Percent(spamProbability(v)))
		}
		if v.Filter.Let {
			d.Against = append(d.Against, at("filter.let", "an allow entry or rule of your own let it pass: take it out", v.Filter.Span))
		}
		return d
	},
}

// surelySpam is the calibrated probability of the classifier from which on its word counts where nobody vouches for a message.
const surelySpam = 0.95

// spamByContent reports whether text and form alone stop a message that nobody vouches for, the classifier takes its words for spam, and at least two
// kinds of other things are odd about it: the classifier alone is of 2002, and takes plain bills for spam.
func spamByContent(v *explain.View) bool {
	return !v.Vouched() && !answers(v) && points(v.Find(content...)) >= v.Decision.Threshold && spamProbability(v) >= surelySpam && oddKinds(v) > 1
}

// quiteSurelySpam is from which probability on the same is believed of a sender who is proven.
const quiteSurelySpam = 0.99

// spamOfAStranger reports whether words, form and links are those of spam, of a sender whom the profile does not know: spammers have domains, too.
func spamOfAStranger(v *explain.View) bool {
	_, where, _ := amongKnown(v, func(string, string) bool { return false })
	return where != familiar && !answers(v) && spamProbability(v) >= quiteSurelySpam && oddKinds(v) > 1
}

// oddKinds counts the kinds of things that are odd about text, form and sender.
func oddKinds(v *explain.View) int {
	kinds := map[string]bool{}
	for _, f := range v.Find(habits...) {
		if kind, _, _ := strings.Cut(f.ID, "."); f.Score > 0 {
			kinds[kind] = true
		}
	}
	return len(kinds)
}

package causes

import (
	"fmt"

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
		if v.Sent() || v.Spoof.Claims || !byBot && (len(sells) == 0 || len(from) == 0) {
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
		if v.Filter.Let {
			d.Against = append(d.Against, at("filter.let", "an allow entry or rule of your own let it pass: take it out", v.Filter.Span))
		}
		return d
	},
}

package causes

import (
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// nothingWrong: sender and path are in order, nothing speaks for spam, and nothing that we can see would have stopped the message.
var nothingWrong = &explain.Cause{
	Name: "nothing-wrong", Title: "Nothing is wrong with this message as far as can be seen; only the filter's log can say why it was stopped, if it was.",
	Match: func(v *explain.View) *explain.Diagnosis {
		if v.Caught() || !v.Authentic() && !v.Sent() || suspicious(v) || !v.Sent() && spamOfAStranger(v) {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: uncaught, WhoFixes: explain.Vendor,
			For:     v.Good("dmarc.pass", "dkim.pass", "spf.pass", "blocklist.welcome"),
			Against: v.Find("spf.*", "dkim.*", "ptr.*", "helo.*", "blocklist.listed-*", "path.*", "words.*", "links.*"), Open: true,
			Do: "Release it if it was stopped, look into the filter's log, and ask again with --category.",
			Fixes: []explain.Fix{
				fix(explain.You, "Look up in the filter's log which step stopped it, and run fpcheck again with --category."),
				fix(explain.Vendor, "Report it as good mail through the filter's own page, with the original attached."),
			},
		}
		if lists := listings(v); len(lists) > 0 {
			d.Title = fmt.Sprintf("Nothing is wrong with this message as far as can be seen, but that its server is on a blocklist (%s); only the filter's log can say why it was stopped, if it was.", listNames(lists))
		} else if slices.ContainsFunc(v.Find("ptr.*", "helo.*"), func(f analyze.Finding) bool { return f.Score > 0 }) {
			d.Title = "Nothing is wrong with the sender and the text as far as can be seen; only the filter's log can say why it was stopped, if it was."
		}
		return d
	},
}

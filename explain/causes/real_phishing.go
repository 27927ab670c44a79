package causes

import (
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/explain"
)

// realPhishing: an ask, a trick, and nobody who stands behind it.
var realPhishing = &explain.Cause{
	Name: "real-phishing", Title: "This is phishing: it asks for a login or money, and the sender is not who it says.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		why := fraudulent(v)
		if v.Sent() || len(why) == 0 || v.Spoof.Claims || v.Authentic() && !v.Says("from.repeated") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Nobody, For: append(why, v.Find(slices.Concat(unauthentic, origins)...)...), Against: v.Good("dnswl.*", "blocklist.welcome"),
			Do: report,
			Fixes: []explain.Fix{
				fix(explain.You, "Nothing to mend: the filter was right. Who has followed the link changes the password now."),
			},
		}
		if v.Says("dmarc.fail-*") {
			d.Sure = 0.85
			d.Title = fmt.Sprintf("This is phishing: it asks for a login or money, and %s does not stand behind it.", from(v))
		}
		return d
	},
}

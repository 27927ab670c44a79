package causes

import (
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// realPhishing: an ask, a trick, and nobody who stands behind it.
var realPhishing = &explain.Cause{
	Name: "real-phishing", Title: "This is phishing: it asks for a login or money, and the sender is not who it says.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		why, fortune := fraudulent(v), plainFraud(v)
		if v.Authentic() && !v.Says("from.repeated") {
			why = nil
		}
		if v.Sent() || v.Spoof.Claims || len(why) == 0 && len(fortune) == 0 {
			return nil
		}
		if len(why) == 0 {
			return fortuneFraud(v, fortune)
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

// fortuneFraud: a share of a fortune for a stranger, from somebody who is not proven or has a mailbox that anybody gets.
func fortuneFraud(v *explain.View, why []analyze.Finding) *explain.Diagnosis {
	return &explain.Diagnosis{
		Title: "This is fraud: it offers a stranger a share of a fortune, and will ask for fees.",
		Sure:  strong, WhoFixes: explain.Nobody, For: append(why, v.Find(slices.Concat(unauthentic, origins)...)...), Against: v.Good("dmarc.pass"),
		Do: report + " Whoever answered sends no money and no papers, and tells you.", NoLogin: true,
		Fixes: []explain.Fix{fix(explain.You, "Nothing to mend: the filter was right.")},
	}
}

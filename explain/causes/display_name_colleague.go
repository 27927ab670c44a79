package causes

import (
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/explain"
)

// displayNameColleague: a stranger under a colleague's name, who asks for something.
var displayNameColleague = &explain.Cause{
	Name: "display-name-colleague", Title: "A stranger uses a colleague's name and asks for something.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		why, ok := colleague(v)
		asks := v.Find(slices.Concat(credentials, money, tricks)...)
		if !ok || len(asks) == 0 || v.Own(v.From) {
			return nil
		}
		return &explain.Diagnosis{
			Sure: 0.85, WhoFixes: explain.Nobody, For: append(why, asks...), Against: v.Good("dmarc.pass"),
			Title: fmt.Sprintf("A stranger writes from a mailbox at %s under a colleague's name and asks for something.", from(v)),
			Do:    report,
			Fixes: []explain.Fix{fix(explain.You, "Ask the colleague on a known number. Switch on the filter's protection against display names of your own people, and list them in the profile (colleagues).")},
		}
	},
}

package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// displayNameColleague: a stranger under a colleague's name, who asks for something.
var displayNameColleague = &explain.Cause{
	Name: "display-name-colleague", Title: "A stranger uses a colleague's name and asks for something.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		why, asks, ok := impostor(v)
		if !ok {
			return nil
		}
		return &explain.Diagnosis{
			Sure: 0.85, WhoFixes: explain.Nobody, For: append(why, asks...), Against: v.Good("dmarc.pass"),
			Title: fmt.Sprintf("A stranger writes from a mailbox at %s under %s and asks for something.", from(v), whoseName(why)),
			Do:    report,
			Fixes: []explain.Fix{fix(explain.You, "Ask the colleague on a known number. Switch on the filter's protection against display names of your own people, and list them in the profile (colleagues).")},
		}
	},
}

// impostor finds a colleague's name before a foreign address, and what the message asks for.
func impostor(v *explain.View) (why, asked []analyze.Finding, ok bool) {
	if why, ok = colleague(v); !ok || v.Own(v.From) {
		return nil, nil, false
	}
	asked = wanted(v)
	return why, asked, len(asked) > 0
}

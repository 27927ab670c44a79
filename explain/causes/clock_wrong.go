package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// clockWrong: a date that lies in the future, or hops that run backwards.
var clockWrong = &explain.Cause{
	Name: "clock-wrong", Title: "A clock on the sender's side is wrong.",
	Families: []explain.Family{explain.FamilyClock},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Says("path.backwards", "headers.date-odd") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.SenderAdmin,
			For:    append(v.Find("path.backwards", "headers.date-odd"), stated(v, explain.FamilyClock)...),
			Clears: []string{"path.backwards", "headers.date-odd"},
			Do:     "Release it if the sender is known to you, and tell his postmaster.",
			Fixes:  []explain.Fix{fix(explain.SenderAdmin, "%s: set the clock of the server or the desktop that wrote the message, and keep it with NTP.", postmaster(v.From))},
		}
		if h, ok := backwards(v); ok {
			d.Sure = proven
			d.Title = fmt.Sprintf("The clock of %s is wrong: it dated the message after it had arrived.", h)
			if !v.Vouched() {
				d.Title = fmt.Sprintf("The line of %s dates the message after it had arrived: its clock is wrong, or somebody made the line up.", h)
			}
		}
		return d
	},
}

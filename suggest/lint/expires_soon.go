package lint

import (
	"cmp"
	"fmt"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// soon is how long before its end a rule is named, where nothing else is asked for: the time that a ticket takes.
const soon = 30 * 24 * time.Hour

var expiresSoon = &Lint{
	Name: "expires-soon", Title: "ends soon", Severity: Note,
	Each: func(p *Pass, r *rules.Rule) {
		left := r.Expires.Sub(p.Today)
		if !r.Expires.IsZero() && left > 0 && left <= cmp.Or(p.Soon, soon) {
			p.Report(r, "expires", fmt.Sprintf("the rule ends on %s, in %d days", r.Expires.Format(time.DateOnly), int(left.Hours()/24)), "ask its owner whether it is still needed")
		}
	},
}

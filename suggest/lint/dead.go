package lint

import (
	"fmt"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// fewest is how many messages must have been looked at before it means anything that a rule matched none.
const fewest = 20

var dead = &Lint{
	Name: "dead", Title: "matched none of the messages that were given", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if p.Hits != nil && p.Messages >= fewest && p.Hits[r.Name] == 0 && p.Today.Before(endOf(r)) {
			p.Report(r, "", fmt.Sprintf("none of %d messages is one that this rule is for", p.Messages), "ask its owner whether such mail still comes")
		}
	},
}

// endOf is the end of r; far away where it has none.
func endOf(r *rules.Rule) time.Time {
	if r.Expires.IsZero() {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return r.Expires
}

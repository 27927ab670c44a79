package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var unsupported = &Lint{
	Name: "unsupported", Title: "holds something that could not be read when it was imported", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if len(r.Unsupported) > 0 {
			p.Report(r, "unsupported", "it acts in the filter it came from, and never here: "+r.Unsupported[0], "say it with the conditions of this file, or take the rule out there")
		}
	},
}

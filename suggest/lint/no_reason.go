package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var noReason = &Lint{
	Name: "no-reason", Title: "gives no reason", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Reason == "" {
			p.Report(r, "", "whoever reviews this rule has to guess what it is for", "give it `reason:`, one sentence")
		}
	},
}

package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var noTicket = &Lint{
	Name: "no-ticket", Title: "names no ticket", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Ticket == "" {
			p.Report(r, "", "nobody can look up what this rule was made for, or whether that is over", "give it `ticket:`")
		}
	},
}

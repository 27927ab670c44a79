package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var noOwner = &Lint{
	Name: "no-owner", Title: "belongs to nobody", Severity: Note,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Owner == "" {
			p.Report(r, "", "nobody is asked when it ends", "give it `owner:`, an address")
		}
	},
}

package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var overlappingScopes = &Lint{
	Name: "overlapping-scopes", Title: "repeats for a user or a group what holds for all", Severity: Note,
	Each: func(p *Pass, r *rules.Rule) {
		before := p.family().wider()
		if before == nil {
			return
		}
		p.Report(r, "scope", "rule "+before.Name+" does the same for "+scopeName(before), "one of the two is not needed", before)
	},
}

package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var duplicate = &Lint{
	Name: "duplicate", Title: "says the same as another rule", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if before := p.family().twin(); before != nil && before.Action == r.Action {
			p.Report(r, "", "rule "+before.Name+" has the same conditions and does the same", "keep one of them", before)
		}
	},
}

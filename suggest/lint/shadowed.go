package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var shadowed = &Lint{
	Name: "shadowed", Title: "never acts, since an earlier rule takes all its messages", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		before := p.family().coveredBy()
		if before == nil || p.family().twin() != nil || before.Action != r.Action || !sameScope(before, r) {
			return
		}
		p.Report(r, "", "every message of this rule is one of rule "+before.Name+", which stands before it", "take this one out, or narrow the other", before)
	},
}

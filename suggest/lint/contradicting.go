package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var contradicting = &Lint{
	Name: "contradicting", Title: "does something else than another rule with the same conditions", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if before := p.family().twin(); before != nil && before.Action != r.Action {
			p.Report(r, "action", "rule "+before.Name+" has the same conditions and says "+string(before.Action)+", not "+string(r.Action), "take one of them out", before)
		}
	},
}

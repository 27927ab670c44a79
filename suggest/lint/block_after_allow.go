package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var blockAfterAllow = &Lint{
	Name: "block-after-allow", Title: "never acts, since an earlier rule does the opposite", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		before := p.family().coveredBy()
		if before == nil || p.family().twin() != nil || before.Action == r.Action || p.orderOf(r).LastRuleWins && !before.Stop {
			return
		}
		p.Report(r, "action", "every message that it would "+string(r.Action)+" is one that rule "+before.Name+" has already decided: "+string(before.Action), "put it before the other", before)
	},
}

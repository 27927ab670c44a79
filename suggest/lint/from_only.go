package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var fromOnly = &Lint{
	Name: "from-only", Title: "allows whoever writes an address", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if _, own := p.ownSender(r); own || !open(r) || len(senders(r)) == 0 || written(r) {
			return
		}
		p.Report(r, "sender", "the only thing that this rule asks for is an address, and anybody can write one", proposal)
	},
}

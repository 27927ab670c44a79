package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var recipientOnly = &Lint{
	Name: "recipient-only", Title: "allows everything that is sent to somebody", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if open(r) && len(r.When.Recipient) > 0 && len(senders(r)) == 0 && !written(r) {
			p.Report(r, "recipient", "every message to this mailbox passes, spam too", "name the sender, and "+proposal)
		}
	},
}

package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var phraseInbound = &Lint{
	Name: "phrase-inbound", Title: "allows mail from outside for a phrase in it", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if open(r) && len(r.When.Phrase) > 0 {
			p.Report(r, "phrase", "everybody who ever got mail with the phrase can write it, and replies quote it", "a phrase is for outgoing mail: `direction: outbound` with the sender's domain")
		}
	},
}

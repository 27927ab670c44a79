package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var noSender = &Lint{
	Name: "no-sender", Title: "allows a host whatever it says that it is", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		connects := len(r.When.BorderHost) > 0 || len(r.When.BorderIP) > 0
		if r.Action == rules.Allow && fromOutside(r) && connects && len(senders(r)) == 0 && !signed(r.When.DKIM) && r.When.OwnSender == nil {
			p.Report(r, "", "whoever gets hold of this host can send as anybody, as your own people too", "name the `sender:` that it sends for")
		}
	},
}

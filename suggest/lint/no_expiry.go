package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var noExpiry = &Lint{
	Name: "no-expiry", Title: "never ends", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action == rules.Allow && r.Expires.IsZero() {
			p.Report(r, "", "an allow rule without an end outlives what it was made for", "give it `expires:`, a year at most, and renew it when it is still needed")
		}
	},
}

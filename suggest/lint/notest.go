package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var noTest = &Lint{
	Name: "no-test", Title: "has no message that it must match", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if len(r.Tests.Match) == 0 && len(r.Unsupported) == 0 {
			p.Report(r, "", "nothing shows that the rule does what it was made for", "add the message under `tests: match:`, redacted; forged copies of it are tried by themselves")
		}
	},
}

package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var regexAlways = &Lint{
	Name: "regex-always", Title: "an expression that matches everything", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		eachExpression(r, func(field, source string) bool {
			if !matchesAll(source) {
				return false
			}
			p.Report(r, "header", "`"+source+"` matches whatever stands there: the condition asks for nothing but the field", "say what must stand in it, or take the condition out")
			return true
		})
	},
}

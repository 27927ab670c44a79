package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var regexNever = &Lint{
	Name: "regex-never", Title: "an expression that nothing matches", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		eachExpression(r, func(field, source string) bool {
			if re := parsed(source); re == nil || !impossible(re) {
				return false
			}
			p.Report(r, "header", "`"+source+"` can match no value: fields are unfolded to one line before they are compared", "something stands before `^`, behind `$`, or asks for a line break")
			return true
		})
	},
}

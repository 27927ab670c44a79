package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var regexUnanchored = &Lint{
	Name: "regex-unanchored", Title: "an expression that may stand anywhere in the field", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow {
			return
		}
		eachExpression(r, func(field, source string) bool {
			re := parsed(source)
			if re == nil || anchored(re, isBegin, false) && anchored(re, isEnd, true) {
				return false
			}
			p.Report(r, "header", "`"+source+"` is also found inside longer values, such as a name of the attacker's that begins or ends like yours", "begin with `^` and end with `$`")
			return true
		})
	},
}

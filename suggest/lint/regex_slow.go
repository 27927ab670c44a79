package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var regexSlow = &Lint{
	Name: "regex-slow", Title: "an expression that brings other filters to a halt", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		eachExpression(r, func(field, source string) bool {
			// Groups that capture nothing are folded away by the parser, and with them what is looked for.
			if re := parsed(strings.ReplaceAll(source, "(?:", "(")); re == nil || !explodes(re) {
				return false
			}
			p.Report(r, "header", "`"+source+"` is quick here; engines that try one way after the other (PCRE in SpamAssassin and Exim, .NET in Exchange) need seconds for a value made for it",
				"no repetition inside a repetition; a class such as `[^ ]*` instead of `.*`")
			return true
		})
	},
}

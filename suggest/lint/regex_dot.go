package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var regexDot = &Lint{
	Name: "regex-dot", Title: "an expression with a dot that stands for any character", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		eachExpression(r, func(field, source string) bool {
			name := dottedName.FindString(source)
			if name == "" {
				return false
			}
			p.Report(r, "header", "in `"+name+"` each dot stands for any character: a domain that differs in one matches, too", "write `"+strings.ReplaceAll(name, ".", `\.`)+"`")
			return true
		})
	},
}

// dottedName finds a host name that is written into an expression as it is.
var dottedName = lazyregexp(`(?i)(?:[a-z0-9-]{2,}\.)+(?:com|net|org|example|edu|gov|info|biz|io|eu|de|fr|uk|ca|ch|at|nl|it|es|be)\b`)

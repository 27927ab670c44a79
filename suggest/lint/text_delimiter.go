package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var textDelimiter = &Lint{
	Name: "text-delimiter", Title: "holds a sign at which the filter splits the text", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if !p.forFilter(r, "proofpoint-essentials") {
			return
		}
		for _, t := range texts(r) {
			if strings.ContainsAny(t[1], ",;") {
				p.Report(r, t[0], "Proofpoint Essentials splits `"+t[1]+"` at the comma or semicolon, and is content with either piece", "take the part before or behind it")
				return
			}
		}
	},
}

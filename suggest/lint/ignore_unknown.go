package lint

import (
	"slices"

	"github.com/fpcheck/fpcheck/analyze/yamlfile"
)

var ignoreUnknown = &Lint{
	Name: "ignore-unknown", Title: "a comment that silences a lint that there is not", Severity: Error,
	All: func(p *Pass) {
		for _, d := range p.comments {
			if slices.Contains(p.names, d.name) {
				continue
			}
			instead := "`fpcheck docs` lists the lints"
			if near := yamlfile.Nearest(d.name, p.names); near != "" {
				instead = "did you mean `" + near + "`?"
			}
			p.reportComment(d, "no lint is called `"+d.name+"`", instead)
		}
	},
}

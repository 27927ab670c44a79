package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var headerAnyField = &Lint{
	Name: "header-any-field", Title: "looks for text in any field", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow {
			return
		}
		for _, h := range r.When.Headers {
			if h.Name == "" && !bound(r) {
				p.Report(r, "header", "the text may stand in the Subject, in a HELO name or in a field that the sender made up", "name the field with `name:`")
				return
			}
		}
	},
}

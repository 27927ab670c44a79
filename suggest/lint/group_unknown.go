package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var groupUnknown = &Lint{
	Name: "group-unknown", Title: "is for a group that the profile does not know", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		group, ok := strings.CutPrefix(r.Scope, "group: ")
		if !ok || p.Profile == nil {
			return
		}
		if _, known := p.Profile.Groups[group]; !known {
			p.Report(r, "scope", "the members of "+group+" are not known, so the rule never acts here", "state them in the profile under `groups:`")
		}
	},
}

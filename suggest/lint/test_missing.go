package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var testMissing = &Lint{
	Name: "test-missing", Title: "names a test message that is not there", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if p.Exists == nil {
			return
		}
		for _, path := range append(r.Tests.Match[:len(r.Tests.Match):len(r.Tests.Match)], r.Tests.Miss...) {
			if !p.Exists(r, path) {
				p.Report(r, "tests", "there is no file "+path, "paths are seen from the folder of the rule file")
			}
		}
	},
}

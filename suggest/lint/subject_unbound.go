package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var subjectUnbound = &Lint{
	Name: "subject-unbound", Title: "allows whoever writes a Subject", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if open(r) && len(r.When.Subject) > 0 && len(r.When.Headers) == 0 {
			p.Report(r, "subject", "anybody can write this Subject, and every reply carries it on", proposal)
		}
	},
}

package lint

import (
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var expired = &Lint{
	Name: "expired", Title: "has ended", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if !r.Expires.IsZero() && !p.Today.Before(r.Expires) {
			p.Report(r, "expires", "the rule ended on "+r.Expires.Format(time.DateOnly)+"; a filter that knows no expiry still acts on it", "`fpcheck rules expire` takes it out, and says what to take out in the filter")
		}
	},
}

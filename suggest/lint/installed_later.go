package lint

import (
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var installedLater = &Lint{
	Name: "installed-later", Title: "was installed after today, or after its end", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		switch {
		case r.Installed.IsZero():
		case r.Installed.After(p.Today):
			p.Report(r, "installed", r.Installed.Format(time.DateOnly)+" is still to come", "`installed:` is the day on which the rule was put into the filter")
		case !r.Expires.IsZero() && !r.Installed.Before(r.Expires):
			p.Report(r, "installed", "it was installed on "+r.Installed.Format(time.DateOnly)+", when it had already ended", "one of the two dates is mistyped")
		}
	},
}

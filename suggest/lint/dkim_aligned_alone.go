package lint

import (
	"slices"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var dkimAlignedAlone = &Lint{
	Name: "dkim-aligned-alone", Title: "allows everybody who signs his own mail", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		w := r.When
		if r.Action == rules.Allow && fromOutside(r) && slices.Contains(w.DKIM, "aligned") && len(w.Sender) == 0 && len(w.BorderHost)+len(w.BorderIP) == 0 {
			p.Report(r, "dkim", "`aligned` only says that the author's domain signed; spammers sign theirs, too", "name the sender beside it, or the domain instead")
		}
	},
}

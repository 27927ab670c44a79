package lint

import (
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var dkimOfService = &Lint{
	Name: "dkim-of-service", Title: "trusts the signature that a service puts under everybody's mail", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow {
			return
		}
		for _, d := range r.When.DKIM {
			if s := signsForAll(d); s != "" {
				p.Report(r, "dkim", s+" signs the mail of all its customers with "+d, "have the service sign with your domain, and ask for that one")
				return
			}
		}
	},
}

// signsForAll names the service whose customers share the signing domain d.
func signsForAll(d string) string {
	d = strings.TrimPrefix(d, ".")
	for _, p := range providers.All() {
		if p.Shared && slices.Contains(p.DKIM, d) {
			return p.Title
		}
	}
	return ""
}

package lint

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var publicSuffix = &Lint{
	Name: "public-suffix", Title: "names a suffix under which anybody can register a domain", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		say := func(key, value, domain string) {
			if isPublicSuffix(domain) {
				p.Report(r, key, "everybody can register a name under "+domain+", so `"+value+"` is no limit", "name the registered domain")
			}
		}
		for _, s := range senders(r) {
			_, domain, _ := split(s)
			say("sender", s, domain)
		}
		for _, h := range r.When.BorderHost {
			say("border-host", h, strings.TrimPrefix(h, "."))
		}
		for _, d := range r.When.DKIM {
			if d != "none" && d != "aligned" {
				say("dkim", d, strings.TrimPrefix(d, "."))
			}
		}
	},
}

// isPublicSuffix asks the list of public suffixes. The reserved names of RFC 2606 are on it only by its rule for unknown names.
func isPublicSuffix(domain string) bool {
	suffix, managed := publicsuffix.PublicSuffix(domain)
	return domain != "" && suffix == domain && (managed || !strings.Contains(domain, "."))
}

package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var tokenOfEveryTenant = &Lint{
	Name: "token-of-every-tenant", Title: "asks for text that stands in the mail of every customer of a service", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow || signed(r.When.DKIM) || len(r.When.BorderIP) > 0 {
			return
		}
		for _, t := range texts(&rules.Rule{When: r.When}) {
			if title := tokenOf(t[1]); title != "" {
				p.Report(r, t[0], "`"+t[1]+"` stands in everything that "+title+" sends, for whomever", "ask for what is yours alone: `dkim:` with your domain, or your tenant together with the service's `border-host:`")
				return
			}
		}
	},
}

// tokenOf names the service in whose hosts a text is found.
func tokenOf(text string) string {
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(c rune) bool { return c != '.' && c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') }) {
		if word = strings.Trim(word, ".-"); !hostName(word) {
			continue
		}
		if word == "prod.outlook.com" || word == "outlook.com" || word == "google.com" {
			return map[bool]string{true: "Google", false: "Microsoft 365"}[word == "google.com"]
		}
		if s := service(word); s != nil {
			return s.Title
		}
	}
	return ""
}

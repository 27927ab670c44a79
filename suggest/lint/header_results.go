package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var headerResults = &Lint{
	Name: "header-results", Title: "believes results that the sender can write himself", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow || bound(r) {
			return
		}
		for _, h := range r.When.Headers {
			if isResult(h.Name) {
				p.Report(r, "header", "a message can arrive with a "+h.Name+" field of its own, and not every filter takes it out", "ask for the thing itself: `dkim:`, `border-ip:` or `border-host:`")
				return
			}
		}
	},
}

func isResult(field string) bool {
	field = strings.ToLower(field)
	for _, prefix := range []string{"authentication-results", "arc-", "received-spf", "x-spam-", "x-forefront-antispam", "x-ms-exchange-organization-", "dkim-"} {
		if strings.HasPrefix(field, prefix) {
			return true
		}
	}
	return false
}

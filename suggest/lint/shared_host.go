package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var sharedHost = &Lint{
	Name: "shared-host", Title: "allows the hosts of a service that sends for everybody", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow || signed(r.When.DKIM) {
			return
		}
		for _, h := range r.When.BorderHost {
			if s := service(h); s != nil && (!exactSender(r) || len(r.When.Recipient) == 0 && strings.HasPrefix(h, ".")) {
				p.Report(r, "border-host", "every customer of "+s.Title+" sends from "+h, "ask for your own signature with `dkim:`, or at least name sender and recipient")
				return
			}
		}
	},
}

// exactSender reports whether r names whole addresses in From.
func exactSender(r *rules.Rule) bool {
	for _, s := range r.When.Sender {
		if local, _, sub := split(s); local == "" || sub {
			return false
		}
	}
	return len(r.When.Sender) > 0
}

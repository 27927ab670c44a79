package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var headerReceived = &Lint{
	Name: "header-received", Title: "looks for a host in Received lines", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow || bound(r) {
			return
		}
		for _, h := range r.When.Headers {
			if strings.EqualFold(h.Name, "Received") {
				p.Report(r, "header", "a sender can put Received lines of his own below yours, and what he says in HELO and MAIL FROM stands in yours",
					"ask for the verified name with `border-host:`, or for the address with `border-ip:`")
				return
			}
		}
	},
}

package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var hostAsText = &Lint{
	Name: "host-as-text", Title: "looks for a host name as text", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow || bound(r) {
			return
		}
		for _, h := range r.When.Headers {
			for _, v := range h.Contains {
				if _, ip := address(v); !ip && hostName(v) {
					p.Report(r, "header", v+" can be said in HELO or MAIL FROM by any host, and is found inside longer names", "`border-host: "+strings.Trim(v, " ")+"` asks for the verified name")
					return
				}
			}
		}
	},
}

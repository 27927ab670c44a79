package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var ipAsText = &Lint{
	Name: "ip-as-text", Title: "looks for an IP address as text", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow {
			return
		}
		for _, h := range r.When.Headers {
			for _, v := range h.Contains {
				if ip, ok := address(v); ok {
					p.Report(r, "header", v+" is found inside longer addresses, and a forger says it in HELO: your own server then writes it into the header",
						"`border-ip: "+ip.String()+"` asks for the address that connected")
					return
				}
			}
		}
	},
}

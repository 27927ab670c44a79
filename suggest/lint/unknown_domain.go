package lint

import (
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// maxAsked bounds how many domains are looked up: a file of ten thousand rules would otherwise ask for minutes.
const maxAsked = 500

var unknownDomain = &Lint{
	Name: "unknown-domain", Title: "names a sender whose domain takes no mail", Severity: Warning,
	All: func(p *Pass) {
		if p.Resolve == nil {
			return
		}
		asked := map[string]string{}
		for i := range p.Rules {
			r := &p.Rules[i]
			for _, s := range r.When.Sender {
				_, domain, sub := split(s)
				why, known := asked[domain]
				if !known && !sub && len(asked) < maxAsked {
					why = p.noMail(domain)
					asked[domain] = why
				}
				if why != "" {
					p.Report(r, "sender", why, "a domain that is given up can be registered by anybody: take the rule out, or mend the name")
					break
				}
			}
		}
	},
}

// noMail says why nothing can be sent to domain; empty: it takes mail, or nobody knows.
func (p *Pass) noMail(domain string) string {
	mx, kind, unknown := resolve.Ask(p.Context, p.Resolve, resolve.Q(domain, resolve.TypeMX))
	switch {
	case unknown != nil || len(mx.MX()) > 0 && mx.MX()[0].Host != "":
		return ""
	case kind == resolve.NXDomain:
		return "there is no domain " + domain
	case len(mx.MX()) > 0:
		return domain + " says that it takes no mail" // RFC 7505
	}
	for _, typ := range []uint16{resolve.TypeA, resolve.TypeAAAA} {
		a, _, unknown := resolve.Ask(p.Context, p.Resolve, resolve.Q(domain, typ))
		if unknown != nil || len(a.Addrs()) > 0 {
			return ""
		}
	}
	return domain + " has neither an MX nor an address"
}

package lint

import (
	"net/netip"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var privateNetwork = &Lint{
	Name: "private-network", Title: "names an address that cannot connect from outside", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		for _, n := range r.When.BorderIP {
			ip := n.Addr()
			if ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || sharedSpace.Contains(ip) {
				p.Report(r, "border-ip", n.String()+" is never seen from outside: the rule does not act, or acts on mail whose real source is hidden by a host of yours",
					"name the address that connects to your border: `fpcheck analyze` shows it")
			}
		}
	},
}

// sharedSpace is the address space between a provider and its customers (RFC 6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

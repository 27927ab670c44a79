package lint

import (
	"fmt"
	"net/netip"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Networks wider than these are shared by strangers: a customer of a data centre is rarely given more.
const (
	widest4 = 24
	widest6 = 48
)

var wideNetwork = &Lint{
	Name: "wide-network", Title: "allows a network that is wider than one customer's", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow {
			return
		}
		for _, n := range r.When.BorderIP {
			limit := widest6
			if n.Addr().Is4() {
				limit = widest4
			}
			if n.Bits() < limit {
				p.Report(r, "border-ip", fmt.Sprintf("%s holds %s addresses", n, count(n)), fmt.Sprintf("name the addresses that send; at most a /%d", limit))
			}
		}
	},
}

func count(n netip.Prefix) string {
	if free := n.Addr().BitLen() - n.Bits(); free < 40 {
		return fmt.Sprint(uint64(1) << free)
	}
	return "very many"
}

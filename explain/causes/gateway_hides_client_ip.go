package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/explain"
)

// gatewayHidesClientIP: a filter stands in front, and the one behind it judges that filter's address.
var gatewayHidesClientIP = &explain.Cause{
	Name: "gateway-hides-client-ip", Title: "The filter in front hides the sender's address from the one behind it.", Families: []explain.Family{explain.FamilySPF, explain.FamilyDMARC, explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		ours := v.Ours()
		if len(ours) < 2 || !v.Caught() || !v.Authentic() || v.Spoof.Claims {
			return nil
		}
		front := ours[len(ours)-1]
		seen, ok := judged(v)
		if _, broken := v.Broken(); !ok || broken {
			return nil
		}
		gate := hostOf(front)
		if p := providers.ByHost(front.By); p != nil {
			gate = p.Title
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.You,
			For: append(append([]analyze.Finding{seen, at("path.front", gate+" took the message from outside", front.Span)}, stated(v, explain.FamilySPF, explain.FamilyDMARC, explain.FamilySpoof)...),
				v.Good("spf.pass", "dmarc.pass")...),
			Title: fmt.Sprintf("%s stands in front and hides the sender's address %s: the filter behind it judged the gateway and found SPF failed, though SPF of %s passes at the front.", gate, ip(v), from(v)),
			Do:    "Release it, and switch on enhanced filtering for the connector of the gateway.",
			Fixes: []explain.Fix{
				fix(explain.You, "Microsoft 365: Defender portal > Email & collaboration > Policies > Enhanced filtering for connectors: choose the inbound connector of %s and let it skip its addresses. Elsewhere: tell the inner filter that %s is a trusted relay.", gate, gate),
			},
		}
		if v.Filter.Caught {
			d.Sure = proven
		}
		return d
	},
}

package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// signatureServiceLoop: the seed's third case. Mail between colleagues leaves the mailbox provider for a signature service and comes back
// through the MX, so the filter meets the own domain from outside.
var signatureServiceLoop = &explain.Cause{
	Name: "signature-service-loop", Title: "Mail between your own people left for a signature service and came back in through the MX.",
	Families: []explain.Family{explain.FamilySpoof, explain.FamilyDMARC, explain.FamilyDKIM},
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := signatureTool(v)
		if _, other := foreignTenant(v); !ok || other || !v.Spoof.Claims || !v.Inbound() || len(fraudulent(v)) > 0 {
			return nil
		}
		d := &explain.Diagnosis{
			Title: fmt.Sprintf("Mail between your own people left for %s, which adds the signatures, and came back in through the MX from %s.", s.Title, peer(v)),
			Sure:  strong, WhoFixes: explain.You, Known: true,
			For:    append([]analyze.Finding{viaFinding(s)}, v.Find("spoof.*")...),
			Clears: []string{"spoof.*", "dmarc.fail-*", "dkim.*", "spf.softfail", "spf.fail"},
			Do:     fmt.Sprintf("%s: allow your domain when a host of your mailbox provider connects and the message carries your tenant or signature (fpcheck suggest).", allowRule(v)),
			Fixes: []explain.Fix{
				fix(explain.You, "Change the mail flow so that internal mail stays inside: in Microsoft 365 the connector to %s should apply to mail that leaves the organisation, and mail that comes back from it needs an inbound connector.", s.Title),
				fix(explain.You, "Until then an allow rule for %s bound to the aligned DKIM signature. Hosts such as outbound.protection.outlook.com send for every tenant: alone they are no ground for a rule.", from(v)),
			},
		}
		if h, ok := stop(v, s.Provider); ok {
			d.For = append(d.For, at("path.loop", "it passed "+hostOf(h)+" before it came back", h.Span))
		}
		broken, isBroken := v.Broken()
		switch {
		case v.Passes():
			d.Sure = proven
			d.For = append(d.For, v.Good("dmarc.pass", "dkim.pass")...)
		case isBroken && broken.Restored():
			d.Sure = proven
			d.For = append(d.For, v.Find("autopsy.restored")...)
			d.Fixes = append(d.Fixes, fix(explain.You, "Let %s work before the message is signed, and add its SPF include to %s.", s.Title, from(v)))
		}
		d.Changes = []analyze.Change{sendingServer(v.Hand.IP)}
		return d
	},
}

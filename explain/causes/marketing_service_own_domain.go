package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/explain"
)

// marketingServiceOwnDomain: a service sends campaigns as the organisation, and anti-spoofing takes that for forgery;
// SPF being right does not help.
var marketingServiceOwnDomain = &explain.Cause{
	Name: "marketing-service-own-domain", Title: "A marketing service sends as your own domain, and anti-spoofing takes it for a forgery.",
	Families: []explain.Family{explain.FamilySpoof, explain.FamilyDMARC},
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := marketing(v)
		if !ok || !v.Spoof.Claims || !v.Inbound() || !v.Passes() && (len(fraudulent(v)) > 0 || v.Says("words.payment-change")) {
			return nil // another customer of the service could send so
		}
		d := &explain.Diagnosis{
			Title: fmt.Sprintf("%s sends as your own domain %s, and anti-spoofing takes it for a forgery.", s.Title, from(v)),
			Sure:  strong, WhoFixes: explain.You, Known: true,
			For:    append([]analyze.Finding{viaFinding(s)}, v.Find("spoof.*")...),
			Clears: []string{"spoof.*", "dmarc.fail-*", "spf.fail", "spf.softfail"},
			Do:     fmt.Sprintf("%s: allow your sender address together with the host of %s (fpcheck suggest). Leave anti-spoofing on.", allowRule(v), s.Title),
			Fixes: []explain.Fix{
				fix(explain.You, "One allow rule for %s, bound to the host that connects or, where the filter can, to the DKIM signature of %s. The host alone lets every customer of the service send as you.", s.Title, from(v)),
				fix(explain.You, "Set up %s's DKIM key under %s, so that DMARC passes: filters that ask it need no rule then.", s.Title, from(v)),
			},
		}
		switch {
		case checks.SpoofAsksAddress(v.Input):
			d.Title += " Right SPF does not help: that step looks at the address alone."
		case !v.Passes():
			d.Title += fmt.Sprintf(" Neither SPF nor DKIM speaks for %s: SPF passes for the domain of the service, if at all.", from(v))
		}
		switch {
		case asksHost(v) || v.Passes():
		case checks.SpoofAsksAddress(v.Input):
			d.Do = fmt.Sprintf("Release it by hand, and have %s sign with DKIM as %s. This filter has no rule that asks for a host, and the addresses of %s are those of all its customers. Leave anti-spoofing on.", s.Title, from(v), s.Title)
		default:
			d.Do = fmt.Sprintf("Have %s sign with DKIM as %s: this filter has no rule that asks for a host, and none is needed then. Leave anti-spoofing on.", s.Title, from(v))
		}
		if v.Passes() {
			d.Sure = proven
			d.For = append(d.For, v.Good("dmarc.pass", "dkim.pass")...)
		} else {
			d.Against = v.Find("dmarc.fail-*")
		}
		if _, change, ok := spfWith(v, v.From, mechanism(v.Hand.IP)); ok { // what people expect to help
			d.Changes = append(d.Changes, change)
		}
		d.Changes = append(d.Changes, sendingServer(v))
		return d
	},
}

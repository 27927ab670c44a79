package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dmarc"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
)

// forgedOwnDomain: a stranger writes the organisation's own domain into From. It speaks where nothing shows the message to be one's own: no
// aligned signature, no form, no service, no signature tool.
var forgedOwnDomain = &explain.Cause{
	Name: "forged-own-domain", Title: "A stranger sends as your own domain.", Nature: explain.Bad,
	Families: []explain.Family{explain.FamilySpoof},
	Match:    matchForgedOwnDomain,
}

func matchForgedOwnDomain(v *explain.View) *explain.Diagnosis {
	if !v.Spoof.Claims || !v.Inbound() || v.Authentic() {
		return nil
	}
	bad := distinct(append(v.Find(slices.Concat(credentials, money, offers, tricks, origins)...), baited(v)...))
	tenant, foreign := foreignTenant(v)
	if len(bad) == 0 && !foreign && (ownSource(v) || unseenForm(v) || unseenTool(v) || !v.Spoof.Stated) {
		return nil // without a profile the recipient's domain is only taken for one's own
	}
	d := &explain.Diagnosis{
		Title:    fmt.Sprintf("A stranger sends as your own domain %s, from %s.", from(v), peer(v)),
		Sure:     weak,
		For:      append(v.Find("spoof.*", "spf.fail", "spf.softfail", "dmarc.fail-*", "helo.mismatch"), bad...),
		WhoFixes: explain.Nobody,
		Do:       "Do not release it. Find who else got it, and report it to the filter vendor.",
		Fixes: []explain.Fix{
			fix(explain.You, "Keep anti-spoofing on. Publish p=reject for %s once your own mail passes DMARC, so that others refuse such copies, too.", from(v)),
		},
	}
	if len(bad) == 0 { // nobody's own server asks for a login
		d.Fixes = append(d.Fixes, afterAll(v))
	}
	if foreign {
		d.For = append(d.For, tenant)
		d.Sure = strong
	}
	if len(bad) > 0 && v.DMARC.Verdict != dmarc.Unknown {
		d.Sure = strong
	}
	if len(bad) > 0 && v.Says("spf.fail", "dmarc.fail-*") && v.Says(tricks...) {
		d.Sure = 0.85
	}
	return d
}

// baited is what one's own people and services do not send: a threat, or a document that waits at somebody's to whom nothing of the path belongs.
func baited(v *explain.View) []analyze.Finding {
	out := threats(v)
	if led := elsewhereBut(v, func(host string) bool { return handedOver(v, host) }); len(led) > 0 && !ownSource(v) {
		if found := v.Once("lure", lure); len(found) > 0 {
			out = append(append(out, found...), led...)
		}
	}
	return out
}

// afterAll is what to say where the message is one's own. A host that sends for many customers is never a sending server.
func afterAll(v *explain.View) explain.Fix {
	p := sharedProvider(v)
	switch {
	case fromMicrosoft(v):
		return fix(explain.You, "If it came out of your own Microsoft 365 tenant after all, name the tenant in the profile (key microsoft-365) and ask again.")
	case p != nil:
		return fix(explain.You, "If you send through %s after all, let it sign with DKIM as %s, and ask again with the next message.", p.Title, from(v))
	}
	return fix(explain.You, "If %s is a server of yours after all, say so in the profile (sending-servers) and ask again.", peer(v))
}

// ownSource reports whether the path shows a form, a service or a signature tool that may well be one's own.
func ownSource(v *explain.View) bool {
	if _, ok := scriptHost(v); ok {
		return true
	}
	if _, ok := marketing(v); ok {
		return true
	}
	if _, _, ok := cameBack(v); ok {
		return true
	}
	_, ok := signatureTool(v)
	return ok
}

// unseenForm reports whether the line below the border is that of a script on the host that the peer says it is, where the border wrote no name of its peer and
// none could be looked up: Exchange writes the HELO alone. Then nothing shows that it is a stranger.
func unseenForm(v *explain.View) bool {
	below, host := v.Below(), v.Facts.BorderHost.Known
	return host != rules.Yes && host != rules.No && v.Hand.Helo != "" && len(below) > 0 && below[0].Local && !below[0].Authenticated && strings.EqualFold(strings.TrimSuffix(below[0].By, "."), v.Hand.Helo)
}

// unseenTool reports whether the peer says that it is a host of a signature tool, where nobody could look whether it is: Exchange writes the HELO alone, and
// triage asks no DNS. The envelope is one's own then, so SPF does not tell either, as it does of a service that sends campaigns.
func unseenTool(v *explain.View) bool {
	host, p := v.Facts.BorderHost.Known, providers.ByHost(v.Hand.Helo)
	return host != rules.Yes && host != rules.No && p != nil && p.Kind == providers.SignatureTool
}

// foreignTenant finds a Microsoft 365 tenant that is not the profile's.
func foreignTenant(v *explain.View) (f analyze.Finding, foreign bool) {
	written, own := tenantID(v)
	if written.Span.Empty() || own {
		return analyze.Finding{}, false
	}
	return at("tenant.other", "it came out of another Microsoft 365 tenant than yours", written.Value), true
}

// ownTenant finds the tenant of the profile.
func ownTenant(v *explain.View) (f analyze.Finding, own bool) {
	written, own := tenantID(v)
	if !own {
		return analyze.Finding{}, false
	}
	f = at("tenant.own", "it names your own Microsoft 365 tenant, and a host of Microsoft handed it over", written.Value)
	f.Evidence = append(f.Evidence, analyze.Evidence{Profile: "microsoft-365"})
	return f, true
}

// tenantID returns the field that names the tenant for which a host of Microsoft 365 handed the message over, and whether it is the profile's. The field is
// empty where the profile names none. Of several copies one that names another tenant counts.
func tenantID(v *explain.View) (written eml.Field, own bool) {
	want := v.Input.Profile.Tenant
	if want == "" || !fromMicrosoft(v) {
		return eml.Field{}, false
	}
	for _, f := range v.Input.Message.All("X-MS-Exchange-CrossTenant-Id") {
		if written = f; !strings.EqualFold(strings.TrimSpace(v.Input.Message.Text(f)), want) {
			return f, false
		}
	}
	return written, !written.Span.Empty()
}

// fromMicrosoft reports whether a host of Microsoft 365 handed the message over.
func fromMicrosoft(v *explain.View) bool {
	p := providers.ByHost(v.Peer)
	if p == nil {
		p = providers.Default().ByRelay(providers.Mailbox, v.Hand.IP)
	}
	return p != nil && p.Name == "microsoft-365"
}

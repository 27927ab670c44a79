package causes

import (
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// signatureServiceLoop: mail between colleagues leaves the mailbox provider for a signature service and comes back
// through the MX, so the filter meets the own domain from outside.
var signatureServiceLoop = &explain.Cause{
	Name: "signature-service-loop", Title: "Mail between your own people left for a signature service and came back in through the MX.",
	Families: []explain.Family{explain.FamilySpoof, explain.FamilyDMARC, explain.FamilyDKIM},
	Match: func(v *explain.View) *explain.Diagnosis {
		s, tool := signatureTool(v)
		back, settled, own := cameBack(v)
		if _, other := foreignTenant(v); !tool && !own || other || !v.Spoof.Claims || !v.Inbound() || len(fraudulent(v)) > 0 {
			return nil
		}
		d := loopDiagnosis(v)
		broken, isBroken := v.Broken()
		d.For, d.Known = append(back, d.For...), settled || tool && (s.Verified || ownPeer(v)) || isBroken && broken.Restored()
		if tool {
			throughTool(v, s, d)
		}
		if !d.Known && !v.Vouched() {
			unsettled(v, d)
		}
		switch {
		case v.Passes():
			d.Sure = proven
			d.For = append(d.For, v.Good("dmarc.pass", "dkim.pass")...)
		case isBroken && broken.Restored():
			d.Sure = proven
			d.For = append(d.For, v.Find("autopsy.restored")...)
		}
		d.For = distinct(d.For)
		return d
	},
}

// loopDiagnosis is what all such mail has in common. No service need be seen: a transport rule or a connector sends mail round, too.
func loopDiagnosis(v *explain.View) *explain.Diagnosis {
	d := &explain.Diagnosis{
		Title: "Mail between your own people left your Microsoft 365 tenant, as signature services such as Exclaimer do it, and came back in through the MX.",
		Sure:  strong, WhoFixes: explain.You,
		For:    v.Find("spoof.*"),
		Clears: []string{"spoof.*", "dmarc.fail-*", "dkim.*", "spf.softfail", "spf.fail"},
		Do:     fmt.Sprintf("%s: allow your domain where the message carries your tenant or your DKIM signature (fpcheck suggest).", allowRule(v)),
		Fixes: []explain.Fix{
			fix(explain.You, "Change the mail flow so that internal mail stays inside: in Microsoft 365 the connector to the signature service should apply to mail that leaves the organisation, and mail that comes back from it needs an inbound connector."),
			fix(explain.You, "Until then an allow rule for all senders of %s, bound to the aligned DKIM signature or, where the filter can only look for text, to your tenant's id. Hosts such as outbound.protection.outlook.com send for every tenant: alone they are no ground for a rule.", from(v)),
		},
		Changes: []analyze.Change{sendingServer(v)},
	}
	if !asksHost(v) && !v.Passes() {
		d.Do = "Release it by hand, and let it come back over an inbound connector of the tenant (fpcheck suggest): this filter has no rule that could tell your mail from a stranger's here."
	}
	return d
}

// throughTool names the service that is on the way. Its marks alone show nothing in a message that comes from anybody's tenant, since anybody can write
// them; see unsettled.
func throughTool(v *explain.View, s explain.Via, d *explain.Diagnosis) {
	d.Title = fmt.Sprintf("Mail between your own people left for %s, which adds the signatures, and came back in through the MX from %s.", s.Title, peer(v))
	d.For = append([]analyze.Finding{viaFinding(s)}, d.For...)
	if h, ok := stop(v, s.Provider); ok {
		d.For = append(d.For, at("path.loop", "it passed "+hostOf(h)+" before it came back", h.Span))
	}
	if broken, ok := v.Broken(); ok && broken.Restored() {
		d.Fixes = append(d.Fixes, fix(explain.You, "Let %s work before the message is signed, and add its SPF include to %s.", s.Title, from(v)))
	}
}

// unsettled says what would show that the message is one's own: a stranger's tenant sends from the same hosts.
func unsettled(v *explain.View, d *explain.Diagnosis) {
	d.Sure = weak
	d.Title = "This looks like mail between your own people that came back in through the MX. A stranger's tenant at Microsoft 365 could send the same, and nothing here shows whose it was."
	d.Against = v.Find("dkim.body-changed", "dkim.signature-bad", "dmarc.fail-*")
	d.Do = fmt.Sprintf("Ask again with %s, or ask the colleague. If it is yours, release it and mend the loop (fpcheck suggest --confirmed).", titles(proofs(v)))
}

// proofs are what can show whose tenant it was.
func proofs(v *explain.View) []string {
	var out []string
	if v.Input.Message.HeaderOnly {
		out = append(out, "the whole message")
	}
	if v.Input.Profile.Tenant == "" {
		out = append(out, "your tenant in the profile (key microsoft-365)")
	}
	if v.Input.DNSMode == "offline" {
		out = append(out, "--dns live")
	}
	return out
}

// distinct drops findings that are there already.
func distinct(list []analyze.Finding) []analyze.Finding {
	var out []analyze.Finding
	for _, f := range list {
		if !slices.ContainsFunc(out, func(g analyze.Finding) bool { return g.ID == f.ID && g.Summary == f.Summary }) {
			out = append(out, f)
		}
	}
	return out
}

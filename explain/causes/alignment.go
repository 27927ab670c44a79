package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dmarc"
	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/explain"
)

var dmarcFamilies = []explain.Family{explain.FamilyDMARC, explain.FamilySpoof}

// dmarcMisalignedService: SPF and DKIM pass, but for the service that sends and not for the domain in From.
var dmarcMisalignedService = &explain.Cause{
	Name: "dmarc-misaligned-service", Title: "A service sends for the author's domain and signs as itself.", Families: dmarcFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Fails() || v.Own(v.From) || len(v.Signatures()) > 0 || len(fraudulent(v)) > 0 || forwarded(v) || explain.Same(v.SPF.Domain, v.From) {
			return nil
		}
		service, why := otherOrg(v)
		if service == "" {
			return nil
		}
		if _, isList := list(v); isList {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.SenderAdmin,
			For:     append(append(why, v.Find("dmarc.fail-*")...), stated(v, explain.FamilyDMARC)...),
			Against: append(v.Find("ptr.missing", "helo.mismatch"), at("dmarc.anybody", "a stranger who signs as himself would look the same; the words ask for nothing suspicious")),
			Clears:  []string{"dmarc.fail-*"},
			Title:   fmt.Sprintf("%s sends for %s: SPF or DKIM passes, but for the service and not for the domain in From.", service, from(v)),
			Do:      "Release it if the sender uses this service, and tell his postmaster to set up the service's key under his domain.",
			Fixes: []explain.Fix{
				fix(explain.SenderAdmin, "%s: publish the service's DKIM key under %s (its settings call it custom or authenticated domain), or let it use a bounce domain under %s (custom return path).", postmaster(v.From), from(v), from(v)),
				fix(explain.Service, "Ask each customer for a DKIM key and a return path under his own domain, or put your own domain into From."),
			},
		}
		if _, change, ok := spfWith(v, v.From, mechanismText(v)); ok { // people expect it to help; SPF is asked for the envelope's domain
			d.Changes = append(d.Changes, change)
		}
		return d
	},
}

// otherOrg names the organisation for which SPF or DKIM passes, where it connected itself.
func otherOrg(v *explain.View) (string, []analyze.Finding) {
	var why []analyze.Finding
	service := ""
	for _, s := range v.Foreign() {
		if explain.Same(s.Domain, v.Peer) || explain.Same(s.Domain, v.SPF.Domain) {
			service = name(explain.Org(s.Domain), "A service")
			why = append(why, at("dkim.other-domain", service+" signed the message", s.DSpan))
		}
	}
	if v.SPF.Verdict == spf.Pass && (explain.Same(v.SPF.Domain, v.Peer) || service != "") {
		if service == "" {
			service = name(explain.Org(v.SPF.Domain), "A service")
		}
		why = append(why, v.Good("spf.pass")...)
	}
	if s, ok := marketing(v); ok {
		service = s.Title
		why = append(why, viaFinding(s))
	}
	return service, why
}

// dmarcStrictAlignment: what passes belongs to the author's organisation, and the record asks for equal domains.
var dmarcStrictAlignment = &explain.Cause{
	Name: "dmarc-strict-alignment", Title: "The sender's DMARC record asks for strict alignment, and its mail is signed for a sub-domain.", Families: dmarcFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		r := v.DMARC.Record
		if !v.Fails() || r == nil || !r.StrictDKIM && !r.StrictSPF {
			return nil
		}
		domain, tag := strictly(v)
		if domain == "" {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.SenderAdmin,
			For:    append(append(v.Find("dmarc.fail-*"), v.Good("spf.pass", "dkim.pass")...), stated(v, explain.FamilyDMARC)...),
			Clears: []string{"dmarc.fail-*"},
			Title:  fmt.Sprintf("The DMARC record of %s asks for equal domains (%s), and what passes is %s.", from(v), tag, domain),
			Do:     "Release it, and send the sender's postmaster the record to change.",
			Fixes: []explain.Fix{
				fix(explain.SenderAdmin, "%s: take %s out of the TXT record at _dmarc.%s, or sign as %s itself.", postmaster(v.From), tag, name(v.DMARC.FoundAt, from(v)), from(v)),
			},
		}
		if c, ok := relaxedRecord(v); ok {
			d.Changes = append(d.Changes, c)
		}
		return d
	},
}

// strictly returns the identifier that would be aligned if the record did not ask for equal domains, and the tag that asks.
func strictly(v *explain.View) (domain, tag string) {
	for _, a := range v.DMARC.DKIM {
		if a.Strict && !a.Aligned && a.Verdict == "pass" && explain.Same(a.Domain, v.From) {
			return name(a.Domain, "a sub-domain"), "adkim=s"
		}
	}
	if a := v.DMARC.SPF; a.Strict && !a.Aligned && a.Verdict == "pass" && explain.Same(a.Domain, v.From) {
		return name(a.Domain, "a sub-domain"), "aspf=s"
	}
	return "", ""
}

// dmarcSubdomainPolicy: the policy for sub-domains is harder than that of the domain, and mail of a sub-domain has nothing that passes.
var dmarcSubdomainPolicy = &explain.Cause{
	Name: "dmarc-subdomain-policy", Title: "The domain's policy for sub-domains (sp=) hits mail of a sub-domain that authenticates nothing.", Families: dmarcFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Fails() || v.DMARC.Record == nil || v.DMARC.PolicyTag != "sp" && v.DMARC.PolicyTag != "np" || v.DMARC.Effective() == dmarc.PolicyNone {
			return nil
		}
		if !explain.Same(v.Peer, v.From) || len(v.Signatures()) > 0 || len(fraudulent(v)) > 0 {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.SenderAdmin,
			For:    append(append(v.Find("dmarc.fail-*", "spf.*"), handover(v, "path.own-host", "%s bears a name of the sender's own domain", peer(v))), stated(v, explain.FamilyDMARC)...),
			Clears: []string{"dmarc.fail-*"},
			Title:  fmt.Sprintf("%s asks to %s mail of its sub-domains (%s=), and %s has neither SPF nor DKIM.", name(v.DMARC.FoundAt, "The domain"), v.DMARC.Effective(), v.DMARC.PolicyTag, from(v)),
			Do:     "Release it if the sender is known to you, and tell his postmaster.",
		}
		record := "v=spf1 " + mechanismText(v) + " -all"
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: publish SPF for the sub-domain, TXT at %s: %s; or let the machine send through the mail server, which signs.", postmaster(v.DMARC.FoundAt), from(v), record),
		}
		if name(v.From, "") != "" {
			d.Changes = append(d.Changes, spfRecord("SPF record for "+from(v), v.From, record))
		}
		return d
	},
}

// relaxedRecord is the what-if "the DMARC record without adkim=s and aspf=s".
func relaxedRecord(v *explain.View) (analyze.Change, bool) {
	r := v.DMARC.Record
	record := "v=DMARC1; p=" + string(r.P)
	if r.P == "" || name(v.DMARC.FoundAt, "") == "" {
		return analyze.Change{}, false
	}
	return dmarcRecord("no adkim=s and aspf=s in DMARC of "+from(v), v.DMARC.FoundAt, record), true
}

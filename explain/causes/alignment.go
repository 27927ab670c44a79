package causes

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/explain"
)

var dmarcFamilies = []explain.Family{explain.FamilyDMARC, explain.FamilySpoof}

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

// relaxedRecord is the what-if "the DMARC record without adkim=s and aspf=s".
func relaxedRecord(v *explain.View) (analyze.Change, bool) {
	r := v.DMARC.Record
	record := "v=DMARC1; p=" + string(r.P)
	if r.P == "" || name(v.DMARC.FoundAt, "") == "" {
		return analyze.Change{}, false
	}
	return dmarcRecord("no adkim=s and aspf=s in DMARC of "+from(v), v.DMARC.FoundAt, record), true
}

package causes

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// webForm finds a script that writes as one's own domain, and asks for nothing that fraud asks for.
func webForm(v *explain.View) (analyze.Finding, bool) {
	if !v.Spoof.Claims || !v.Inbound() || suspicious(v) {
		return analyze.Finding{}, false
	}
	return scriptHost(v)
}

// formDiagnosis is what both have in common.
func formDiagnosis(v *explain.View, script analyze.Finding) *explain.Diagnosis {
	d := &explain.Diagnosis{
		Sure: strong, WhoFixes: explain.You, Known: true,
		For:     append([]analyze.Finding{script}, v.Find("spoof.*", "spf.fail", "spf.softfail")...),
		Against: v.Find("ptr.generic", "ptr.unconfirmed", "helo.mismatch"),
		Clears:  []string{"spoof.*", "spf.fail", "spf.softfail", "dmarc.fail-*"},
		Fixes:   []explain.Fix{fix(explain.You, "Lasting: let the form send through your own mail service with a login, or sign with DKIM as %s.", from(v))},
		Changes: []analyze.Change{sendingServer(v)},
	}
	d.For = append(d.For, stated(v, explain.FamilySpoof)...)
	if _, change, ok := spfWith(v, v.From, mechanism(v.Hand.IP)); ok { // people expect it to help; a shared host in SPF lets all its customers send
		d.Changes = append(d.Changes, change)
	}
	return d
}

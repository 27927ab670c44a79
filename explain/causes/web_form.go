package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/explain"
)

// webFormUnlistedServer: the seed's first case. A form on the organisation's site writes as its own domain, from a server that is not one of
// the sending servers.
var webFormUnlistedServer = &explain.Cause{
	Name: "web-form-unlisted-server", Title: "Your own web form sends through a server that is not one of your sending servers.",
	Families: []explain.Family{explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		script, ok := webForm(v)
		if _, pool := shared(v); !ok || pool && !v.Input.Profile.IsDedicated(v.Hand.IP) {
			return nil
		}
		d := formDiagnosis(v, script)
		d.Title = fmt.Sprintf("Your own web form on %s sends from %s, which is not one of your sending servers.", peer(v), ip(v))
		how, known := knob(v, policy.KnobSendingServers)
		if !known {
			how = "the filter's sending servers"
		}
		if v.Input.Profile.IsDedicated(v.Hand.IP) {
			d.Sure, d.Proven = proven, true
			d.For = append(d.For, inProfile("profile.dedicated", "dedicated-servers", "%s is stated to be yours alone", ip(v)))
			d.Do = fmt.Sprintf("Add %s to %s.", ip(v), how)
		} else {
			d.Do = fmt.Sprintf("If nobody else sends from %s, add it to %s; else make an allow rule for the form (fpcheck suggest).", ip(v), how)
		}
		d.Fixes = append([]explain.Fix{fix(explain.You, "Add %s to %s, if the address is yours alone. Where no outgoing filtering is in use: an allow rule on sender and host.", ip(v), how)}, d.Fixes...)
		return d
	},
}

// webFormHostingPool: the same form on a host that sends for many customers, or from changing addresses.
var webFormHostingPool = &explain.Cause{
	Name: "web-form-hosting-pool", Title: "Your own web form sends from a shared hosting pool, so its address changes.",
	Families: []explain.Family{explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		script, ok := webForm(v)
		pool, many := shared(v)
		if !ok || !many || v.Input.Profile.IsDedicated(v.Hand.IP) {
			return nil
		}
		d := formDiagnosis(v, script)
		d.Title = fmt.Sprintf("Your own web form sends from a shared hosting pool: the address changes, the host name %s stays.", peer(v))
		d.For = append(d.For, pool...)
		d.Do = fmt.Sprintf("%s: allow the form's sender address together with the host name %s (fpcheck suggest); no address of the pool.", allowRule(v), peer(v))
		d.Fixes = append([]explain.Fix{fix(explain.You, "A rule that allows the form's sender address when the delivery point names %s as the host that connected. Do not add an address of the pool to the sending servers: every customer of the host could send as %s.", peer(v), from(v))}, d.Fixes...)
		return d
	},
}

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
		Changes: []analyze.Change{sendingServer(v.Hand.IP)},
	}
	d.For = append(d.For, stated(v, explain.FamilySpoof)...)
	if _, change, ok := spfWith(v, v.From, mechanism(v.Hand.IP)); ok { // people expect it to help; a shared host in SPF lets all its customers send
		d.Changes = append(d.Changes, change)
	}
	return d
}

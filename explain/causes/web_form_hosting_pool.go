package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

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
		if !asksHost(v) {
			d.Do = fmt.Sprintf("Let the form send through your own mail service with a login, or sign with DKIM as %s: this filter has no rule that asks for a host.", from(v))
		}
		d.Fixes = append([]explain.Fix{fix(explain.You, "A rule that allows the form's sender address when the delivery point names %s as the host that connected. Do not add an address of the pool to the sending servers: every customer of the host could send as %s.", peer(v), from(v))}, d.Fixes...)
		return d
	},
}

package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// senderWithoutPTR: the address has no name.
var senderWithoutPTR = &explain.Cause{
	Name: "sender-without-ptr", Title: "The sending server's address has no PTR record.",
	Families: []explain.Family{explain.FamilyPTR},
	Match: func(v *explain.View) *explain.Diagnosis {
		missing := v.Says("ptr.missing")
		generic := v.Says("ptr.generic") && v.Filter.Carries([]explain.Family{explain.FamilyPTR}) // services number their hosts, too
		if !missing && !generic && !v.Says("ptr.unconfirmed") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.IPProvider,
			For:    append(v.Find("ptr.*"), stated(v, explain.FamilyPTR)...),
			Clears: []string{"ptr.*"},
			Title:  fmt.Sprintf("The sending server %s has no name in the DNS (no PTR record).", ip(v)),
			Do:     "Release it if the sender is known to you, and tell his postmaster.",
		}
		if !missing {
			d.Sure = strong
			d.Title = fmt.Sprintf("The sending server %s has a name that is not its own: it leads elsewhere, or is one that a provider gives to a line.", ip(v))
		}
		d.Fixes = []explain.Fix{
			fix(explain.IPProvider, "Set the PTR record of %s to the name of the mail server (%s), and see that this name leads back to %s.", ip(v), helo(v), ip(v)),
			fix(explain.SenderAdmin, "%s: ask the provider of %s for that PTR record; you cannot set it in your own zone.", postmaster(v.From), ip(v)),
		}
		return d
	},
}

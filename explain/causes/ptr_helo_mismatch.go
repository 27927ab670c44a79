package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// ptrHeloMismatch: the address has a name, and its server calls itself another one.
var ptrHeloMismatch = &explain.Cause{
	Name: "ptr-helo-mismatch", Title: "The sending server introduces itself by a name that is not its own.",
	Families: []explain.Family{explain.FamilyHELO},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Says("helo.mismatch", "helo.not-a-name") || v.Says("ptr.missing") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.SenderAdmin,
			For:    append(v.Find("helo.*"), stated(v, explain.FamilyHELO)...),
			Clears: []string{"helo.*"},
			Title:  fmt.Sprintf("The sending server says %s in HELO, but %s is called %s.", name(v.Hand.Helo, "something that is no name"), ip(v), peer(v)),
			Do:     "Release it if the sender is known to you, and tell his postmaster.",
		}
		want := peer(v)
		if v.Peer == "" {
			want = "its name in the DNS"
			d.Title = fmt.Sprintf("The sending server %s says %s in HELO, and nothing shows that this is its name.", ip(v), name(v.Hand.Helo, "something that is no name"))
		}
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: set the HELO name of the mail server to %s (Postfix: myhostname or smtp_helo_name; Exchange: FQDN of the send connector; Exim: primary_hostname or helo_data).", postmaster(v.From), want),
		}
		return d
	},
}

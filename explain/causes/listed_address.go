package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// listedAddress: a list holds the address, which is the sender's own.
var listedAddress = &explain.Cause{
	Name: "listed-address", Title: "The sending server's address is on a blocklist.", Families: []explain.Family{explain.FamilyList},
	Match: func(v *explain.View) *explain.Diagnosis {
		lists := listings(v)
		if len(lists) == 0 || bot(v) {
			return nil
		}
		if _, pool := poolOwner(v); pool {
			return nil
		}
		d := listDiagnosis(v)
		d.Title = fmt.Sprintf("The sending server %s is on a blocklist (%s): it sent spam, or somebody took it over.", ip(v), listNames(lists))
		d.Do = "Ask the sender's postmaster whether the server was abused and is clean; then release."
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: find and stop what sent the spam (a taken-over mailbox or web page), then ask to be taken off: %s. Lists forget an address by themselves some days or weeks after the last spam.", postmaster(v.From), pages(lists)),
			fix(explain.You, "A rule for this sender bound to a DKIM signature, if you cannot wait; none for the address."),
		}
		return d
	},
}

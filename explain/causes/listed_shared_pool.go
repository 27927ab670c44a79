package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// listedSharedPool: the address is one of a service's pool, and another customer sent the spam.
var listedSharedPool = &explain.Cause{
	Name: "listed-shared-pool", Title: "The sender's mail service has an address on a blocklist, for what another customer did.", Families: []explain.Family{explain.FamilyList},
	Match: func(v *explain.View) *explain.Diagnosis {
		lists := listings(v)
		owner, pool := poolOwner(v)
		if len(lists) == 0 || !pool || bot(v) {
			return nil
		}
		d := listDiagnosis(v)
		d.WhoFixes = explain.Service
		d.Title = fmt.Sprintf("The message came from an address of %s that is on a blocklist (%s): its customers share it.", owner, listNames(lists))
		d.Do = "Release it; the service has to clean its pool."
		d.Fixes = []explain.Fix{
			fix(explain.Service, "%s: stop the customer who sent the spam, and ask to be taken off: %s.", abuse(v.Peer), pages(lists)),
			fix(explain.SenderAdmin, "%s: ask the service for another pool or an address of your own.", postmaster(v.From)),
			fix(explain.You, "A rule bound to the sender's own DKIM signature, not to the address."),
		}
		return d
	},
}

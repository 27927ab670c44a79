package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

var changedAfterSigning = &explain.Cause{
	Name: "changed-after-signing", Title: "Somebody on the way changed the message after it was signed.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		c, ok := changed(v)
		if !ok || otherKey(c.Signed) {
			return nil
		}
		for _, precise := range []*explain.Cause{ownGatewayChangesMail, mailingList, reencodedOnTheWay, footerAfterSigning} {
			if precise.Match(v) != nil {
				return nil
			}
		}
		d := c.diagnosis()
		d.Sure = min(d.Sure, moderate)
		d.WhoFixes = explain.SenderAdmin
		d.Title = fmt.Sprintf("The message was changed%s after %s signed it; by what could not be found.", c.whereText(), c.signer())
		if c.what() != "" {
			d.Title = fmt.Sprintf("The message was changed%s after %s signed it: %s.", c.whereText(), c.signer(), c.what())
		}
		d.Do = "Ask the sender which host or tool changes mail after signing."
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: find the host between signing and %s that changes mail, and sign after it.", postmaster(c.Domain), peer(v))}
		return d
	},
}

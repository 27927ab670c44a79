package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

var reencodedOnTheWay = &explain.Cause{
	Name: "reencoded-on-the-way", Title: "A relay wrote the message in another encoding after it was signed.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		c, ok := changed(v)
		if !ok || !c.only(encodings...) {
			return nil
		}
		if _, isList := list(v); isList {
			return nil
		}
		d := c.diagnosis()
		d.WhoFixes = explain.SenderAdmin
		d.Title = fmt.Sprintf("A relay%s wrote the message anew after %s signed it (%s); nobody added or took away a word.", c.whereText(), c.signer(), c.what())
		d.Do = "Release it, and tell the sender's postmaster that a relay converts signed mail."
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: let the signing server write 7bit-safe encodings (quoted-printable or base64) before it signs, or let the last relay sign; a relay without 8BITMIME must convert 8bit mail (RFC 6152 3).", postmaster(c.Domain)),
			fix(explain.SenderAdmin, "Besides: %s in the SPF record of %s.", mechanismText(v), from(v)),
		}
		return d
	},
}

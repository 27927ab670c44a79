package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/explain"
)

var footerAfterSigning = &explain.Cause{
	Name: "footer-after-signing", Title: "A footer or signature tool of the sender wrote into the message after it was signed.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		c, ok := changed(v)
		if !ok || !c.body() {
			return nil
		}
		if _, isList := list(v); isList || c.only(encodings...) || ownChange(c) || !footerLike(c) {
			return nil
		}
		d := c.diagnosis()
		d.WhoFixes = explain.SenderAdmin
		tool := "A footer or signature tool"
		if s, ok := v.Via(providers.SignatureTool); ok {
			tool, d.For = s.Title, append(d.For, viaFinding(s))
		}
		d.Title = fmt.Sprintf("%s%s changed the message after %s signed it, so the signature no longer fits.", tool, c.whereText(), c.signer())
		if c.what() == "" {
			d.Sure = unseen
		} else {
			d.Title = fmt.Sprintf("%s%s changed the message after %s signed it (%s), so the signature no longer fits.", tool, c.whereText(), c.signer(), c.what())
		}
		d.Do = "Release it, and tell the sender's postmaster to let the tool work before the mail is signed."
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: sign with DKIM (d=%s, s=%s) after the footer tool has written, at the last host of yours; or put the tool in front of the signing server.", postmaster(c.Domain), c.signer(), name(c.Selector, "your selector")),
			fix(explain.SenderAdmin, "Besides: list the host that sends in SPF, so that one of the two holds: %s in the record of %s.", mechanismText(v), from(v)),
			fix(explain.You, "Until then a rule for this sender, bound to the host or address that connects."),
		}
		return d
	},
}

// unseen: the body hash fails, and what was changed was not seen: the body is missing, or nothing that was tried fits.
const unseen = 0.5

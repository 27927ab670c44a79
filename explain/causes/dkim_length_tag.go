package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// dkimLengthTag: the signature covers the first part of the body alone. It decides where the receiver refuses such signatures.
var dkimLengthTag = &explain.Cause{
	Name: "dkim-length-tag", Title: "The sender signs only the first part of the body (l=), which some receivers refuse.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		for _, s := range v.Signatures() {
			if s.Length < 0 {
				continue
			}
			d := &explain.Diagnosis{
				Sure: weak, WhoFixes: explain.SenderAdmin, For: v.Find("dkim.length-tag"), Clears: []string{"dkim.length-tag"},
				Do:    "Look at what stands behind the signed part before you trust it; tell the sender's postmaster.",
				Fixes: []explain.Fix{fix(explain.SenderAdmin, "%s: sign the whole body: take the body length (l=) out of the signer's settings. It lets anybody add text to a signed message, and some receivers refuse it.", postmaster(s.Domain))},
			}
			if refusedLength(v, s) {
				d.Sure = proven
				d.Clears = append(d.Clears, "dkim.recorded-fail", "dmarc.fail-*")
				d.For = append(append(d.For, v.Find("dkim.recorded-fail", "dmarc.fail-*")...), stated(v, brokenFamilies...)...)
				d.Title = fmt.Sprintf("%s signs only the first part of the body (l=). The signature holds, and your receiver refuses such signatures.", name(s.Domain, "The sender"))
			}
			return d
		}
		return nil
	},
}

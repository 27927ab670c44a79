package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/explain"
)

var dkimKeyWrong = &explain.Cause{
	Name: "dkim-key-wrong", Title: "The key in the DNS is not the one that signs.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := failing(v, dkim.HeaderFails, dkim.KeyMismatch, dkim.KeySyntax)
		if !ok || suspiciousKey(v) || s.ReasonCode == dkim.HeaderFails && !otherKey(s) {
			return nil
		}
		d := keyCause(v, "dkim.header-changed")
		d.For = append(v.Find("dkim.key-bad", "autopsy.unknown"), d.For...)
		d.Clears = append(d.Clears, "dkim.key-bad")
		d.Title = fmt.Sprintf("The key at %s is not the one that %s signs with: the two were mixed up, or one was changed without the other.", keyName(s), name(s.Domain, "the sender"))
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: compare the public key of the signing server with the TXT record at %s, and publish the server's.", postmaster(s.Domain), keyName(s))}
		if s.ReasonCode == dkim.HeaderFails {
			d.Against = append(d.Against, at("dkim.unproven", "a changed header field would look the same, if the search did not find it", s.BSpan))
			d.Sure = strong
		}
		return d
	},
}

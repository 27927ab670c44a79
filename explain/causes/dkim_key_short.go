package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/explain"
)

var dkimKeyShort = &explain.Cause{
	Name: "dkim-key-short", Title: "The sender's DKIM key is too short to count.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := failing(v, dkim.KeyWeak)
		if !ok {
			return nil
		}
		d := keyCause(v, "dkim.key-weak")
		d.Title = fmt.Sprintf("The DKIM key of %s has %d bits; verifiers take none under 1024 (RFC 8301), so the signature counts for nothing.", name(s.Domain, "the sender"), s.KeyBits)
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: make a key of 2048 bits, publish it under a new selector, sign with it, and take %s out of the DNS a week later.", postmaster(s.Domain), keyName(s))}
		return d
	},
}

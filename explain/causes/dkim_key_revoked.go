package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/explain"
)

var dkimKeyRevoked = &explain.Cause{
	Name: "dkim-key-revoked", Title: "The sender signs with a key that it has revoked.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := failing(v, dkim.KeyRevoked)
		if !ok || suspiciousKey(v) {
			return nil
		}
		d := keyCause(v, "dkim.key-revoked")
		d.Title = fmt.Sprintf("%s signs with the key %s, which it has revoked itself (empty p=).", name(s.Domain, "The sender"), keyName(s))
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: some host still signs with the revoked selector %s: give it the key that is published, or publish its own.", postmaster(s.Domain), name(s.Selector, "(unreadable)"))}
		return d
	},
}

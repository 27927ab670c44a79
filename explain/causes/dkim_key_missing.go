package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/explain"
)

var dkimKeyMissing = &explain.Cause{
	Name: "dkim-key-missing", Title: "The sender signs with a key that is not in the DNS.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := failing(v, dkim.KeyMissing)
		if !ok || suspiciousKey(v) {
			return nil
		}
		d := keyCause(v, "dkim.key-missing")
		if s.NoKey() { // some write so of a key that they find too short, too
			d.Sure = strong
		}
		d.Title = fmt.Sprintf("%s signs its mail, but the key %s is not in the DNS, so the signature counts for nothing.", name(s.Domain, "The sender"), keyName(s))
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: publish the public key of selector %s as TXT at %s, or sign with a selector that is published.", postmaster(s.Domain), name(s.Selector, "(unreadable)"), keyName(s))}
		return d
	},
}

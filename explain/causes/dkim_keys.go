package causes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/explain"
)

// What the causes share that explain a signature without a usable key.

// failing returns the author's domain's signature that fails for one of these reasons, where none of its signatures passes.
func failing(v *explain.View, reasons ...string) (explain.Signed, bool) {
	var found *explain.Signed
	for _, s := range v.Signatures() {
		if s.Status == dkim.Pass {
			return explain.Signed{}, false
		}
		why := s.ReasonCode
		if s.NoKey() {
			why = dkim.KeyMissing
		}
		if found == nil && slices.Contains(reasons, why) {
			found = &s
		}
	}
	if found == nil || v.Passes() && !v.Filter.Carries(brokenFamilies) {
		return explain.Signed{}, false
	}
	return *found, true
}

// keyCause is a diagnosis for the sender's admin that rests on a DNS answer.
func keyCause(v *explain.View, id string) *explain.Diagnosis {
	return &explain.Diagnosis{
		Sure: proven, WhoFixes: explain.SenderAdmin,
		For:     append(append(v.Find(id), v.Find("dmarc.fail-*")...), stated(v, brokenFamilies...)...),
		Against: v.Find("path.forged-hop"),
		Clears:  []string{id, "dmarc.fail-*"},
		Do:      "Release it if the sender is known to you, and tell his postmaster.",
	}
}

// keyName is where the key of a signature stands in the DNS.
func keyName(s explain.Signed) string {
	return name(s.Selector+"._domainkey."+s.Domain, "the key's name")
}

// suspiciousKey: anybody can write a signature that names no key, so beside fraud it says nothing.
func suspiciousKey(v *explain.View) bool { return len(fraudulent(v)) > 0 }

// otherKey reports whether the search for a changed header ended with "made with another key".
func otherKey(s explain.Signed) bool {
	return s.Restore != nil && !s.Restore.Found() && strings.Contains(s.Restore.Note, "another key")
}

// days writes how long a signature lives.
func days(d time.Duration) string {
	switch n := int(d.Hours() / 24); {
	case n == 1:
		return "a day"
	case n > 1:
		return fmt.Sprintf("%d days", n)
	}
	return fmt.Sprintf("%.0f hours", d.Hours())
}

// refusedLength reports whether the signature holds by the standard and the border recorded that it fails.
func refusedLength(v *explain.View, s explain.Signed) bool {
	if s.Length < 0 || v.Passes() && !v.Filter.Carries(brokenFamilies) {
		return false
	}
	return s.Signature.Status == dkim.Pass && s.Tail.Empty() && (s.Status == dkim.Fail || v.Says("dkim.recorded-fail"))
}

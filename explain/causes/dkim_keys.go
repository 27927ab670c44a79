package causes

import (
	"fmt"
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
		for _, r := range reasons {
			if s.ReasonCode == r && found == nil {
				found = &s
			}
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

var dkimKeyMissing = &explain.Cause{
	Name: "dkim-key-missing", Title: "The sender signs with a key that is not in the DNS.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := failing(v, dkim.KeyMissing)
		if !ok || suspiciousKey(v) {
			return nil
		}
		d := keyCause(v, "dkim.key-missing")
		d.Title = fmt.Sprintf("%s signs its mail, but the key %s is not in the DNS, so the signature counts for nothing.", name(s.Domain, "The sender"), keyName(s))
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: publish the public key of selector %s as TXT at %s, or sign with a selector that is published.", postmaster(s.Domain), name(s.Selector, "(unreadable)"), keyName(s))}
		return d
	},
}

// suspiciousKey: anybody can write a signature that names no key, so beside fraud it says nothing.
func suspiciousKey(v *explain.View) bool { return len(fraudulent(v)) > 0 }

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

// otherKey reports whether the search for a changed header ended with "made with another key".
func otherKey(s explain.Signed) bool {
	return s.Restore != nil && !s.Restore.Found() && strings.Contains(s.Restore.Note, "another key")
}

var dkimExpiredInQueue = &explain.Cause{
	Name: "dkim-expired-in-queue", Title: "The signature expired while the message waited in a queue.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := failing(v, dkim.Expired)
		if !ok {
			return nil
		}
		d := keyCause(v, "dkim.expired")
		d.For = append(d.For, v.Find("path.delay")...)
		life := s.ExpiresAt.Sub(s.SignedAt)
		d.Title = fmt.Sprintf("The signature of %s had run out (x=) when the message arrived: it had waited in a queue.", name(s.Domain, "the sender"))
		if !s.SignedAt.IsZero() && life > 0 {
			d.Title = fmt.Sprintf("The signature of %s lived for %s, and the message waited longer in a queue.", name(s.Domain, "the sender"), days(life))
		}
		if !v.Says("path.delay") {
			d.Sure = strong
		}
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: sign without x=, or with at least a week: queues hold mail for five days (RFC 5321 4.5.4.1).", postmaster(s.Domain))}
		return d
	},
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

var dkimTestMode = &explain.Cause{
	Name: "dkim-test-mode", Title: "The sender's DKIM key is in test mode, so receivers may treat its mail as unsigned.",
	Match: func(v *explain.View) *explain.Diagnosis {
		for _, s := range v.Signatures() {
			if s.TestMode {
				return &explain.Diagnosis{
					Sure: weak, WhoFixes: explain.SenderAdmin, For: v.Find("dkim.test-mode"), Clears: []string{"dkim.test-mode"},
					Do:    "Nothing: few receivers act on it.",
					Fixes: []explain.Fix{fix(explain.SenderAdmin, "%s: take t=y out of the TXT record at %s.", postmaster(s.Domain), keyName(s))},
				}
			}
		}
		return nil
	},
}

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

// refusedLength reports whether the signature holds by the standard and the border recorded that it fails.
func refusedLength(v *explain.View, s explain.Signed) bool {
	if s.Length < 0 || v.Passes() && !v.Filter.Carries(brokenFamilies) {
		return false
	}
	return s.Signature.Status == dkim.Pass && s.Tail.Empty() && (s.Status == dkim.Fail || v.Says("dkim.recorded-fail"))
}

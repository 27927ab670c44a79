// Package dkim judges DKIM signatures, body hash and header signature apart, and finds and proves what broke them.
package dkim

import (
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// Options bound the work. The zero value verifies with sane limits, and judges no expiry since it knows no time of delivery.
type Options struct {
	Delivered     time.Time // when the border took the message: x= is judged then; zero: unknown, x= is not judged
	Today         time.Time // for Differs: has x= passed by now? zero: not asked
	MaxSignatures int       // at most so many are judged; 0: DefaultMaxSignatures
	Budget        int64     // bytes that the autopsy of one signature may hash; 0: DefaultBudget
	// Historic judges as verifiers did before RFC 6376 and RFC 8301: rsa-sha1, short keys and the granularity g= of a key count, drafts
	// before RFC 4871 and DomainKeys (RFC 4870) are read. For archives of that time; no receiver does so today.
	Historic bool
}

// The limits of Options' zero value, and those that nobody needs to change.
const (
	// DefaultMaxSignatures: real mail carries one to four; forged mail with thousands would make us hash the header as often.
	DefaultMaxSignatures = 20
	// DefaultBudget is 60 to 100 ms on one core: SHA-256 runs at 1.7 GB/s, and each candidate costs some 90 ns besides.
	DefaultBudget = 128 << 20
	// MaxKeyBits: RFC 8301 3.2 asks verifiers for 1024 to 4096 bits; what is larger costs milliseconds for one signature.
	MaxKeyBits = 4096
	// MaxLargeKeys: RSA with more than 2048 bits costs 0.3 ms; so many in one message are verified.
	MaxLargeKeys = 6
	// MaxKeyRecords: RFC 6376 3.6.2.2 leaves more than one record undefined; key roll-overs leave two.
	MaxKeyRecords = 4
)

// Result is an outcome in the words of RFC 8601 2.7.1, and "unknown" where we could not look.
type Result string

// The outcomes. A half (BodyHash, HeaderSignature) knows pass, fail and unknown alone.
const (
	Pass      Result = "pass"
	Fail      Result = "fail"
	Neutral   Result = "neutral"
	TempError Result = "temperror"
	PermError Result = "permerror"
	Unknown   Result = "unknown"
)

// The reason codes of a signature that does not pass. They are forever: callers branch on them.
const (
	BodyHashFails   = "body-hash"
	HeaderFails     = "header-signature"
	BothFail        = "both"            // body hash and header signature
	EmptyBodyHash   = "empty-body-hash" // bh= is the hash of no body, and there is one
	BodyTruncated   = "body-truncated"  // l= counts more bytes than the body has
	KeyMissing      = "key-missing"
	KeyRevoked      = "key-revoked"
	KeySyntax       = "key-syntax"
	KeyWeak         = "key-weak"     // RSA key under 1024 bits
	KeyTooLarge     = "key-large"    // not verified: MaxKeyBits, MaxLargeKeys
	KeyMismatch     = "key-mismatch" // the key's k=, h=, s= or t=s does not allow this signature
	AlgorithmWeak   = "algorithm-weak"
	AlgorithmOther  = "algorithm-unknown"
	Expired         = "expired"
	NoFrom          = "no-from"
	Syntax          = "syntax"
	IdentityOutside = "identity" // i= is not in d=
	KeyOffline      = "offline"
	KeyNotRecorded  = "not-recorded"
	KeyTemporary    = "key-unavailable" // SERVFAIL or time-out
	HeadersOnly     = "headers-only"
	TooMany         = "too-many"
)

// Signature is one DKIM-Signature field and what we make of it.
type Signature struct {
	Field         eml.Field
	Domain        string // d=, lower case
	Selector      string // s=
	Identity      string // i=, or "@" and d= where there is none
	Algorithm     string // a=
	Canon         string // c= in full: "relaxed/simple"
	KeyBits       int    // size of the RSA modulus; 256 for Ed25519; 0 without a key
	SignedAt      time.Time
	ExpiresAt     time.Time
	Length        int64    // l=; -1: none
	Tail          eml.Span // the raw bytes of the body behind l=: not signed
	SignedHeaders []string // h= in order, lower case
	DSpan         eml.Span // the value of d=
	BHSpan        eml.Span // the value of bh=
	BSpan         eml.Span // the value of b=

	Status          Result
	Reason          string // a few words, no final stop
	ReasonCode      string // stable; empty when Status is pass
	BodyHash        Result // pass, fail or unknown
	HeaderSignature Result // pass, fail or unknown

	// LibraryVerdict is what go-msgauth says today (pass, fail, permerror, temperror), as the table in refusals.go predicts it and the tests
	// prove; Differs says why verifiers disagree about this signature. Empty: they do not.
	LibraryVerdict Result
	Differs        []string

	TestMode    bool             // t=y in the key record
	Strict      bool             // t=s in the key record
	KeyQuestion resolve.Question // the question for the key, for evidence
	KeyKind     resolve.Kind     // what the DNS answered
	KeyRecord   string           // the record that was used

	sig *signature // what the autopsy needs
}

// Passes reports whether the signature verifies.
func (s Signature) Passes() bool { return s.Status == Pass }

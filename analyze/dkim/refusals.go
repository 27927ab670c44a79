package dkim

import (
	"regexp"
	"strings"
	"sync"
)

// disagreement is a class of signatures on which verifiers differ. go-msgauth is the one we measure against, since mail servers in Go
// use it; each class has a fixture in refusals_test.go on which the library is really run.
type disagreement struct {
	name    string
	why     string
	verdict Result // go-msgauth's
	applies func(s *Signature, o Options) bool
}

// refused: the library says no where RFC 6376 says yes.
var refused = []disagreement{
	{"clock", "x= has passed since: verifiers that go by today's clock call it expired", PermError, func(s *Signature, o Options) bool {
		return !s.ExpiresAt.IsZero() && o.Today.After(s.ExpiresAt)
	}},
	{"length", "l= leaves the rest of the body unsigned: some verifiers refuse any l=", Fail, func(s *Signature, _ Options) bool {
		return s.Length >= 0
	}},
	{"identity", "i= is in d= only when case is ignored or =XX is decoded: some verifiers compare bytes", PermError, func(s *Signature, _ Options) bool {
		i, ok := s.sig.tags.Get("i")
		id, d := strip(i.Value), s.sig.tags.Value("d")
		return ok && !strings.HasSuffix(id, "@"+d) && !strings.HasSuffix(id, "."+d)
	}},
	{"b-inside", "\"b=\" stands inside another tag: some verifiers cut there as well", Fail, func(s *Signature, _ Options) bool {
		return bInside(s.sig.tags)
	}},
	{"key-space", "p= of the key holds white space other than blanks: some verifiers call that a broken key", PermError, func(s *Signature, _ Options) bool {
		p, _ := s.sig.key.tags.Get("p")
		return strings.ContainsAny(p.Value, "\t\v\f\u0085\u00a0")
	}},
	{"several-keys", "there are several records for the key: some verifiers refuse, others try each", PermError, func(s *Signature, _ Options) bool {
		return s.sig.answer.records > 1
	}},
	{"weak", "short keys and rsa-sha1 count for no verifier of today", PermError, func(s *Signature, _ Options) bool {
		return weakAlgorithm(s) || s.sig.alg.key == "rsa" && s.KeyBits < 1024
	}},
	{"headers-only", "there is no blank line behind the header: some verifiers call that an incomplete message", TempError, func(s *Signature, _ Options) bool {
		return s.sig.noBlank
	}},
}

// accepted: the library says yes where RFC 6376 says no, or where we do not look.
var accepted = []disagreement{
	{"strict", "the key says t=s and i= names a sub-domain: some verifiers do not look", Pass, func(s *Signature, _ Options) bool {
		return s.ReasonCode == KeyMismatch && s.Strict && s.sig.key.Type == s.sig.alg.key
	}},
	{"large-key", "the key is larger than RFC 8301 asks verifiers to try", Pass, func(s *Signature, _ Options) bool {
		return s.ReasonCode == KeyTooLarge
	}},
}

// compareVerifiers fills LibraryVerdict and Differs.
func (s *Signature) compareVerifiers(o Options) {
	s.LibraryVerdict = s.Status
	if s.sig.form != FormDKIM {
		s.LibraryVerdict = ""
		return
	}
	table := accepted
	if s.Status == Pass {
		table = refused
	}
	for _, d := range table {
		if d.applies(s, o) {
			s.LibraryVerdict = d.verdict
			s.Differs = append(s.Differs, d.why)
		}
	}
}

var bCut = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)b\s*=.`) })

func bInside(tags Tags) bool {
	for _, t := range tags {
		if t.Name != "b" && (strings.HasSuffix(t.Name, "b") || strings.Contains(t.Value, "b")) && bCut().MatchString(t.Name+"="+t.Value) {
			return true
		}
	}
	return false
}

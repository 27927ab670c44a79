package dkim

import (
	"crypto/sha256"
	"fmt"
)

// conclude draws Status, Reason and ReasonCode from the halves, the field and the key.
func (e *Engine) conclude(s *Signature) {
	g := s.sig
	set := func(r Result, code, why string) { s.Status, s.ReasonCode, s.Reason = r, code, why }
	switch code, why := e.keyProblem(s); {
	case g.structural != "":
		set(PermError, g.structural, g.why)
	case code == KeyMissing || code == KeyRevoked || code == KeySyntax || code == KeyMismatch:
		set(PermError, code, why)
	case code == KeyTemporary:
		set(TempError, code, why)
	case s.BodyHash == Fail || s.HeaderSignature == Fail:
		set(Fail, "", "")
		s.ReasonCode, s.Reason = e.failure(s)
	case code != "":
		set(Unknown, code, why)
	case e.expired(s):
		set(PermError, Expired, "the signature had expired when the message was delivered")
	case s.BodyHash == Unknown && g.form != FormSeal && !(e.o.Historic && len(g.bh) == 0):
		set(Unknown, HeadersOnly, "the body is not here: only the header signature could be judged")
	case weakAlgorithm(s) && !e.o.Historic:
		set(PermError, AlgorithmWeak, "rsa-sha1 is not accepted any more (RFC 8301 3.1)")
	case s.KeyBits < 1024 && g.alg.key == "rsa" && !e.o.Historic:
		set(PermError, KeyWeak, fmt.Sprintf("the key has %d bits; 1024 is the least (RFC 8301 3.2)", s.KeyBits))
	default:
		set(Pass, "", "")
	}
}

func weakAlgorithm(s *Signature) bool { return s.sig.alg.hash == "sha1" }

func (e *Engine) expired(s *Signature) bool {
	return !s.ExpiresAt.IsZero() && !e.o.Delivered.IsZero() && e.o.Delivered.After(s.ExpiresAt)
}

// keyProblem says why there is no usable key.
func (e *Engine) keyProblem(s *Signature) (code, why string) {
	g := s.sig
	switch {
	case g.answer == nil:
		return KeyOffline, "the key was not looked up"
	case g.key == nil:
		return g.answer.Code, g.answer.Problem
	case g.key.Code != "":
		return g.key.Code, g.key.Problem
	}
	if why := g.key.allows(g.alg, s.Identity, s.Domain, e.o.Historic); why != "" {
		return KeyMismatch, why
	}
	if s.HeaderSignature == Unknown {
		return KeyTooLarge, fmt.Sprintf("the key has %d bits: too costly to verify here", g.key.Bits)
	}
	return "", ""
}

// emptyBody are the hashes of a body without a byte: signed before the body was there, or by a verifier's view without it.
var emptyBody = map[string]bool{
	string(sumOf(sha256.New(), nil)):                           true, // 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
	string(sumOf(sha256.New(), []byte(crlf))):                  true, // frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=
	string(sumOf(algorithm{hash: "sha1"}.new(), nil)):          true,
	string(sumOf(algorithm{hash: "sha1"}.new(), []byte(crlf))): true,
}

func (e *Engine) failure(s *Signature) (code, why string) {
	g := s.sig
	switch {
	case s.BodyHash == Fail && emptyBody[string(g.bh)] && s.Length != 0:
		return EmptyBodyHash, "it was made over an empty body"
	case s.BodyHash == Fail && s.Length > 0 && !e.bodies[bodyForm{g.bodyRelaxed, s.Length, g.alg.hash}].enough:
		return BodyTruncated, "l= counts more bytes than the body has"
	case s.BodyHash == Fail && s.HeaderSignature == Fail:
		return BothFail, "neither the body hash nor the header signature fits"
	case s.BodyHash == Fail:
		return BodyHashFails, "the body was changed after signing"
	}
	return HeaderFails, "the signed header fields were changed, or the key is another one"
}

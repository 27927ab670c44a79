package dkim

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"hash"
	"math/big"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Key is one key record (RFC 6376 3.6.1, RFC 8463).
type Key struct {
	Record      string
	Type        string   // k=: "rsa" (also when absent) or "ed25519"
	Hashes      []string // h=; nil: any
	Services    []string // s=; nil: any
	Granularity string   // g= of RFC 4871; "*" when absent
	Testing     bool     // t=y
	Strict      bool     // t=s
	Bits        int      // size of the RSA modulus; 256 for Ed25519
	Code        string   // why it cannot be used: KeySyntax, KeyRevoked; empty: it can
	Problem     string   // the same in words

	tags    Tags
	rsa     *rsa.PublicKey
	ed25519 ed25519.PublicKey
}

// ParseKey reads a key record. What is wrong with it is said in Code and Problem.
func ParseKey(record string) Key {
	k := Key{Record: record, Type: "rsa", Granularity: "*"}
	var err error
	k.tags, err = ParseTags([]byte(record), eml.Span{End: len(record)})
	if err != nil {
		return k.bad(KeySyntax, "key record: "+err.Error())
	}
	if v, ok := k.tags.Get("v"); ok && v.Value != "DKIM1" {
		return k.bad(KeySyntax, "key record of another version")
	}
	k.options()
	p, ok := k.tags.Get("p")
	if !ok {
		return k.bad(KeySyntax, "key record without p=")
	}
	der := strip(p.Value)
	if der == "" {
		return k.bad(KeyRevoked, "the key has been revoked (p= is empty)")
	}
	raw, err := base64.StdEncoding.DecodeString(der)
	if err != nil {
		return k.bad(KeySyntax, "p= is not base64")
	}
	return k.material(raw)
}

func (k Key) bad(code, why string) Key {
	k.Code, k.Problem = code, why
	return k
}

func (k *Key) options() {
	if t, ok := k.tags.Get("k"); ok && t.Value != "" {
		k.Type = t.Value
	}
	if _, ok := k.tags.Get("h"); ok {
		k.Hashes = list(k.tags.Value("h"))
	}
	if _, ok := k.tags.Get("s"); ok {
		k.Services = list(k.tags.Value("s"))
	}
	if _, ok := k.tags.Get("g"); ok {
		k.Granularity = k.tags.Value("g")
	}
	flags := list(k.tags.Value("t"))
	k.Testing, k.Strict = slices.Contains(flags, "y"), slices.Contains(flags, "s")
}

func (k Key) material(raw []byte) Key {
	switch k.Type {
	case "rsa":
		k.rsa = parseRSA(raw)
		if k.rsa == nil {
			return k.bad(KeySyntax, "p= is no RSA key")
		}
		k.Bits = k.rsa.N.BitLen()
	case "ed25519":
		if len(raw) != ed25519.PublicKeySize {
			return k.bad(KeySyntax, "p= is no Ed25519 key")
		}
		k.ed25519, k.Bits = raw, 256
	default:
		return k.bad(KeySyntax, "a key of unknown type")
	}
	return k
}

// parseRSA takes SubjectPublicKeyInfo and, by erratum 3017 of RFC 6376, a bare RSAPublicKey.
func parseRSA(raw []byte) *rsa.PublicKey {
	if pub, err := x509.ParsePKIXPublicKey(raw); err == nil {
		k, _ := pub.(*rsa.PublicKey)
		return k
	}
	k, err := x509.ParsePKCS1PublicKey(raw)
	if err != nil {
		return nil
	}
	return k
}

// allows reports whether the record lets a signature with that algorithm and i= be used, or in a few words why not.
func (k Key) allows(alg algorithm, identity, domain string, historic bool) string {
	switch {
	case k.Type != alg.key:
		return "the key is of type " + k.Type
	case k.Hashes != nil && !slices.Contains(k.Hashes, alg.hash):
		return "the key record does not allow " + alg.hash
	case k.Services != nil && !slices.Contains(k.Services, "*") && !slices.Contains(k.Services, "email"):
		return "the key is not for mail"
	case k.Strict && !strings.EqualFold(domainOf(identity), domain):
		return "the key is strict (t=s) and i= names a sub-domain"
	case historic && !granted(k.Granularity, identity):
		return "i= does not fit the granularity g= of the key"
	}
	return ""
}

// granted matches the local part of i= against g= (RFC 4871 3.6.1, taken out by RFC 6376).
func granted(g, identity string) bool {
	local, _, _ := strings.Cut(identity, "@")
	before, after, star := strings.Cut(g, "*")
	if !star {
		return g == local && g != ""
	}
	return len(local) >= len(before)+len(after) && strings.HasPrefix(local, before) && strings.HasSuffix(local, after)
}

// algorithm is a= taken apart.
type algorithm struct{ key, hash string }

// parseAlgorithm reads a=; ok is false for what no verifier knows.
func parseAlgorithm(s string) (algorithm, bool) {
	key, h, _ := strings.Cut(s, "-")
	a := algorithm{key, h}
	switch s {
	case "rsa-sha1", "rsa-sha256", "ed25519-sha256":
		return a, true
	}
	return a, false
}

func (a algorithm) new() hash.Hash {
	if a.hash == "sha1" {
		return sha1.New()
	}
	return sha256.New()
}

// Verify reports whether sig is a signature of digest, made by hash ("sha256" or "sha1"), under the key.
func (k Key) Verify(hash string, digest, sig []byte) bool {
	if k.ed25519 != nil {
		return ed25519.Verify(k.ed25519, digest, sig) // RFC 8463 3: the digest is what is signed
	}
	if k.rsa != nil && k.Bits >= 1024 && k.Bits <= MaxKeyBits {
		h := crypto.SHA256
		if hash == "sha1" {
			h = crypto.SHA1
		}
		return rsa.VerifyPKCS1v15(k.rsa, h, digest, sig) == nil
	}
	return bytes.Equal(k.recoverDigest(hash, sig), digest) // crypto/rsa refuses keys under 1024 bits
}

// digestInfo are the DER prefixes of PKCS#1 v1.5 (RFC 8017 9.2).
var digestInfo = map[string]string{
	"sha1":   "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
	"sha256": "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
}

// maxExponent as in crypto/rsa: a larger one costs time and is of no use.
const maxExponent = 1<<31 - 1

// recoverDigest opens an RSA signature (PKCS#1 v1.5) and returns the digest that was signed, or nil when the padding is not exactly
// what RFC 8017 8.2.2 says. One opening replaces a verification for every variant of the header that is tried.
func (k Key) recoverDigest(hash string, sig []byte) []byte {
	if k.rsa == nil || len(sig) != k.rsa.Size() || k.rsa.E > maxExponent || k.rsa.E < 2 || k.Bits > MaxKeyBits || k.rsa.N.Bit(0) == 0 {
		return nil
	}
	s := new(big.Int).SetBytes(sig)
	if s.Cmp(k.rsa.N) >= 0 {
		return nil
	}
	em := s.Exp(s, big.NewInt(int64(k.rsa.E)), k.rsa.N).FillBytes(make([]byte, len(sig)))
	size := sha256.Size
	if hash == "sha1" {
		size = sha1.Size
	}
	info := digestInfo[hash]
	pad := len(em) - size - len(info) - 3
	if pad < 8 || em[0] != 0 || em[1] != 1 || em[2+pad] != 0 || string(em[3+pad:len(em)-size]) != info {
		return nil
	}
	for _, c := range em[2 : 2+pad] {
		if c != 0xff {
			return nil
		}
	}
	return em[len(em)-size:]
}

// domainOf returns what stands behind the last "@".
func domainOf(identity string) string {
	return identity[strings.LastIndexByte(identity, '@')+1:]
}

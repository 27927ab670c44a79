package dkim

import (
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// signBy makes a signature with our own engine, for tags that the library does not write. tags may hold any tag but bh= and b=.
func signBy(tb testing.TB, msg, tags string, key *rsa.PrivateKey) []byte {
	tb.Helper()
	raw := []byte(wire(msg))
	field := "DKIM-Signature: v=1; d=example.com; " + tags + ";\r\n"
	make := func(bh, b string) []byte {
		return append([]byte(strings.TrimSuffix(field, ";\r\n")+";\r\n bh="+bh+"; b="+b+"\r\n"), raw...)
	}
	zero := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("0", 32)))
	e := NewEngine(tb.Context(), eml.Parse(make(zero, zero)), nil, Options{})
	s := e.Judge(e.m.Fields[0], FormDKIM, nil)
	sum := e.body(bodyForm{s.sig.bodyRelaxed, s.Length, s.sig.alg.hash})
	bh := base64.StdEncoding.EncodeToString([]byte(sum.sum))
	e = NewEngine(tb.Context(), eml.Parse(make(bh, zero)), nil, Options{})
	s = e.Judge(e.m.Fields[0], FormDKIM, nil)
	return make(bh, base64.StdEncoding.EncodeToString(signRSA(key, s.sig.alg.hash, e.headerDigest(&s))))
}

// signRSA is PKCS#1 v1.5 by hand, since crypto/rsa refuses short keys.
func signRSA(k *rsa.PrivateKey, hash string, digest []byte) []byte {
	tail := digestInfo[hash] + string(digest)
	em := "\x00\x01" + strings.Repeat("\xff", k.Size()-len(tail)-3) + "\x00" + tail
	c := new(big.Int).SetBytes([]byte(em))
	return c.Exp(c, k.D, k.N).FillBytes(make([]byte, k.Size()))
}

// TestRefusals runs the library on a fixture of each class of the tables in refusals.go, and on its twin on which all agree.
func TestRefusals(t *testing.T) {
	now := time.Now()
	delivered := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	k := testKeys()
	z := zone{}
	for name, v := range k.zone {
		z[name] = v
	}
	rec := k.zone["rsa._domainkey.example.com"][0]
	z["tab._domainkey.example.com"] = []string{rec[:60] + "\t" + rec[60:]}
	z["blank._domainkey.example.com"] = []string{rec[:60] + " " + rec[60:]}
	z["two._domainkey.example.com"] = []string{"v=spf1 -all", k.zone["ed._domainkey.example.com"][0], rec}
	z["strict._domainkey.example.com"] = []string{"t=s; " + rec[len("v=DKIM1; "):]}
	const base = "a=rsa-sha256; c=relaxed/relaxed; h=From:To:Subject; "
	cases := []struct {
		class, tags string
		status, lib Result
		code        string
	}{
		{"", base + "s=rsa", Pass, Pass, ""},
		{"clock", base + "s=rsa; t=1772441000; x=1772445000", Pass, PermError, ""},
		{"", base + "s=rsa; t=1772441000; x=4102444800", Pass, Pass, ""},
		{"length", base + "s=rsa; l=20", Pass, Fail, ""},
		{"identity", base + "s=rsa; i=Anna@Example.com", Pass, PermError, ""},
		{"identity", base + "s=rsa; i=anna@mail.example=2Ecom", Pass, PermError, ""},
		{"", base + "s=rsa; i=Anna@mail.example.com", Pass, Pass, ""},
		{"b-inside", base + "s=rsa; z=X-b=c", Pass, Fail, ""},
		{"b-inside", base + "s=rsa; fb=12", Pass, Fail, ""},
		{"", base + "s=rsa; z=X-c=b", Pass, Pass, ""},
		{"key-space", base + "s=tab", Pass, PermError, ""},
		{"", base + "s=blank", Pass, Pass, ""},
		{"several-keys", base + "s=two", Pass, PermError, ""},
		{"strict", base + "s=strict; i=@mail.example.com", PermError, Pass, KeyMismatch},
		{"", base + "s=strict; i=@example.com", Pass, Pass, ""},
		{"", "a=rsa-sha1; c=relaxed/relaxed; h=From; s=rsa", PermError, PermError, AlgorithmWeak},
		{"", base + "s=short", PermError, PermError, KeyWeak},
	}
	for _, c := range cases {
		key := k.rsa
		if strings.HasSuffix(c.tags, "s=short") {
			key = k.short
		}
		raw := signBy(t, plainMail, c.tags, key)
		s := Verify(t.Context(), eml.Parse(raw), z, Options{Delivered: delivered, Today: now})[0]
		if s.BodyHash != Pass || s.HeaderSignature != Pass {
			t.Errorf("%s: body %s, header %s: both must fit", c.tags, s.BodyHash, s.HeaderSignature)
		}
		lib := library(raw, z)[0]
		if s.Status != c.status || s.ReasonCode != c.code || lib != c.lib || s.LibraryVerdict != lib || (len(s.Differs) > 0) != (c.class != "") {
			t.Errorf("%s: %s %q, the library %s, foretold %s (%q); want %s %q, the library %s", c.tags, s.Status, s.ReasonCode, lib, s.LibraryVerdict, s.Differs, c.status, c.code, c.lib)
		}
	}
	for _, tags := range []string{"a=rsa-sha1; c=relaxed/relaxed; h=From; s=rsa", base + "s=short"} {
		key := k.rsa
		if strings.HasSuffix(tags, "short") {
			key = k.short
		}
		s := Verify(t.Context(), eml.Parse(signBy(t, plainMail, tags, key)), z, Options{Historic: true})[0]
		if s.Status != Pass || s.LibraryVerdict != PermError {
			t.Errorf("%s, judged as of old: %s, the library %s", tags, s.Status, s.LibraryVerdict)
		}
	}
	bare := sign(t, "From: a@example.com\n\n", "relaxed/relaxed", "From")
	bare = bare[:len(bare)-2]
	s := Verify(t.Context(), eml.Parse(bare), z, Options{})[0]
	if lib := library(bare, z); s.Status != Pass || s.LibraryVerdict != TempError || lib != nil {
		t.Errorf("no blank line: %s, foretold %s, the library %v", s.Status, s.LibraryVerdict, lib)
	}
	for _, table := range [][]disagreement{refused, accepted} {
		for _, d := range table {
			found := d.name == "weak" || d.name == "headers-only" || d.name == "large-key" // above, and in TestEd25519AndLargeKeys
			for _, c := range cases {
				found = found || c.class == d.name
			}
			if !found {
				t.Errorf("class %s has no fixture", d.name)
			}
		}
	}
}

// TestVerdicts has a row for each reason code, and for what passes beside it.
func TestVerdicts(t *testing.T) {
	k := testKeys()
	z := zone{}
	for name, v := range k.zone {
		z[name] = v
	}
	z["revoked._domainkey.example.com"] = []string{"v=DKIM1; p="}
	z["broken._domainkey.example.com"] = []string{"v=DKIM1; p=AAAA"}
	z["chat._domainkey.example.com"] = []string{"s=chat; " + k.zone["rsa._domainkey.example.com"][0][len("v=DKIM1; "):]}
	z["slow._domainkey.example.com"] = []string{"TIMEOUT"}
	const base = "a=rsa-sha256; c=relaxed/relaxed; h=From:To:Subject; "
	change := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	same := func(s string) string { return s }
	cases := []struct {
		tags         string
		damage       func(string) string
		status       Result
		code         string
		body, header Result
	}{
		{base + "s=rsa", same, Pass, "", Pass, Pass},
		{base + "s=rsa", change("Thursday", "Friday"), Fail, BodyHashFails, Fail, Pass},
		{base + "s=rsa", change("Minutes", "[list] Minutes"), Fail, HeaderFails, Pass, Fail},
		{base + "s=rsa", func(s string) string { return change("Minutes", "minutes")(change("Ben,", "all,")(s)) }, Fail, BothFail, Fail, Fail},
		{base + "s=rsa", change("\r\nSubject: ", "\r\nsubject:\t"), Pass, "", Pass, Pass},
		{base + "s=rsa", change("Hello Ben,", "Hello \t Ben, "), Pass, "", Pass, Pass},
		{base + "s=rsa", func(s string) string { return s + "\r\n \r\n" }, Pass, "", Pass, Pass},
		{base + "s=rsa", func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }, Pass, "", Pass, Pass},
		{"a=rsa-sha256; h=From:To:Subject; s=rsa", func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }, Pass, "", Pass, Pass},
		{"a=rsa-sha256; h=From:To:Subject; s=rsa", change("Hello Ben,", "Hello Ben, "), Fail, BodyHashFails, Fail, Pass},
		{base + "s=rsa", func(s string) string { return s[:strings.Index(s, "\r\n\r\n")+2] }, Unknown, HeadersOnly, Unknown, Pass},
		{base + "s=gone", same, PermError, KeyMissing, Pass, Unknown},
		{base + "s=revoked", same, PermError, KeyRevoked, Pass, Unknown},
		{base + "s=broken", same, PermError, KeySyntax, Pass, Unknown},
		{base + "s=chat", same, PermError, KeyMismatch, Pass, Pass},
		{base + "s=slow", same, TempError, KeyTemporary, Pass, Unknown},
		{base + "s=ed", same, PermError, KeyMismatch, Pass, Unknown},
		{base + "s=rsa; l=30", func(s string) string { return s + "-- \r\nfooter\r\n" }, Pass, "", Pass, Pass},
		{base + "s=rsa; l=90", func(s string) string { return s[:strings.Index(s, "The next")] }, Fail, BodyTruncated, Fail, Pass},
		{base + "s=rsa; x=1", same, PermError, Expired, Pass, Pass},
		{base + "s=rsa; i=@example.org", same, PermError, IdentityOutside, Pass, Pass},
		{"a=rsa-sha256; h=To:Subject; s=rsa", same, PermError, NoFrom, Pass, Pass},
		{base + "s=rsa; l=x", same, PermError, Syntax, Pass, Pass},
		{base + "s=rsa", change("rsa-sha256", "rsa-sha512"), PermError, AlgorithmOther, Unknown, Unknown},
		{base + "s=rsa", change("v=1;", "v=2;"), PermError, Syntax, Pass, Fail},
		{base + "s=rsa", change("c=relaxed", "c=relaxed; c=relaxed"), PermError, Syntax, Unknown, Unknown},
	}
	for _, c := range cases {
		raw := []byte(c.damage(string(signBy(t, plainMail, c.tags, k.rsa))))
		s := Verify(t.Context(), eml.Parse(raw), z, Options{Delivered: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)})[0]
		if s.Status != c.status || s.ReasonCode != c.code || s.BodyHash != c.body || s.HeaderSignature != c.header {
			t.Errorf("%s: %s %q (%s), body %s, header %s; want %s %q, %s, %s", c.tags, s.Status, s.ReasonCode, s.Reason, s.BodyHash, s.HeaderSignature, c.status, c.code, c.body, c.header)
		}
	}
}

// TestTail shows where the unsigned rest behind l= begins, and that there is none when all is signed.
func TestTail(t *testing.T) {
	raw := signBy(t, plainMail, "a=rsa-sha256; c=relaxed/relaxed; h=From; s=rsa; l=12", testKeys().rsa)
	s := verify(t, raw, Options{})
	if got := string(raw[s.Tail.Start:]); !strings.HasPrefix(got, "\r\nhere are the minutes.") {
		t.Errorf("tail %q", got)
	}
	if got := string(raw[s.DSpan.Start:s.DSpan.End]); got != "example.com" {
		t.Errorf("span of d= %q", got)
	}
	whole := signBy(t, "From: a@example.com\n\nHi\n", "a=rsa-sha256; c=relaxed/relaxed; h=From; s=rsa; l=4", testKeys().rsa)
	if s := verify(t, whole, Options{}); !s.Tail.Empty() || s.Status != Pass {
		t.Errorf("%s, tail %v of a body that is signed whole", s.Status, s.Tail)
	}
}

func TestEd25519AndLargeKeys(t *testing.T) {
	k := testKeys()
	if s := verify(t, signWith(t, plainMail, "ed", k.ed, "relaxed/simple"), Options{}); s.Status != Pass || s.KeyBits != 256 {
		t.Errorf("Ed25519: %s, %d bits", s.Status, s.KeyBits)
	}
	raw := signWith(t, plainMail, "big", k.big, "relaxed/relaxed")
	many := append([]byte{}, raw...)
	field := raw[:strings.Index(string(raw), "\r\nFrom:")+2]
	for range 30 {
		many = append(append([]byte{}, field...), many...)
	}
	count := map[string]int{}
	for _, s := range Verify(t.Context(), eml.Parse(many), k.zone, Options{}) {
		count[string(s.Status)+" "+s.ReasonCode]++
		if s.ReasonCode == KeyTooLarge && (s.LibraryVerdict != Pass || len(s.Differs) != 1) {
			t.Errorf("too many large keys: the library is foretold to say %s (%q)", s.LibraryVerdict, s.Differs)
		}
	}
	if count["pass "] != MaxLargeKeys || count["unknown "+KeyTooLarge] != DefaultMaxSignatures-MaxLargeKeys || count["unknown "+TooMany] != 11 {
		t.Errorf("31 signatures with 4096 bits: %v", count)
	}
}

func TestEmptyBodyHash(t *testing.T) {
	head, body, _ := strings.Cut(plainMail, "\n\n")
	for _, canon := range []string{"relaxed/relaxed", "simple/simple"} {
		raw := sign(t, head+"\n\n", canon, "From")
		if s := verify(t, raw, Options{}); s.Status != Pass {
			t.Errorf("%s, empty: %s", canon, s.Status)
		}
		raw = append(raw, wire(body)...)
		if s := verify(t, raw, Options{}); s.Status != Fail || s.ReasonCode != EmptyBodyHash {
			t.Errorf("%s, with a body: %s %s", canon, s.Status, s.ReasonCode)
		}
	}
}

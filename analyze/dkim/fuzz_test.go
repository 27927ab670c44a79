package dkim

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// checkSpans fails when a span of s leaves the message.
func checkSpans(t *testing.T, m *eml.Message, s Signature) {
	for _, sp := range []eml.Span{s.DSpan, s.BHSpan, s.BSpan, s.Tail, s.Field.Span} {
		if sp.Start < 0 || sp.End > len(m.Raw) || sp.Start > sp.End {
			t.Fatalf("span %v of %d bytes", sp, len(m.Raw))
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(sign(f, plainMail, "relaxed/relaxed"))
	f.Add(sign(f, plainMail, "simple/simple"))
	f.Add([]byte("DKIM-Signature: v=1; a=rsa-sha256; b=; bh=; d=; h=; s=; l=9\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := eml.Parse(bytes.Clone(raw))
		for _, s := range Verify(t.Context(), m, testKeys().zone, Options{Historic: len(raw)%2 == 0}) {
			checkSpans(t, m, s)
			if s.Status == Pass && (s.BodyHash == Fail || s.HeaderSignature != Pass) {
				t.Fatalf("passes with %s and %s", s.BodyHash, s.HeaderSignature)
			}
		}
		if !bytes.Equal(raw, m.Raw) {
			t.Fatal("the message was changed")
		}
	})
}

// FuzzDifferential changes signed messages and asks the library as well: what we predict about it must be what it says.
func FuzzDifferential(f *testing.F) {
	canons := []string{"relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed"}
	var signed [][]byte
	for _, c := range canons {
		signed = append(signed, sign(f, plainMail, c), signWith(f, plainMail, "ed", testKeys().ed, c))
	}
	f.Add(uint8(0), uint16(700), uint16(0), "  \t")
	f.Add(uint8(1), uint16(60), uint16(2), "\n")
	f.Add(uint8(3), uint16(500), uint16(9), "\r\r\n \r")
	f.Fuzz(func(t *testing.T, which uint8, at, cut uint16, insert string) {
		raw := bytes.Clone(signed[int(which)%len(signed)])
		from := int(at) % len(raw)
		to := min(len(raw), from+int(cut)%64)
		raw = append(append(append([]byte{}, raw[:from]...), insert...), raw[to:]...)
		differ(t, raw)
	})
}

// FuzzBody signs any body and compares canonicalisation with the library's by its verdict.
func FuzzBody(f *testing.F) {
	f.Add("a \t b \r\r\n\r\n", uint8(0))
	f.Add("\r\n\r\n", uint8(1))
	f.Add(" \n", uint8(2))
	f.Fuzz(func(t *testing.T, body string, which uint8) {
		c := []string{"relaxed/relaxed", "simple/simple"}[which%2]
		m := eml.Parse([]byte("From: a@example.com\r\n\r\n" + body))
		e := NewEngine(t.Context(), m, nil, Options{})
		sum := e.body(bodyForm{which%2 == 0, -1, "sha256"})
		if want := libraryBody(t, m.Raw[m.Body.Start:], c); sum.sum != want {
			t.Fatalf("%q under %s: another hash", body, c)
		}
	})
}

func differ(t *testing.T, raw []byte) {
	m := eml.Parse(raw)
	ours := Verify(t.Context(), m, testKeys().zone, Options{})
	lib := library(raw, testKeys().zone)
	if len(ours) != len(lib) {
		return // the two see other fields; eml has its own tests
	}
	for i, s := range ours {
		checkSpans(t, m, s)
		switch {
		case lib[i] == Pass && s.LibraryVerdict != Pass:
			t.Fatalf("the library passes, we say %s %s (%s)\n%q", s.Status, s.ReasonCode, s.Reason, raw)
		case s.LibraryVerdict == Pass && lib[i] != Pass && !strings.Contains(string(raw), "\xc2"):
			t.Fatalf("we foretell a pass, the library says %s\n%q", lib[i], raw)
		}
	}
}

// TestDifferential is the same with damage that the same random numbers choose in every run.
func TestDifferential(t *testing.T) {
	bits := []string{" ", "\t", "\n", "\r", "\r\n", "\r\n ", "=", ";", ":", "b=", "h=", "x", "", "", "From:", "é"}
	r := rand.New(rand.NewPCG(1, 2))
	var signed [][]byte
	for _, c := range []string{"relaxed/relaxed", "simple/simple"} {
		signed = append(signed, sign(t, plainMail, c), signWith(t, plainMail, "ed", testKeys().ed, c))
	}
	for range 3000 {
		raw := bytes.Clone(signed[r.IntN(len(signed))])
		for range 1 + r.IntN(2) {
			at := r.IntN(len(raw))
			to := min(len(raw), at+r.IntN(3))
			raw = append(append(append([]byte{}, raw[:at]...), bits[r.IntN(len(bits))]...), raw[to:]...)
		}
		differ(t, raw)
	}
}

func FuzzTagList(f *testing.F) {
	f.Add("=")
	f.Add("v=1; a=rsa-sha256 ; b = x\r\n y;; =;b2=")
	f.Fuzz(func(t *testing.T, s string) {
		raw := []byte(s)
		tags, err := ParseTags(raw, eml.Span{End: len(raw)})
		seen := map[string]bool{}
		for _, tag := range tags {
			if seen[tag.Name] {
				t.Fatalf("%q twice", tag.Name)
			}
			seen[tag.Name] = true
			if string(raw[tag.Span.Start:tag.Span.End]) != tag.Value || tag.whole.Start > tag.Span.Start || tag.whole.End < tag.Span.End {
				t.Fatalf("%q: spans %v %v", tag.Value, tag.Span, tag.whole)
			}
		}
		_ = tags.Strict(raw, eml.Span{End: len(raw)})
		if err == nil && strings.Count(s, "=") > 0 && len(tags) == 0 {
			t.Fatal("no tags, no error")
		}
		ParseKey(s)
	})
}

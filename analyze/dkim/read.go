package dkim

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"
)

var requiredTags = [...][]string{
	FormDKIM: {"v", "a", "b", "bh", "d", "h", "s"},
	FormAMS:  {"i", "a", "b", "bh", "d", "h", "s"},
	FormSeal: {"i", "a", "b", "cv", "d", "s"},
}

func (e *Engine) readTags(s *Signature) {
	g := s.sig
	var err error
	if g.tags, err = ParseTags(e.m.Raw, s.Field.Value); err != nil {
		g.wrong(Syntax, err.Error())
	}
	for _, name := range requiredTags[g.form] {
		if _, ok := g.tags.Get(name); !ok && !(e.o.Historic && (name == "v" || name == "bh")) {
			g.wrong(Syntax, "no "+name+"=")
		}
	}
	if v, ok := g.tags.Get("v"); ok && g.form == FormDKIM && v.Value != "1" && !(e.o.Historic && v.Value == "0.5") {
		g.wrong(Syntax, "a version that nobody knows")
	}
	e.readNames(s)
	e.readMethod(s)
	readTimes(s)
	readHashes(s)
}

// readNames reads who signed: d=, s=, i=.
func (e *Engine) readNames(s *Signature) {
	g := s.sig
	s.Domain, s.Selector = strings.ToLower(g.tags.Value("d")), g.tags.Value("s")
	d, _ := g.tags.Get("d")
	s.DSpan = d.Span
	if len(g.tags) > 0 && (s.Domain == "" || s.Selector == "") {
		g.wrong(Syntax, "d= or s= is empty")
	}
	s.Identity = "@" + s.Domain
	if i, ok := g.tags.Get("i"); ok && g.form == FormDKIM {
		s.Identity = unquoteDKIM(strip(i.Value))
		if in := strings.ToLower(domainOf(s.Identity)); in != s.Domain && !strings.HasSuffix(in, "."+s.Domain) {
			g.wrong(IdentityOutside, "i= is not in the domain of d=")
		}
	}
}

// readMethod reads how: a=, c=, q=, h=, l=.
func (e *Engine) readMethod(s *Signature) {
	g := s.sig
	s.Algorithm = g.tags.Value("a")
	if g.alg, g.algOK = parseAlgorithm(s.Algorithm); !g.algOK {
		g.wrong(AlgorithmOther, "an algorithm that nobody knows")
	}
	s.Canon, g.headerRelaxed, g.bodyRelaxed, g.canonOK = readCanon(g)
	if !g.canonOK {
		g.wrong(Syntax, "a canonicalisation that nobody knows")
	}
	if q, ok := g.tags.Get("q"); ok && !slices.Contains(list(q.Value), "dns/txt") && !(e.o.Historic && strip(q.Value) == "dns") {
		g.wrong(Syntax, "a way to the key (q=) that nobody knows")
	}
	if l, ok := g.tags.Get("l"); ok {
		n, err := strconv.ParseInt(strip(l.Value), 10, 64)
		if s.Length = n; err != nil || n < 0 {
			s.Length = -1
			g.wrong(Syntax, "l= is not a number")
		}
	}
	if h, ok := g.tags.Get("h"); ok {
		s.SignedHeaders = list(strings.ToLower(h.Value))
		if g.form == FormDKIM && !slices.Contains(s.SignedHeaders, "from") {
			g.wrong(NoFrom, "the From field is not signed")
		}
	}
}

// readCanon reads c= (RFC 6376 3.5): simple is the default of both halves. A seal is always relaxed (RFC 8617 4.1.3).
func readCanon(g *signature) (full string, header, body, known bool) {
	if g.form == FormSeal {
		return "relaxed", true, true, true
	}
	c, ok := g.tags.Get("c")
	if !ok && g.form == FormAMS {
		// QUIRK: RFC 8617 4.1.2 names no default of its own; ValiMail's suite and the ARC sealers that leave c= out mean relaxed.
		return "relaxed/relaxed", true, true, true
	}
	h, b, both := strings.Cut(strip(c.Value), "/")
	if h == "" {
		h = "simple"
	}
	if !both {
		b = "simple"
	}
	is := func(s string) bool { return s == "simple" || s == "relaxed" }
	return h + "/" + b, h == "relaxed", b == "relaxed", is(h) && is(b)
}

func readTimes(s *Signature) {
	read := func(name string) time.Time {
		t, ok := s.sig.tags.Get(name)
		if !ok {
			return time.Time{}
		}
		n, err := strconv.ParseInt(strip(t.Value), 10, 64)
		if err != nil {
			s.sig.wrong(Syntax, name+"= is not a time")
			return time.Time{}
		}
		return time.Unix(n, 0).UTC()
	}
	s.SignedAt = read("t")
	if s.sig.form == FormDKIM {
		s.ExpiresAt = read("x")
	}
}

func readHashes(s *Signature) {
	readHashesOf(s, "b")
	if s.sig.form != FormSeal {
		readHashesOf(s, "bh")
	}
}

func readHashesOf(s *Signature, name string) {
	t, ok := s.sig.tags.Get(name)
	raw, err := base64.StdEncoding.DecodeString(strip(t.Value))
	switch {
	case err != nil:
		raw = nil
		s.sig.wrong(Syntax, name+"= is not base64")
	case ok && len(raw) == 0:
		s.sig.wrong(Syntax, name+"= is empty")
	}
	if name == "b" {
		s.sig.b, s.BSpan = raw, t.Span
	} else {
		s.sig.bh, s.BHSpan = raw, t.Span
	}
}

// unquoteDKIM decodes dkim-quoted-printable (RFC 6376 2.11); what is no valid escape stays.
func unquoteDKIM(s string) string {
	if !strings.Contains(s, "=") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

package dkim

import (
	"bytes"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// What stood before RFC 4871: read only with Options.Historic, for archives of 2004 to 2008.

// appendDraft rebuilds what draft-ietf-dkim-base-00 signed: there is no bh= yet, and the body stands between the fields and the signature's own.
func (e *Engine) appendDraft(dst []byte, s *Signature) []byte {
	body := e.m.Raw[e.m.Body.Start:e.m.Body.End]
	dst = append(dst, crlf...)
	for rest := trimBody(body, s.sig.bodyRelaxed); len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		dst = append(appendBodyLine(dst, line, s.sig.bodyRelaxed), crlf...)
	}
	return append(dst, crlf...)
}

// domainKeys judges a DomainKey-Signature field (RFC 4870). It has one hash over the fields below it and the body.
func (e *Engine) domainKeys(f eml.Field) Signature {
	g := &signature{form: FormDKIM, headerRelaxed: true}
	s := Signature{Field: f, Length: -1, BodyHash: Unknown, HeaderSignature: Unknown, sig: g}
	var err error
	if g.tags, err = ParseTags(e.m.Raw, f.Value); err != nil {
		g.wrong(Syntax, err.Error())
	}
	// QUIRK: Yahoo's first signer wrote neither a= nor q=.
	method := g.tags.Value("q")
	if s.Algorithm = g.tags.Value("a"); s.Algorithm == "" && method == "" {
		s.Algorithm, method = "rsa-sha1", "dns"
	}
	s.Canon = g.tags.Value("c")
	s.Domain, s.Selector = strings.ToLower(g.tags.Value("d")), g.tags.Value("s")
	if h, ok := g.tags.Get("h"); ok {
		s.SignedHeaders = list(strings.ToLower(h.Value))
	}
	s.Identity = e.senderAddress(s.SignedHeaders)
	readHashesOf(&s, "b")
	switch from := strings.ToLower(domainOf(s.Identity)); {
	case s.Canon != "simple" && s.Canon != "nofws" || method != "dns" || s.Algorithm != "rsa-sha1":
		g.wrong(Syntax, "a way of signing that nobody knows")
	case from != s.Domain && !strings.HasSuffix(from, "."+s.Domain):
		g.wrong(IdentityOutside, "the sender is not in the domain of d=")
	}
	g.alg, g.algOK = parseAlgorithm(s.Algorithm)
	e.judgeDomainKeys(&s)
	e.conclude(&s)
	return s
}

func (e *Engine) judgeDomainKeys(s *Signature) {
	g := s.sig
	if g.structural != "" || s.Selector == "" {
		return
	}
	g.answer = e.lookup(s)
	s.KeyQuestion, s.KeyKind = g.answer.Question, g.answer.Kind
	if len(g.answer.Keys) == 0 {
		return
	}
	k := g.answer.Keys[0]
	if k.Granularity == "" {
		k.Granularity = "*" // RFC 4870 3.2.3: empty is any; RFC 4871 turned that round
	}
	e.use(s, &k)
	if k.Code == "" {
		s.HeaderSignature, s.BodyHash = Fail, Fail
		if k.Verify(g.alg.hash, sumOf(g.alg.new(), e.domainKeysInput(s)), g.b) {
			s.HeaderSignature, s.BodyHash = Pass, Pass
		}
	}
}

// senderAddress is what DomainKeys binds d= to: Sender, or else From; one that is not signed does not count.
func (e *Engine) senderAddress(signed []string) string {
	for _, name := range []string{"sender", "from"} {
		f, ok := e.m.First(name)
		if a := e.m.Addresses(f); ok && len(a) > 0 && (signed == nil || slices.Contains(signed, name)) {
			return a[0].String()
		}
	}
	return ""
}

// domainKeysInput is RFC 4870 3.4.2: the fields below the signature (those of h= in its order, where it is there), a blank line, the
// body, and no empty lines at the end.
func (e *Engine) domainKeysInput(s *Signature) []byte {
	var out []byte
	add := func(name string) {
		for _, f := range e.m.Fields {
			if f.Span.Start > s.Field.Span.Start && (name == "" || strings.EqualFold(f.Name, name)) {
				out = appendDomainKeys(out, e.m.Raw[f.Span.Start:f.Span.End], s.Canon, true)
			}
		}
	}
	if s.SignedHeaders == nil {
		add("")
	}
	for _, name := range s.SignedHeaders[:min(len(s.SignedHeaders), maxTags)] {
		add(name)
	}
	out = append(out, crlf...)
	for rest := e.m.Raw[e.m.Body.Start:e.m.Body.End]; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		out = appendDomainKeys(out, line, s.Canon, false)
	}
	return append(trimBody(out, false), crlf...)
}

func appendDomainKeys(dst, b []byte, canon string, field bool) []byte {
	if canon == "simple" {
		if field {
			return appendHeader(dst, b, false)
		}
		return append(append(dst, b...), crlf...)
	}
	bare := bytes.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, b)
	return append(append(dst, bare...), crlf...)
}

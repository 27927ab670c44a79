package dkim

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// Verify judges every DKIM-Signature field of m, in the order of the fields (newest first). Beyond Options.MaxSignatures they are named
// and not judged. r may be nil: then no key is known, and the body hashes are judged alone.
func Verify(ctx context.Context, m *eml.Message, r resolve.Resolver, o Options) []Signature {
	var out []Signature
	var e *Engine
	limit := o.MaxSignatures
	if limit <= 0 {
		limit = DefaultMaxSignatures
	}
	for _, f := range m.Fields {
		historic := o.Historic && strings.EqualFold(f.Name, "DomainKey-Signature")
		switch {
		case !historic && !strings.EqualFold(f.Name, "DKIM-Signature"):
			continue
		case len(out) >= limit:
			out = append(out, unjudged(f, limit))
			continue
		case e == nil:
			e = NewEngine(ctx, m, r, o)
		}
		if historic {
			out = append(out, e.domainKeys(f))
			continue
		}
		out = append(out, e.Judge(f, FormDKIM, nil))
	}
	return out
}

func unjudged(f eml.Field, limit int) Signature {
	return Signature{
		Field: f, Length: -1, Status: Unknown, BodyHash: Unknown, HeaderSignature: Unknown, KeyKind: resolve.Offline,
		ReasonCode: TooMany, Reason: fmt.Sprintf("not judged: only the first %d signatures are", limit),
	}
}

// Form tells the three kinds of signature apart that share one engine.
type Form int

// The forms: DKIM-Signature (RFC 6376), ARC-Message-Signature and ARC-Seal (RFC 8617 4.1).
const (
	FormDKIM Form = iota
	FormAMS
	FormSeal
)

// Engine judges the signatures of one message: bodies are hashed once for each canonicalisation, keys are asked for once.
type Engine struct {
	ctx    context.Context
	m      *eml.Message
	r      resolve.Resolver
	o      Options
	names  map[string]*fieldsOf
	round  int
	bodies map[bodyForm]bodySum
	keys   map[string]*KeyAnswer
	large  int // keys above 2048 bits that were used
	buf    []byte
}

// fieldsOf are the indexes in Message.Fields of all fields of one name, and how many of them h= has taken, from the bottom.
type fieldsOf struct {
	at           []int
	round, taken int
}

type bodyForm struct {
	relaxed bool
	length  int64
	hash    string
}

type bodySum struct {
	sum    string
	used   int
	enough bool
}

// NewEngine returns an engine for m. Options.MaxSignatures is the caller's to keep.
func NewEngine(ctx context.Context, m *eml.Message, r resolve.Resolver, o Options) *Engine {
	e := &Engine{ctx: ctx, m: m, r: r, o: o, names: make(map[string]*fieldsOf, len(m.Fields))}
	e.bodies, e.keys = map[bodyForm]bodySum{}, map[string]*KeyAnswer{}
	for i, f := range m.Fields {
		name := strings.ToLower(strings.TrimSpace(f.Name))
		if e.names[name] == nil {
			e.names[name] = &fieldsOf{}
		}
		e.names[name].at = append(e.names[name].at, i)
	}
	return e
}

// signature is a Signature with what the search needs to try variants.
type signature struct {
	form          Form
	tags          Tags
	alg           algorithm
	headerRelaxed bool
	bodyRelaxed   bool
	bh, b         []byte
	key           *Key
	answer        *KeyAnswer
	covered       []eml.Field // FormSeal
	structural    string      // code of what is wrong with the field itself
	why           string
	algOK         bool
	canonOK       bool
	noBlank       bool // no blank line ends the header
}

func (s *signature) wrong(code, why string) {
	if s.structural == "" {
		s.structural, s.why = code, why
	}
}

// Judge judges one field. covered are the fields that a seal covers, in the order of RFC 8617 5.1.1, without f itself; nil for the other forms.
func (e *Engine) Judge(f eml.Field, form Form, covered []eml.Field) Signature {
	g := &signature{form: form, covered: covered, noBlank: e.m.Header.End == len(e.m.Raw)}
	s := Signature{Field: f, Length: -1, BodyHash: Unknown, HeaderSignature: Unknown, KeyKind: resolve.Offline, sig: g}
	e.readTags(&s)
	if len(g.tags) > 0 {
		e.judgeBody(&s)
		e.judgeHeader(&s)
	}
	e.conclude(&s)
	s.compareVerifiers(e.o)
	return s
}

// judgeBody compares bh= with the hash of the body as it stands.
func (e *Engine) judgeBody(s *Signature) {
	g := s.sig
	if g.form == FormSeal || !g.algOK || !g.canonOK || len(g.bh) == 0 {
		return
	}
	sum := e.body(bodyForm{g.bodyRelaxed, s.Length, g.alg.hash})
	fits := sum.sum == string(g.bh) && sum.enough
	if !fits && e.m.HeaderOnly {
		return // a pasted header: the body is not here. Where the hash is that of no body, none is missing
	}
	s.BodyHash = Fail
	if fits {
		s.BodyHash = Pass
	}
	if end := e.m.Body.Start + sum.used; s.Length >= 0 && len(trimBody(e.m.Raw[end:e.m.Body.End], true)) > 0 {
		s.Tail = eml.Span{Start: end, End: e.m.Body.End}
	}
}

func (e *Engine) body(form bodyForm) bodySum {
	if sum, ok := e.bodies[form]; ok {
		return sum
	}
	h := algorithm{hash: form.hash}.new()
	used, enough := hashBody(h, e.m.Raw[e.m.Body.Start:e.m.Body.End], form.relaxed, form.length)
	sum := bodySum{string(h.Sum(nil)), used, enough}
	e.bodies[form] = sum
	return sum
}

// judgeHeader verifies b= over the header as it stands, with each key that fits.
func (e *Engine) judgeHeader(s *Signature) {
	g := s.sig
	if s.Domain == "" || s.Selector == "" {
		return
	}
	g.answer = e.lookup(s)
	s.KeyQuestion, s.KeyKind = g.answer.Question, g.answer.Kind
	if len(g.answer.Keys) == 0 {
		return
	}
	digest := e.headerDigest(s)
	for i := range g.answer.Keys {
		k := &g.answer.Keys[i]
		if i > 0 && (k.Code != "" || k.Type != g.alg.key) {
			continue
		}
		e.use(s, k)
		if k.Code != "" || !g.algOK || !g.canonOK || len(g.b) == 0 || k.Type != g.alg.key || e.tooLarge(k) {
			continue
		}
		if s.HeaderSignature = Fail; k.Verify(g.alg.hash, digest, g.b) {
			s.HeaderSignature = Pass
			return
		}
	}
}

func (e *Engine) use(s *Signature, k *Key) {
	s.sig.key = k
	s.KeyBits, s.KeyRecord, s.TestMode, s.Strict = k.Bits, k.Record, k.Testing, k.Strict
}

// tooLarge keeps the sum of what keys cost within bounds.
func (e *Engine) tooLarge(k *Key) bool {
	if k.Bits <= 2048 {
		return false
	}
	e.large++
	return k.Bits > MaxKeyBits || e.large > MaxLargeKeys
}

func (e *Engine) lookup(s *Signature) *KeyAnswer {
	id := s.Selector + " " + s.Domain
	if e.keys[id] == nil {
		a := LookupKey(e.ctx, e.r, s.Selector, s.Domain)
		e.keys[id] = &a
	}
	return e.keys[id]
}

// headerDigest hashes the signed fields and then the signature's own, its b= emptied (RFC 6376 3.7).
func (e *Engine) headerDigest(s *Signature) []byte {
	g := s.sig
	buf := e.buf[:0]
	for _, f := range g.covered {
		buf = appendHeader(buf, e.m.Raw[f.Span.Start:f.Span.End], true)
	}
	e.round++
	for _, name := range s.SignedHeaders {
		if f, ok := e.pick(name); ok {
			buf = appendHeader(buf, e.m.Raw[f.Span.Start:f.Span.End], g.headerRelaxed)
		}
	}
	if _, ok := g.tags.Get("bh"); !ok && e.o.Historic && g.form == FormDKIM {
		buf = e.appendDraft(buf, s)
	}
	buf = appendOwnField(buf, e.m.Raw, s)
	e.buf = buf
	if g.alg.hash == "sha256" {
		sum := sha256.Sum256(buf)
		return sum[:]
	}
	return sumOf(g.alg.new(), buf)
}

func sumOf(h hash.Hash, b []byte) []byte {
	h.Write(b)
	return h.Sum(nil)
}

// pick takes the next field of that name from the bottom (RFC 6376 5.4.2); more names than fields sign the absence of another.
func (e *Engine) pick(name string) (eml.Field, bool) {
	n := e.names[name]
	if n == nil {
		return eml.Field{}, false
	}
	if n.round != e.round {
		n.round, n.taken = e.round, 0
	}
	if n.taken == len(n.at) {
		return eml.Field{}, false
	}
	n.taken++
	return e.m.Fields[n.at[len(n.at)-n.taken]], true
}

// appendOwnField appends the signature's own field without the value of b= and without its final CRLF.
func appendOwnField(dst, raw []byte, s *Signature) []byte {
	b, ok := s.sig.tags.Get("b")
	own := raw[s.Field.Span.Start:s.Field.Span.End]
	if ok {
		cut := make([]byte, 0, len(own))
		cut = append(cut, raw[s.Field.Span.Start:b.whole.Start]...)
		own = append(cut, raw[b.whole.End:s.Field.Span.End]...)
	}
	dst = appendHeader(dst, own, s.sig.headerRelaxed)
	return dst[:len(dst)-len(crlf)]
}

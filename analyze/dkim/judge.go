package dkim

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"

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

var requiredTags = [...][]string{
	FormDKIM: {"v", "a", "b", "bh", "d", "h", "s"},
	FormAMS:  {"i", "a", "b", "bh", "d", "h", "s"},
	FormSeal: {"i", "a", "b", "cv", "d", "s"},
}

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

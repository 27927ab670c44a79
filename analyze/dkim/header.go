package dkim

import (
	"bytes"
	"context"
	"hash"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// alt is a way in which a signed field may have stood: text is the whole field, nil that it was not there.
type alt struct {
	kind  string
	text  []byte
	canon []byte
}

// slot is one name of h= and the field that it picks now (nil: none). alts[0] is the field as it stands.
type slot struct {
	name  string
	field *eml.Field
	alts  []alt
}

// headerSearch looks for the header that was signed.
type headerSearch struct {
	m     *eml.Message
	s     *Signature
	f     *finding // what is known about the body
	slots []slot
	own   []byte
	want  []byte // the digest inside the signature; nil for Ed25519
	h     hash.Hash
	sum   []byte
	pick  []int // chosen alt of each slot
	tries int   // left
	tried int
}

const (
	// maxHeaderTries: 0.3 to 1 µs each for RSA, whose digest is recovered once; fewer where the header is large.
	maxHeaderTries = 100_000
	maxHeaderBytes = 256 << 20
	// maxEd25519Tries: 75 µs each, since Ed25519 has no such short cut.
	maxEd25519Tries = 400
	// maxAlts bounds what is offered for one field where several may have changed.
	maxAlts = 80
	// maxSlots: h= has ten to forty names; pairs of fields grow with the square.
	maxSlots = 120
	// maxOffered: longer fields are no subjects or addresses that a program rewrites.
	maxOffered = 8 << 10
)

func newHeaderSearch(ctx context.Context, m *eml.Message, s *Signature, f *finding) *headerSearch {
	if f == nil {
		f = &finding{}
	}
	x := &headerSearch{m: m, s: s, f: f, h: s.sig.alg.new(), tries: maxHeaderTries}
	if s.sig.key.rsa != nil {
		x.want = s.sig.key.recoverDigest(s.sig.alg.hash, s.sig.b)
	} else {
		x.tries = maxEd25519Tries
	}
	e := NewEngine(ctx, m, nil, Options{})
	e.round++
	for _, name := range s.SignedHeaders {
		sl := slot{name: name}
		if field, ok := e.pick(name); ok {
			sl.field = &field
			sl.alts = []alt{x.alt("", m.Bytes(field.Span))}
		} else {
			sl.alts = []alt{{}}
		}
		x.slots = append(x.slots, sl)
	}
	x.own = appendOwnField(nil, m.Raw, s)
	size := len(x.own) + candidateCost
	for _, sl := range x.slots {
		size += len(sl.alts[0].canon)
	}
	x.tries = min(x.tries, maxHeaderBytes/size)
	x.pick = make([]int, len(x.slots))
	return x
}

func (x *headerSearch) alt(kind string, text []byte) alt {
	if text == nil {
		return alt{kind: kind}
	}
	return alt{kind, text, appendHeader(nil, text, x.s.sig.headerRelaxed)}
}

// otherKey reports that the signature was not made with this key: RSA signatures open to a padded digest under their own key alone.
func (x *headerSearch) otherKey() bool { return x.s.sig.key.rsa != nil && x.want == nil }

// find tries one changed field, then two, then more, then every cut in the subject.
func (x *headerSearch) find() *finding {
	if x.otherKey() || len(x.slots) > maxSlots {
		return nil
	}
	for i := range x.slots {
		x.offer(&x.slots[i])
	}
	offered := x.slots
	for _, vary := range []func([]slot) bool{x.one, x.two, x.all, x.cuts} {
		if vary(offered) {
			return x.chosen()
		}
	}
	return nil
}

// mimeAlts is how many alternatives of the MIME fields go together with those of the others: what changes a body changes them as well.
const mimeAlts = 6

// with tries the slots with the alternatives that most allows, the MIME fields besides.
func (x *headerSearch) with(offered []slot, mime int, most func(int) int) bool {
	x.slots = slices.Clone(offered)
	for i, s := range offered {
		n := most(i)
		if strings.HasPrefix(s.name, "content-") {
			n = max(n, mime)
		}
		x.slots[i].alts = s.alts[:min(len(s.alts), n)]
	}
	return x.try()
}

// one: one field was changed.
func (x *headerSearch) one(offered []slot) bool {
	mime := 1
	if len(x.f.kinds) > 0 {
		mime = mimeAlts
	}
	for i := range offered {
		if len(offered[i].alts) > 1 && x.with(offered, mime, only(i, i)) {
			return true
		}
	}
	return false
}

// two: two fields were changed.
func (x *headerSearch) two(offered []slot) bool {
	mime := 1
	if len(x.f.kinds) > 0 {
		mime = 2
	}
	for i := range offered {
		for j := i + 1; j < len(offered); j++ {
			if len(offered[i].alts) > 1 && len(offered[j].alts) > 1 && x.with(offered, mime, only(i, j)) {
				return true
			}
		}
	}
	return false
}

func only(i, j int) func(int) int {
	return func(k int) int {
		if k == i || k == j {
			return maxAlts
		}
		return 1
	}
}

// all: any number of fields, as far as the number of tries reaches.
func (x *headerSearch) all(offered []slot) bool {
	return x.with(offered, maxAlts, func(int) int { return maxAlts })
}

// cuts takes every substring out of the subject.
func (x *headerSearch) cuts(offered []slot) bool {
	i := slices.IndexFunc(offered, func(s slot) bool { return s.name == "subject" && s.field != nil })
	if i < 0 {
		return false
	}
	cut := slices.Clone(offered)
	cut[i].alts = x.everyCut(offered[i])
	all := func(k int) int {
		if k == i {
			return len(cut[i].alts)
		}
		return 1
	}
	return x.with(cut, 1, all) || len(x.f.kinds) > 0 && x.with(cut, 4, all)
}

// try walks over the product of the alternatives. Where it is too large, the longest lists are cut: the likely ones stand first.
func (x *headerSearch) try() bool {
	for product(x.slots) > x.tries {
		longest := 0
		for i := range x.slots {
			if len(x.slots[i].alts) > len(x.slots[longest].alts) {
				longest = i
			}
		}
		if len(x.slots[longest].alts) < 2 {
			return false
		}
		x.slots[longest].alts = x.slots[longest].alts[:len(x.slots[longest].alts)*3/4] // at least one stays
	}
	x.h.Reset()
	return x.walk(0)
}

func product(slots []slot) int {
	n := 1
	for _, s := range slots {
		if n *= len(s.alts); n > 1<<30 {
			return n
		}
	}
	return n
}

func (x *headerSearch) walk(i int) bool {
	for i < len(x.slots) && len(x.slots[i].alts) == 1 {
		x.pick[i] = 0
		x.h.Write(x.slots[i].alts[0].canon)
		i++
	}
	if i == len(x.slots) {
		return x.leaf()
	}
	state := saveState(x.h, nil)
	for k, a := range x.slots[i].alts {
		if k > 0 {
			loadState(x.h, state)
		}
		x.pick[i] = k
		x.h.Write(a.canon)
		if x.walk(i + 1) {
			return true
		}
		if x.tries <= 0 {
			return false
		}
	}
	return false
}

func (x *headerSearch) leaf() bool {
	x.tries--
	x.tried++
	x.h.Write(x.own)
	x.sum = x.h.Sum(x.sum[:0])
	if x.want != nil {
		return bytes.Equal(x.sum, x.want)
	}
	return x.s.sig.key.Verify(x.s.sig.alg.hash, x.sum, x.s.sig.b)
}

// chosen turns the alternatives that fit into edits.
func (x *headerSearch) chosen() *finding {
	f := &finding{}
	for i, k := range x.pick {
		if k == 0 {
			continue
		}
		s, a := x.slots[i], x.slots[i].alts[k]
		f.kinds = append(f.kinds, a.kind)
		e := edit{text: a.text, span: eml.Span{Start: x.m.Header.End, End: x.m.Header.End}}
		if s.field != nil {
			e.span = s.field.Span
		}
		f.edits = append(f.edits, e)
	}
	return f
}

package dkim

import (
	"bytes"
	"encoding"
	"hash"
	"slices"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// edit replaces a span of the message by text (nil: takes it out).
type edit struct {
	span eml.Span
	text []byte
}

// search looks for the body that was signed. Work is counted in bytes hashed, not in time, so the answer is the same on every machine.
type search struct {
	m       *eml.Message
	s       *Signature
	relaxed bool
	limit   int64 // l=; -1: none
	want    string
	h       hash.Hash
	sum     []byte
	left    int64 // budget
	tried   int
	starved bool // the budget ended before the list of candidates did
	partly  bool // a class of candidates was left out, since the body is too large for it
	found   *finding
}

// finding is a way back to the signed body.
type finding struct {
	kinds []string
	edits []edit
	asIs  bool      // nothing was changed: the signer hashed something else than it says
	note  string    // how the text was written when it was signed
	cte   string    // the transfer encoding as signed, where it was another; "7bit" also for 8bit
	part  *eml.Part // the part that was the whole message
	gone  [][]byte  // text that was in a part which had to be encoded anew: it has no span of its own
}

// candidateCost is what a candidate costs beside its bytes, in bytes: 90 ns at 1.7 GB/s.
const candidateCost = 150

// snapshotEvery: a state of SHA-256 takes 108 bytes and 12 ns to load; hashing 512 bytes again takes 300 ns.
const snapshotEvery = 512

func newSearch(m *eml.Message, s *Signature, budget int64) *search {
	return &search{
		m: m, s: s, relaxed: s.sig.bodyRelaxed, limit: s.Length, want: string(s.sig.bh),
		h: s.sig.alg.new(), left: budget,
	}
}

// spend takes a candidate of n bytes from the budget.
func (x *search) spend(n int) bool {
	if x.left < int64(n) {
		x.starved = true
		return false
	}
	x.left -= int64(n) + candidateCost
	x.tried++
	return true
}

// matches compares what has been hashed with bh=.
func (x *search) matches() bool {
	x.sum = x.h.Sum(x.sum[:0])
	return string(x.sum) == x.want
}

// page is a body that may have been the signed one: that of the message, or that of a part which a list wrapped.
type page struct {
	x     *search
	t     *text
	base  int // offset in the message of t.src
	root  *eml.Part
	kinds []string
	part  *eml.Part // the part that the page is, when it is not the whole body
	edits []edit    // what leads from the message to the page

	marks  []int // canonical offsets that have a state
	states []byte
	size   int // of one state

	texts   map[uint64]bool // what has been tried of the page's text encoded anew
	fixedAt int             // offset of a state that is used many times
	fixed   []byte
}

func (x *search) newPage(span eml.Span, root *eml.Part) *page {
	p := &page{x: x, t: newText(x.m.Bytes(span), x.relaxed), base: span.Start, root: root}
	if span != x.m.Body {
		p.edits = []edit{{span: eml.Span{Start: x.m.Body.Start, End: span.Start}}, {span: eml.Span{Start: span.End, End: x.m.Body.End}}}
	}
	return p
}

// keep notes the state of the hash at a canonical offset.
func (p *page) keep(at int) {
	if n := len(p.marks); n > 0 && at-p.marks[n-1] < snapshotEvery {
		return
	}
	p.marks = append(p.marks, at)
	p.states = saveState(p.x.h, p.states)
	p.size = len(p.states) / len(p.marks)
}

// keepExactly makes the state at an offset cheap to load again and again.
func (p *page) keepExactly(at int) {
	p.load(at)
	p.fixedAt, p.fixed = at, saveState(p.x.h, p.fixed[:0])
}

func saveState(h hash.Hash, dst []byte) []byte {
	b, err := h.(encoding.BinaryAppender).AppendBinary(dst)
	if err != nil {
		panic(err) // no hash of the standard library fails here
	}
	return b
}

func loadState(h hash.Hash, state []byte) {
	if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil {
		panic(err)
	}
}

// load sets the hash to the state behind the first at bytes of the page.
func (p *page) load(at int) {
	if at == p.fixedAt && p.fixed != nil {
		loadState(p.x.h, p.fixed)
		return
	}
	i, exact := slices.BinarySearch(p.marks, at)
	if !exact {
		i--
	}
	from := 0
	if i < 0 {
		p.x.h.Reset()
	} else {
		loadState(p.x.h, p.states[i*p.size:(i+1)*p.size])
		from = p.marks[i]
	}
	p.x.left -= int64(at - from)
	p.x.h.Write(p.t.b[from:at])
}

// fits reports whether the first at bytes of the page and then the pieces make the signed body.
func (p *page) fits(at int, pieces ...[]byte) bool {
	x, n := p.x, len(pieces)
	size := 0
	for _, b := range pieces {
		size += len(b)
	}
	if x.found != nil || !x.spend(size) {
		return false
	}
	var last []byte
	for ; n > 0; n-- {
		if last = trimEnd(pieces[n-1], x.relaxed); len(last) > 0 {
			break
		}
	}
	if n == 0 {
		at = len(trimEnd(p.t.b[:at], x.relaxed))
	}
	ending := crlfBytes
	if n == 0 && at == 0 && x.relaxed {
		ending = nil
	}
	if x.limit >= 0 {
		return x.fitsLimited(p.t.b[:at], pieces, n, last, ending)
	}
	p.load(at)
	for _, b := range pieces[:max(n-1, 0)] {
		x.h.Write(b)
	}
	x.h.Write(last)
	x.h.Write(ending)
	return x.matches()
}

// fitsLimited is fits under l=.
func (x *search) fitsLimited(head []byte, pieces [][]byte, n int, last, ending []byte) bool {
	x.h.Reset()
	left := x.limit
	put := func(b []byte) {
		b = b[:min(int64(len(b)), left)]
		left -= int64(len(b))
		x.h.Write(b)
	}
	put(head)
	for _, b := range pieces[:max(n-1, 0)] {
		put(b)
	}
	put(last)
	put(ending)
	return left == 0 && x.matches()
}

// tails tries every cut at the end of a line of t[a:b], with nothing behind it. The hash must stand before line a. It returns the number of
// lines that stay, or -1. Every line is hashed once.
func (x *search) tails(t *text, a, b int, keep func(at int)) int {
	if x.limit >= 0 || !x.spend(t.line[b]-t.line[a]+(b-a)*candidateCost) {
		return -1
	}
	written := t.line[a]
	for i := a; i < b; i++ {
		if keep != nil && !t.blank(i) {
			x.h.Write(t.b[written:t.line[i]])
			written = t.line[i]
			keep(written)
		}
		if t.blank(i) {
			continue
		}
		x.tried++
		x.h.Write(t.b[written:t.line[i+1]])
		if written = t.line[i+1]; x.matches() {
			return i + 1
		}
	}
	return -1
}

// cut is the finding that takes out the canonical bytes from i up to j.
func (p *page) cut(kind string, ij ...int) bool {
	f := p.finding(kind)
	for k := 0; k < len(ij); k += 2 {
		f.edits = append(f.edits, edit{span: p.raw(ij[k], ij[k+1])})
	}
	p.x.found = f
	return true
}

// raw is the span of the message behind canonical offsets of the page.
func (p *page) raw(i, j int) eml.Span {
	return eml.Span{Start: p.base + p.t.source(i, p.x.relaxed), End: p.base + p.t.source(j, p.x.relaxed)}
}

func (p *page) finding(kinds ...string) *finding {
	f := &finding{kinds: slices.Clone(p.kinds), edits: slices.Clone(p.edits), part: p.part}
	f.kinds = append(f.kinds, kinds...)
	return f
}

// lineOf returns the line of the page at an offset of the message.
func (p *page) lineOf(offset int) int { return p.t.lineAt(offset - p.base) }

// find runs the searches in the order of likelihood and cost, and returns nil when none matches.
func (x *search) find() *finding {
	whole := x.newPage(x.m.Body, x.m.Root())
	for _, quick := range []func(*page) bool{(*page).empty, (*page).tail, (*page).otherCanon} {
		if quick(whole) {
			return x.found
		}
	}
	pages := append([]*page{whole}, x.unwrapped()...)
	for _, p := range pages[1:] {
		if p.tail() {
			return x.found
		}
	}
	for _, st := range steps {
		for _, p := range pages {
			x.within(st.share, func() { st.run(p) })
			if x.found != nil {
				return x.found
			}
		}
	}
	return nil
}

// within runs a step on a share of what is left of the budget, so that a costly one leaves something for the others.
func (x *search) within(share float64, run func()) {
	kept := int64(float64(x.left) * (1 - share))
	x.left -= kept
	x.starved = false
	run()
	x.left += kept
	x.partly = x.partly || x.starved
}

// step is one search over a page, and the share of the budget that it may use.
type step struct {
	run   func(*page)
	share float64
}

// steps are the searches after the cheapest, each over every page.
var steps = []step{
	{(*page).partsAdded, 0.3},
	{(*page).escapes, 0.3},
	{(*page).partStarts, 0.2},
	{(*page).partEnds, 0.3},
	{(*page).htmlBlocks, 0.4},
	{(*page).twoBlocks, 0.3},
	{(*page).reencoded, 0.3},
	{(*page).reencodedParts, 0.3},
	{(*page).rewrittenURLs, 0.3},
	{(*page).disclaimers, 0.5},
	{(*page).anyBlock, 1},
}

// empty: the hash of no body.
func (p *page) empty() bool {
	if !emptyBody[p.x.want] {
		return false
	}
	return p.cut("body-empty", 0, len(p.t.b))
}

// tail: lines appended at the end.
func (p *page) tail() bool {
	p.x.h.Reset()
	n := p.x.tails(p.t, 0, p.t.lines(), p.keep)
	switch {
	case n < 0:
		return false
	case len(bytes.TrimSpace(p.t.bytes(n, p.t.lines()))) == 0:
		p.x.found = p.finding()
		return true
	}
	return p.cut("footer-appended", p.t.line[n], len(p.t.b))
}

package dkim

import (
	"bytes"
	"hash/maphash"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// variant is the content of a text part as it may have been before.
type variant struct {
	content []byte
	kinds   []string
}

// maxReencoded: larger texts are not decoded and encoded again: mail text has some KB.
const maxReencoded = 4 << 20

// encodeCost is what encoding and canonicalising a byte costs, in bytes hashed.
const encodeCost = 8

// charsets that mail is written in; the present one is left out.
var charsets = []string{"iso-8859-1", "windows-1252", "utf-8", "iso-8859-15", "iso-8859-2", "windows-1251", "koi8-r", "iso-2022-jp", "gb18030", "big5", "euc-kr", "shift_jis", "windows-1250"}

// variants yields the content as it is, then with rewritten URLs turned back, then in other charsets.
func (x *search) variants(part *eml.Part, urls bool) iter.Seq[variant] {
	return func(yield func(variant) bool) {
		content := x.m.Content(part, maxReencoded)
		if len(content) >= maxReencoded {
			return
		}
		if !urls && !yield(variant{content: content}) {
			return
		}
		if urls {
			for _, v := range unrewrite(content, part.Type == "text/html") {
				if !yield(variant{v, []string{"url-rewritten"}}) {
					return
				}
			}
			return
		}
		for _, v := range transcoded(content, part.Charset) {
			if !yield(variant{v, []string{"charset"}}) {
				return
			}
		}
	}
}

// transcoded is content in each charset that can hold it; none for plain ASCII.
func transcoded(content []byte, charset string) [][]byte {
	if !traitsOf(content).high {
		return nil
	}
	text := content
	if from, err := htmlindex.Get(charset); err == nil && !strings.EqualFold(charset, "utf-8") {
		if text, err = from.NewDecoder().Bytes(content); err != nil {
			return nil
		}
	}
	var out [][]byte
	for _, name := range charsets {
		to, err := htmlindex.Get(name)
		if err != nil || strings.EqualFold(name, charset) {
			continue
		}
		// What a footer adds need not exist in the old charset: it is cut off anyway.
		b, err := encoding.ReplaceUnsupported(to.NewEncoder()).Bytes(text)
		if err == nil && !bytes.Equal(b, content) && !slices.ContainsFunc(out, func(o []byte) bool { return bytes.Equal(o, b) }) {
			out = append(out, b)
		}
	}
	return out
}

func encoded(part *eml.Part) bool {
	return part.Encoding == "base64" || part.Encoding == "quoted-printable"
}

// reencoded writes the text of a page without parts anew in every style, and cuts it at every line.
func (p *page) reencoded() { p.rewrite(false) }

// rewrittenURLs is the same with the URLs turned back.
func (p *page) rewrittenURLs() {
	p.rewrite(true)
	p.rewriteParts(true)
}

func (p *page) rewrite(urls bool) {
	p.texts = map[uint64]bool{}
	if len(p.root.Children) > 0 || strings.HasPrefix(p.root.Type, "multipart/") {
		return
	}
	for v := range p.x.variants(p.root, urls) {
		for _, s := range styles(traitsOf(v.content)) {
			if s.cte == "7bit" && v.kinds == nil && !encoded(p.root) {
				continue // that is the body as it stands
			}
			if !p.x.spend(encodeCost * len(v.content)) {
				return
			}
			if s.cte == "base64" && p.base64Tails(v, s) || s.cte != "base64" && p.textTails(v, s) {
				return
			}
		}
	}
}

// textSeed: two texts that collide cost a candidate, once in 2^64.
var textSeed = maphash.MakeSeed()

// textTails encodes and cuts at lines.
func (p *page) textTails(v variant, s style) bool {
	x := p.x
	encoded := s.encode(v.content)
	if h := maphash.Bytes(textSeed, encoded); p.texts[h] {
		return false // another style wrote the same
	} else {
		p.texts[h] = true
	}
	t := newText(encoded, x.relaxed)
	x.h.Reset()
	n := x.tails(t, 0, t.lines(), nil)
	if n < 0 && s.breaks == breakWords {
		return p.openTails(v, s, t)
	}
	if n < 0 {
		return false
	}
	return p.wrote(v, s, t.src[:t.from[n]], t.src[t.from[n]:])
}

// openTails is tails for a text that did not end in a line end, which quoted-printable writes as "=" at the end of the last line.
func (p *page) openTails(v variant, s style, t *text) bool {
	x := p.x
	if x.limit >= 0 || !x.spend(len(t.b)+2*t.lines()*candidateCost) {
		return false
	}
	x.h.Reset()
	var state []byte
	for i := range t.lines() {
		x.h.Write(t.show(i))
		state = saveState(x.h, state[:0])
		x.h.Write([]byte("=\r\n"))
		if x.tried++; x.matches() {
			text := append(slices.Clone(t.src[:t.from[i]]), t.show(i)...)
			return p.wrote(v, s, append(text, "=\r\n"...), t.src[t.from[i+1]:])
		}
		loadState(x.h, state)
		x.h.Write(crlfBytes)
	}
	return false
}

// wrote is the finding that the whole page was text in style s; gone is what stood behind it.
func (p *page) wrote(v variant, s style, text, gone []byte) bool {
	f := p.finding(v.kinds...)
	f.cte, f.note = s.cte, "when it was signed, the text was "+s.name()
	if s.cte != "7bit" && (s.cte != p.root.Encoding || v.kinds == nil) || s.cte == "7bit" && encoded(p.root) {
		f.kinds = append(f.kinds, "transfer-encoding")
	}
	if len(bytes.TrimSpace(gone)) > 0 {
		f.kinds = append(f.kinds, "footer-appended")
		f.gone = append(f.gone, gone)
	}
	f.edits = append(f.edits, edit{eml.Span{Start: p.base, End: p.base + len(p.t.src)}, text})
	p.x.found = f
	return true
}

// base64Tails cuts the content at every line end, with and without that line end, and encodes what stays: lines of base64 are hashed once.
func (p *page) base64Tails(v variant, s style) bool {
	x := p.x
	content := s.inside(v.content)
	if x.limit >= 0 || !x.spend(len(content)/3*4+2*bytes.Count(content, []byte{'\n'})*candidateCost) {
		return false
	}
	group := s.width / 4 * 3
	var line, state []byte
	x.h.Reset()
	done := 0
	try := func(cut int) bool {
		for cut-done >= group {
			line = appendBase64(line[:0], content[done:done+group], s.width)
			x.h.Write(line)
			done += group
		}
		x.tried++
		if cut == done {
			return x.matches()
		}
		state = saveState(x.h, state[:0])
		x.h.Write(appendBase64(line[:0], content[done:cut], s.width))
		ok := x.matches()
		loadState(x.h, state)
		return ok
	}
	for pos := 0; pos < len(content); {
		next := len(content)
		if i := bytes.IndexByte(content[pos:], '\n'); i >= 0 {
			next = pos + i + 1
		}
		bare := len(bytes.TrimRight(content[:next], "\r\n"))
		for _, cut := range []int{bare, next} {
			if cut >= pos && cut > done && try(cut) {
				return p.wrote(v, s, appendBase64(nil, content[:cut], s.width), content[cut:])
			}
		}
		pos = next
	}
	return false
}

// reencodedParts writes the text parts of a multipart anew: all in one style, or one alone, with the header of the part as it must then
// have been.
func (p *page) reencodedParts() { p.rewriteParts(false) }

func (p *page) rewriteParts(urls bool) {
	leaves := p.leaves()
	leaves = slices.DeleteFunc(leaves, func(l leaf) bool { return l.part == p.root })
	if len(leaves) == 0 {
		return
	}
	var all traits
	content := make([][][]byte, len(leaves)) // for each leaf, its variants
	for i, l := range leaves {
		for v := range p.x.variants(l.part, urls) {
			if v.kinds == nil || urls {
				content[i] = append(content[i], v.content)
				t := traitsOf(v.content)
				all = traits{all.bol || t.bol, all.long || t.long, all.high || t.high, all.tab || t.tab, all.dot || t.dot, all.from || t.from, all.trail || t.trail, all.equals || t.equals}
			}
		}
	}
	for _, s := range styles(all) {
		if len(leaves) > 1 && p.partsInStyle(leaves, content, s, urls, -1) {
			return
		}
		for i := range leaves {
			if p.partsInStyle(leaves, content, s, urls, i) || p.x.starved {
				return
			}
		}
	}
}

// maxVariants: unrewrite returns up to so many forms of an HTML part.
const maxVariants = 4

// rewritten is a leaf written in another style, with the forms that its header may have had.
type rewritten struct {
	leaf
	header []headerForm
	text   *text
}

// maxForms: a header names another encoding in up to so many ways.
const maxForms = 3

// partsInStyle tries the page with the leaf only (or, for -1, every leaf) written in style s.
func (p *page) partsInStyle(leaves []leaf, content [][][]byte, s style, urls bool, only int) bool {
	for v := range maxVariants { // the variants of all leaves go together
		swaps := p.swaps(leaves, content, s, urls, only, v)
		if len(swaps) == 0 || only < 0 && len(swaps) == 1 {
			return false
		}
		for form := range maxForms {
			if p.trySwaps(swaps, form, urls) {
				return true
			}
		}
		if !urls {
			return false
		}
	}
	return false
}

// swaps writes variant v of the leaves in style s; those that are written so already are left out.
func (p *page) swaps(leaves []leaf, content [][][]byte, s style, urls bool, only, v int) []rewritten {
	var out []rewritten
	for i, l := range leaves {
		same := (s.cte == "7bit") == !encoded(l.part)
		if only >= 0 && i != only || len(content[i]) == 0 || same && !urls && s.cte == "7bit" {
			continue
		}
		c := content[i][min(v, len(content[i])-1)]
		if !p.x.spend(encodeCost * len(c)) {
			return nil
		}
		out = append(out, rewritten{l, p.headerForms(l, s.cte, c), newText(closeText(s.encode(c), c), p.x.relaxed)})
	}
	return out
}

// trySwaps puts the pieces of the page together.
func (p *page) trySwaps(swaps []rewritten, form int, urls bool) bool {
	var pieces [][]byte
	var edits []edit
	start, at := -1, 0
	for _, w := range swaps {
		h := w.header[min(form, len(w.header)-1)]
		if start < 0 {
			start, at = h.a, h.a
		}
		pieces = append(pieces, p.t.bytes(at, h.a), h.text, p.t.bytes(h.b, w.a), w.text.b)
		edits = append(edits, h.edit(p), edit{p.raw(p.t.line[w.a], p.t.line[w.b]), w.text.src})
		at = w.b
	}
	return p.tryParts(start, pieces, edits, at, urls)
}

// closeText adds the line end that belongs to the boundary behind a part.
func closeText(b, content []byte) []byte {
	if bytes.HasSuffix(content, []byte{'\n'}) && !bytes.HasSuffix(b, []byte(crlf+crlf)) || len(b) > 0 && b[len(b)-1] != '\n' {
		return append(slices.Clip(b), crlf...)
	}
	return b
}

// tryParts tries the pieces whole, and with lines cut off the end of the last text.
func (p *page) tryParts(start int, pieces [][]byte, edits []edit, at int, urls bool) bool {
	rest := p.t.b[p.t.line[at]:]
	kinds := []string{"transfer-encoding"}
	if urls {
		kinds = []string{"url-rewritten"}
	}
	last := pieces[len(pieces)-1]
	t := newText(last, false)
	lines := append([]int{t.lines()}, (&page{t: t}).likelyEnds(leaf{a: 0, b: t.lines()}, 12)...)
	for k, n := range lines {
		pieces[len(pieces)-1] = t.bytes(0, n)
		if !p.fits(p.t.line[start], append(slices.Clone(pieces), rest)...) {
			continue
		}
		f := p.finding(kinds...)
		e := edits[len(edits)-1]
		if k > 0 {
			full := newText(e.text, p.x.relaxed)
			f.kinds = append(f.kinds, "block-at-part-end")
			f.gone = append(f.gone, full.src[full.from[n]:])
			edits[len(edits)-1].text = full.src[:full.from[n]]
		}
		f.edits = append(f.edits, edits...)
		p.x.found = f
		return true
	}
	return false
}

// headerForm is a way in which the header of a part named its transfer encoding: text stands for the lines from a up to b.
type headerForm struct {
	a, b int
	text []byte
}

func (h headerForm) edit(p *page) edit {
	if h.text == nil {
		return edit{span: p.raw(p.t.line[h.a], p.t.line[h.b])}
	}
	return edit{p.raw(p.t.line[h.a], p.t.line[h.b]), h.text}
}

// headerForms lists how the part's header may have been, for another encoding of its body.
func (p *page) headerForms(l leaf, cte string, content []byte) []headerForm {
	values := []string{cte}
	if cte == "7bit" {
		values = []string{"7bit", "8bit", ""}
		if traitsOf(content).high {
			values = []string{"8bit", "", "7bit"}
		}
	}
	f, ok := l.part.First("Content-Transfer-Encoding")
	if !ok {
		if f, ok = l.part.First("Content-Type"); !ok {
			return []headerForm{{a: l.a, b: l.a}}
		}
		b := p.lineOf(f.Span.End)
		var out []headerForm
		for _, v := range values {
			out = append(out, headerForm{b, b, cteLine("Content-Transfer-Encoding", v)})
		}
		return out
	}
	a, b := p.lineOf(f.Span.Start), p.lineOf(f.Span.End)
	var out []headerForm
	for _, v := range values {
		out = append(out, headerForm{a, b, cteLine(f.Name, v)})
	}
	return out
}

func cteLine(name, value string) []byte {
	if value == "" {
		return nil
	}
	return []byte(name + ": " + value + crlf)
}

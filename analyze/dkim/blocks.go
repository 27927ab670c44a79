package dkim

import (
	"bytes"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Limits of the structural places that are tried. Each try hashes the rest of the body, so the likely ones come first.
const (
	maxPages   = 8  // parts of a multipart that may have been the whole
	maxLeaves  = 6  // text parts that are searched
	maxEnds    = 40 // lines at the end of a part: banners of gateways have up to 30
	maxStarts  = 40
	maxPlaces  = 64 // tags and line starts near a place in HTML
	tagsWithin = 64 << 10
)

// unwrapped returns the parts that a list may have wrapped with its own multipart, as pages.
func (x *search) unwrapped() []*page {
	var out []*page
	add := func(parent *eml.Part) {
		for _, c := range parent.Children {
			if len(out) < maxPages && !c.Body.Empty() && strings.HasPrefix(parent.Type, "multipart/") {
				p := x.newPage(c.Body, c)
				p.kinds, p.part = []string{"mime-unwrap"}, c
				out = append(out, p)
			}
		}
	}
	root := x.m.Root()
	add(root)
	for _, c := range root.Children {
		add(c)
	}
	return out
}

// partsAdded takes out one part of a multipart, or all from one on.
func (p *page) partsAdded() {
	for part := range p.root.All() {
		n := len(part.Children)
		if n < 2 || !strings.HasPrefix(part.Type, "multipart/") || part.Header.Start < p.base && part != p.root {
			continue
		}
		for k := n - 1; k >= 0; k-- {
			from, to := p.delimiters(part, k)
			if from < 0 || to <= from {
				continue
			}
			if p.fits(p.t.line[from], p.t.b[p.t.line[to]:]) {
				p.cut("mime-part-added", p.t.line[from], p.t.line[to])
				return
			}
		}
		if p.preamble(part) {
			return
		}
	}
}

// delimiters returns the lines of the boundaries before and behind child k; -1 where they are not lines of the page.
func (p *page) delimiters(part *eml.Part, k int) (from, to int) {
	c := part.Children[k]
	start := c.Header.Start
	if c.Header.Empty() {
		start = c.Body.Start
	}
	from, to = p.lineOf(start)-1, p.endLine(c)
	for from >= 0 && !p.delimiter(from) && from > p.lineOf(start)-4 {
		from--
	}
	if from < 0 || !p.delimiter(from) || to >= p.t.lines() || !p.delimiter(to) {
		return -1, -1
	}
	return from, to
}

// endLine is the line behind the part: that of the next boundary. The line end before a boundary belongs to it (RFC 2046 5.1.1), so a text
// that ends in a line end of its own has an empty line there.
func (p *page) endLine(part *eml.Part) int {
	i := p.lineOf(part.Body.End)
	if i+1 < p.t.lines() && p.base+p.t.from[i] == part.Body.End && p.t.blank(i) && p.delimiter(i+1) {
		i++
	}
	return i
}

func (p *page) delimiter(i int) bool { return bytes.HasPrefix(p.t.show(i), []byte("--")) }

// preambles that mail programs write, and gateways drop.
var preambles = []string{
	"This is a multi-part message in MIME format.\r\n",
	"This is a multi-part message in MIME format.\r\n\r\n",
	"This is a multipart message in MIME format.\r\n\r\n",
	"This is a cryptographically signed message in MIME format.\r\n\r\n",
	"\r\n",
}

// preamble takes out, or puts back, what stands before the first part.
func (p *page) preamble(part *eml.Part) bool {
	if part != p.root || len(part.Children) == 0 {
		return false
	}
	first, _ := p.delimiters(part, 0)
	if first < 0 {
		return false
	}
	rest := p.t.b[p.t.line[first]:]
	if first > 0 && p.fits(0, rest) {
		return p.cut("preamble", 0, p.t.line[first])
	}
	for _, s := range preambles {
		if p.fits(0, []byte(s), rest) {
			f := p.finding("preamble")
			f.edits = append(f.edits, edit{p.raw(0, p.t.line[first]), []byte(s)})
			p.x.found = f
			return true
		}
	}
	return false
}

// leaf is a text part in the page, as lines of it.
type leaf struct {
	part *eml.Part
	a, b int // its lines
	last bool
}

func (p *page) leaves() []leaf {
	var out []leaf
	for part := range p.root.All() {
		text := strings.HasPrefix(part.Type, "text/") || part == p.root && p.part == nil
		if len(part.Children) > 0 || !text || len(out) == maxLeaves || part.Body.Empty() {
			continue
		}
		l := leaf{part: part, a: p.lineOf(part.Body.Start), b: p.endLine(part)}
		if l.a < l.b {
			l.last = len(trimEnd(p.t.b[p.t.line[l.b]:], true)) == 0
			out = append(out, l)
		}
	}
	return out
}

// partEnds takes out lines at the end of a text part that others follow.
func (p *page) partEnds() {
	for _, l := range p.leaves() {
		if l.last {
			continue // tail has tried them
		}
		rest := p.t.b[p.t.line[l.b]:]
		for _, i := range p.likelyEnds(l, maxEnds) {
			if p.fits(p.t.line[i], rest) {
				p.cut("block-at-part-end", p.t.line[i], p.t.line[l.b])
				return
			}
		}
	}
}

// likelyEnds lists lines at which an added block may begin: rulers and signature marks first, then paragraphs, then all.
func (p *page) likelyEnds(l leaf, most int) []int {
	var rulers, paragraphs, others []int
	for i := l.b - 1; i >= l.a && i >= l.b-most; i-- {
		switch before := i > l.a && p.t.blank(i-1); {
		case ruler(p.t.show(i)):
			rulers = append(rulers, i)
			if before {
				rulers = append(rulers, i-1)
			}
		case before || p.t.blank(i):
			paragraphs = append(paragraphs, i)
		default:
			others = append(others, i)
		}
	}
	return slices.Concat(rulers, paragraphs, others)
}

// ruler reports whether a line is one of those that footers begin with.
func ruler(line []byte) bool {
	s := bytes.TrimSpace(line)
	if len(s) < 2 {
		return false
	}
	for _, c := range s {
		if c != s[0] {
			return false
		}
	}
	return strings.IndexByte("_-=*~#", s[0]) >= 0
}

// partStarts takes out lines at the start of a text part, the whole body included.
func (p *page) partStarts() {
	for _, l := range p.leaves() {
		for _, i := range p.likelyStarts(l) {
			if p.fits(p.t.line[l.a], p.t.b[p.t.line[i]:]) {
				kind := "block-at-part-start"
				if l.a == 0 {
					kind = "banner-prepended"
				}
				p.cut(kind, p.t.line[l.a], p.t.line[i])
				return
			}
		}
	}
}

func (p *page) likelyStarts(l leaf) []int {
	var paragraphs, others []int
	for i := l.a + 1; i < l.b && i <= l.a+maxStarts; i++ {
		if p.t.blank(i-1) || ruler(p.t.show(i-1)) {
			paragraphs = append(paragraphs, i)
		} else {
			others = append(others, i)
		}
	}
	return append(paragraphs, others...)
}

// maxLines: the ranges of lines grow with the square of their number, and the hashing with its cube.
const maxLines = 300

// anyBlock tries every range of lines of a small body.
func (p *page) anyBlock() {
	n := p.t.lines()
	if n > maxLines {
		p.x.partly = true
		return
	}
	for i := 0; i < n; i++ {
		p.keepExactly(p.t.line[i])
		for j := i + 1; j < n; j++ {
			if p.fits(p.t.line[i], p.t.b[p.t.line[j]:]) {
				p.cut("lines-inserted", p.t.line[i], p.t.line[j])
				return
			}
			if p.x.starved {
				return
			}
		}
	}
}

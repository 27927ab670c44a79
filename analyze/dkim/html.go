package dkim

import (
	"bytes"
	"slices"
)

// htmlPlaces are the canonical offsets in an HTML part at which programs put text.
type htmlPlaces struct {
	start  []int // behind <body ...>, and where the part begins
	end    []int // before </body>, before </html>, and where the part ends
	before []int // places before an end at which a block may begin, nearest first
	after  []int // places behind a start at which a block may end, nearest first
}

func (p *page) places(l leaf) htmlPlaces {
	from, to := p.t.line[l.a], p.t.line[l.b]
	b := lowerASCII(p.t.b[from:to])
	h := htmlPlaces{start: []int{from}, end: []int{to}}
	if i := bytes.Index(b, []byte("<body")); i >= 0 {
		if j := bytes.IndexByte(b[i:], '>'); j >= 0 {
			h.start = slices.Insert(h.start, 0, from+i+j+1)
		}
	}
	for _, tag := range []string{"</html", "</body"} {
		if i := bytes.LastIndex(b, []byte(tag)); i >= 0 {
			h.end = slices.Insert(h.end, 0, from+i)
		}
	}
	h.before = p.tagStarts(max(from, h.end[0]-tagsWithin), h.end[0])
	slices.Reverse(h.before)
	h.before = likelyFirst(p.t.b, h.before)
	h.after = p.tagEnds(h.start[0], min(to, h.start[0]+tagsWithin))
	return h
}

// lowerASCII keeps the length, which bytes.ToLower does not for all letters, nor for bytes that are no letters.
func lowerASCII(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		out[i] = lower(c)
	}
	return out
}

// tagStarts lists the tags and line starts between two offsets.
func (p *page) tagStarts(from, to int) []int {
	var out []int
	for i := from; i < to; i++ {
		if b := p.t.b[i]; b == '<' || i > from && (p.t.b[i-1] == '>' || p.t.b[i-1] == '\n') {
			out = append(out, i)
		}
	}
	return out[max(0, len(out)-maxPlaces):]
}

// tagEnds lists the places behind tags and lines.
func (p *page) tagEnds(from, to int) []int {
	var out []int
	for i := from; i < to && len(out) < maxPlaces/2; i++ {
		if b := p.t.b[i]; b == '>' || b == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

// likelyFirst puts the tags that open something before the other places, as blocks begin with one.
func likelyFirst(b []byte, places []int) []int {
	var opening, others []int
	for _, i := range places {
		if b[i] == '<' && i+1 < len(b) && b[i+1] != '/' {
			opening = append(opening, i)
		} else {
			others = append(others, i)
		}
	}
	return append(opening, others...)
}

// htmlBlocks takes out a block before </body> or behind <body>.
func (p *page) htmlBlocks() {
	for _, l := range p.leaves() {
		if l.part.Type != "text/html" {
			continue
		}
		h := p.places(l)
		if p.htmlPair(h.before, h.end[:1], true) || p.htmlPair(h.after, h.start[:1], false) ||
			p.htmlPair(nearest(h.before), h.end[1:], true) || p.htmlPair(nearest(h.after), h.start[1:], false) {
			return
		}
	}
}

// nearest are the places that are tried with the less likely ends.
func nearest(places []int) []int { return places[:min(len(places), maxPairs)] }

func (p *page) htmlPair(moving, fixed []int, before bool) bool {
	for _, f := range fixed {
		for _, at := range moving {
			i, j, kind := at, f, "html-block-end"
			if !before {
				i, j, kind = f, at, "html-block-start"
			}
			if i < j && p.fits(i, p.t.b[j:]) {
				return p.cut(kind, i, j)
			}
		}
	}
	return false
}

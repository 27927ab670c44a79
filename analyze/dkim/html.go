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
	b := bytes.ToLower(p.t.b[from:to])
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
	h.before = places(p.t.b, max(from, h.end[0]-tagsWithin), h.end[0], true)
	h.after = places(p.t.b, h.start[0], min(to, h.start[0]+tagsWithin), false)
	return h
}

// places lists the tags and line starts between two offsets: nearest to the end, or to the start, first.
func places(b []byte, from, to int, back bool) []int {
	var out []int
	for i := from; i < to; i++ {
		switch b[i] {
		case '<':
			out = append(out, i)
		case '>', '\n':
			out = append(out, i+1)
		}
		if !back && len(out) >= maxPlaces {
			break
		}
	}
	if back {
		slices.Reverse(out)
	}
	out = slices.Compact(out)
	return out[:min(len(out), maxPlaces)]
}

// htmlBlocks takes out a block before </body> or behind <body>.
func (p *page) htmlBlocks() {
	for _, l := range p.leaves() {
		if l.part.Type != "text/html" {
			continue
		}
		h := p.places(l)
		if p.htmlPair(h.before, h.end, true) || p.htmlPair(h.after, h.start, false) {
			return
		}
	}
}

func (p *page) htmlPair(moving, fixed []int, before bool) bool {
	for _, at := range moving {
		for _, f := range fixed {
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

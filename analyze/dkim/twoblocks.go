package dkim

// maxPairs bounds the places in each of two parts that are combined.
const maxPairs = 24

// twoBlocks takes a block out of the text part and another out of the HTML part, as signature tools and gateways add both.
func (p *page) twoBlocks() {
	leaves := p.leaves()
	for i := 0; i+1 < len(leaves); i++ {
		first, second := leaves[i], leaves[i+1]
		if p.pair(first, second) {
			return
		}
	}
}

// span is a block of canonical bytes that may have been added, and the kind of place it stands in.
type block struct {
	i, j int
	kind string
}

func (p *page) blocks(l leaf) []block {
	var out []block
	end := p.t.line[l.b]
	if l.part.Type == "text/html" {
		h := p.places(l)
		for _, at := range h.before[:min(len(h.before), maxPairs)] {
			for _, f := range h.end {
				if at < f {
					out = append(out, block{at, f, "html-block-end"})
				}
			}
		}
		for _, at := range h.after[:min(len(h.after), maxPairs)] {
			if at > h.start[0] {
				out = append(out, block{h.start[0], at, "html-block-start"})
			}
		}
		return out
	}
	ends := p.likelyEnds(l, maxEnds)
	for _, i := range ends[:min(len(ends), maxPairs)] {
		out = append(out, block{p.t.line[i], end, "block-at-part-end"})
	}
	starts := p.likelyStarts(l)
	for _, i := range starts[:min(len(starts), maxPairs/2)] {
		out = append(out, block{p.t.line[l.a], p.t.line[i], "block-at-part-start"})
	}
	return out
}

// pair tries every block of one part with every block of the next.
func (p *page) pair(first, second leaf) bool {
	others := p.blocks(second)
	for _, a := range p.blocks(first) {
		for _, b := range others {
			if p.x.starved {
				return false
			}
			if a.kind[:5] == b.kind[:5] || sameEnd(a, b) {
				if p.fits(a.i, p.t.b[a.j:b.i], p.t.b[b.j:]) {
					return p.cut(a.kind, a.i, a.j, b.i, b.j) && p.also(b.kind)
				}
			}
		}
	}
	return false
}

// sameEnd: what is put at the end of the text stands at the end of the HTML, too.
func sameEnd(a, b block) bool {
	end := func(k string) bool { return k == "block-at-part-end" || k == "html-block-end" }
	return end(a.kind) == end(b.kind)
}

func (p *page) also(kind string) bool {
	if kinds := p.x.found.kinds; kinds[len(kinds)-1] != kind {
		p.x.found.kinds = append(kinds, kind)
	}
	return true
}

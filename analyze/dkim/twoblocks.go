package dkim

import "slices"

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
		for _, f := range h.end {
			for _, at := range h.before[:min(len(h.before), maxPairs)] {
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

// chain are the states of the hash behind the first block, at the places where the second may begin: the bytes between are hashed once.
type chain map[int][]byte

func (p *page) chain(first block, others []block) chain {
	c := chain{}
	var at []int
	for _, b := range others {
		at = append(at, b.i)
	}
	slices.Sort(at)
	at = slices.Compact(at)
	if len(at) == 0 || !p.x.spend(at[len(at)-1]-first.j) {
		return c
	}
	p.load(first.i)
	pos := first.j
	for _, i := range at {
		p.x.h.Write(p.t.b[pos:i])
		c[i] = saveState(p.x.h, nil)
		pos = i
	}
	return c
}

// pair tries every block of one part with every block of the next, likely with likely first.
func (p *page) pair(first, second leaf) bool {
	ones, others := p.blocks(first), p.blocks(second)
	if len(ones) == 0 || len(others) == 0 || p.x.limit >= 0 {
		return false
	}
	end := len(trimEnd(p.t.b, p.x.relaxed))
	chains := make([]chain, len(ones))
	for sum := 0; sum < len(ones)+len(others)-1; sum++ {
		for i := max(0, sum-len(others)+1); i <= min(sum, len(ones)-1); i++ {
			a, b := ones[i], others[sum-i]
			if !sameEnd(a, b) || b.j >= end {
				continue
			}
			if chains[i] == nil {
				chains[i] = p.chain(a, others)
			}
			state := chains[i][b.i]
			if state == nil || !p.x.spend(end-b.j) {
				return false
			}
			loadState(p.x.h, state)
			p.x.h.Write(p.t.b[b.j:end])
			p.x.h.Write(crlfBytes)
			if p.x.matches() {
				return p.cut(a.kind, a.i, a.j, b.i, b.j) && p.also(b.kind)
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

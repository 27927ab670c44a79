package dkim

import (
	"bytes"
)

const (
	// maxCuts are the places in a decoded text at which an added block may begin, with those in the other text multiplied.
	maxCuts = 6
	// maxCutStyles: only the commonest ways of writing an encoding are combined with cuts.
	maxCutStyles = 12
)

// cutText is the content of a part without a block that may have been added to it.
type cutText struct {
	content, gone []byte
	kind          string // empty: nothing was cut
}

// disclaimers undoes what mail servers do that add a text to every part: they decode the parts, put the text in, and encode anew.
func (p *page) disclaimers() {
	var leaves []leaf
	var cuts [][]cutText
	all := traits{}
	for _, l := range p.leaves() {
		content := p.x.m.Content(l.part, maxReencoded)
		if l.part == p.root || len(content) >= maxReencoded || len(leaves) == 2 {
			continue
		}
		t := traitsOf(content)
		all.long, all.high, all.equals = all.long || t.long, all.high || t.high, all.equals || t.equals
		leaves, cuts = append(leaves, l), append(cuts, p.cutTexts(content, l.part.Type == "text/html"))
	}
	list := styles(all)
	for _, s := range list[:min(len(list), maxCutStyles)] {
		switch len(leaves) {
		case 1:
			for _, c := range cuts[0] {
				if p.tryCuts(leaves, []cutText{c}, s) {
					return
				}
			}
		case 2:
			for sum := range len(cuts[0]) + len(cuts[1]) - 1 {
				for i := max(0, sum-len(cuts[1])+1); i <= min(sum, len(cuts[0])-1); i++ {
					if p.tryCuts(leaves, []cutText{cuts[0][i], cuts[1][sum-i]}, s) {
						return
					}
				}
			}
		}
		if p.x.starved {
			return
		}
	}
}

// tryCuts tries the leaves with these contents in style s.
func (p *page) tryCuts(leaves []leaf, cuts []cutText, s style) bool {
	content := make([][][]byte, len(cuts))
	changed := false
	for i, c := range cuts {
		content[i] = [][]byte{c.content}
		changed = changed || c.kind != ""
	}
	swaps := p.swaps(leaves, content, s, true, -1, 0)
	if !changed || len(swaps) != len(leaves) {
		return false
	}
	for form := range maxForms {
		if !p.trySwaps(swaps, form, false) {
			continue
		}
		for _, c := range cuts {
			if c.kind != "" {
				p.x.found.kinds = append(p.x.found.kinds, c.kind)
				p.x.found.gone = append(p.x.found.gone, c.gone)
			}
		}
		return true
	}
	return false
}

// cutTexts lists the content without each likely block, and as it is.
func (p *page) cutTexts(content []byte, html bool) []cutText {
	q := &page{x: p.x, t: newText(content, false)}
	whole := leaf{a: 0, b: q.t.lines()}
	var out []cutText
	cut := func(i, j int, kind string) {
		from, to := q.t.source(i, false), q.t.source(j, false)
		rest := append(bytes.Clone(content[:from]), content[to:]...)
		if to == len(content) && !bytes.HasSuffix(content, []byte{'\n'}) {
			// The last line end belongs to the boundary behind the part, before and after.
			rest = bytes.TrimSuffix(bytes.TrimSuffix(rest, []byte{'\n'}), []byte{'\r'})
		}
		out = append(out, cutText{rest, content[from:to], kind})
	}
	if html {
		h := q.places(whole)
		for _, i := range h.before[:min(len(h.before), maxCuts)] {
			cut(i, h.end[0], "html-block-end")
		}
		for _, i := range h.after[:min(len(h.after), maxCuts/2)] {
			cut(h.start[0], i, "html-block-start")
		}
	} else {
		for _, i := range clip(q.likelyEnds(whole, maxEnds), maxCuts) {
			cut(q.t.line[i], len(q.t.b), "block-at-part-end")
		}
		for _, i := range clip(q.likelyStarts(whole), maxCuts/2) {
			cut(0, q.t.line[i], "block-at-part-start")
		}
	}
	return append(out, cutText{content: content})
}

func clip(list []int, n int) []int { return list[:min(len(list), n)] }

package eml

import (
	"bytes"
	"sort"
)

// lineBlock is how many bytes share one entry of the line index: counting inside a block takes a fraction of a microsecond.
const lineBlock = 4096

// lineIndex finds the line of an offset: before[i] is the number of line ends before byte i*lineBlock.
type lineIndex struct {
	raw    []byte
	eol    []byte
	before []int32
}

func newLineIndex(raw []byte, eol byte) lineIndex {
	x := lineIndex{raw: raw, eol: []byte{eol}, before: make([]int32, 0, len(raw)/lineBlock+1)}
	n := int32(0)
	for pos := 0; pos <= len(raw); pos += lineBlock {
		x.before = append(x.before, n)
		n += int32(bytes.Count(raw[pos:min(pos+lineBlock, len(raw))], x.eol))
	}
	return x
}

// line returns the 1-based line of the byte at offset; an offset outside is taken as the nearest one inside.
func (x *lineIndex) line(offset int) int {
	offset = max(0, min(offset, len(x.raw)))
	block := offset / lineBlock
	return 1 + int(x.before[block]) + bytes.Count(x.raw[block*lineBlock:offset], x.eol)
}

// Line returns the 1-based line, in the input as it was given, of the byte at offset in Raw.
func (m *Message) Line(offset int) int {
	line, _ := m.Origin(offset)
	return line
}

// Origin returns the 1-based line and the 0-based offset, both in the input as it was given, of the byte at offset in Raw.
func (m *Message) Origin(offset int) (line, byteOffset int) {
	m.lazy.lines.Do(func() {
		raw := m.Raw
		if m.origin.given != nil {
			raw = m.origin.given
		}
		m.lazy.lineIdx = newLineIndex(raw, lineByte(raw))
	})
	at := max(0, min(offset, len(m.Raw)))
	if m.origin.given != nil {
		at = min(m.origin.of.Original(at), len(m.origin.given))
	}
	return m.lazy.lineIdx.line(at), at
}

// lineByte is the byte that an editor counts lines by.
func lineByte(raw []byte) byte {
	if endsWithCR(raw) {
		return '\r'
	}
	return '\n'
}

// origin is the input of a repaired paste, and the map from Raw back to it. Zero: Raw is the input.
type origin struct {
	given []byte
	of    Map
}

// Segment is a run of repaired bytes, from Repaired up to the next segment of the Map. The bytes were copied from Original on, one
// for one; or, where Fixed, they were written by the repair, and all stand for the one place Original.
type Segment struct {
	Repaired int
	Original int
	Fixed    bool
}

// Map leads from offsets in repaired bytes back to the input as it was given: segments in ascending order of Repaired.
type Map []Segment

// Original returns the offset in the input of the byte at offset in the repaired bytes. The empty Map changes nothing.
func (mp Map) Original(offset int) int {
	s := mp.find(offset)
	if s.Fixed {
		return s.Original
	}
	return max(0, s.Original+offset-s.Repaired)
}

// find returns the segment that offset lies in.
func (mp Map) find(offset int) Segment {
	i := sort.Search(len(mp), func(i int) bool { return mp[i].Repaired > offset })
	if i == 0 {
		return Segment{}
	}
	return mp[i-1]
}

// Through chains two repairs: mp leads from the last bytes to the ones between, before from those to the input.
func (mp Map) Through(before Map) Map {
	var out Map
	for i, s := range mp {
		if s.Fixed {
			out = append(out, Segment{s.Repaired, before.Original(s.Original), true})
			continue
		}
		first := before.find(s.Original)
		out = append(out, Segment{s.Repaired, before.Original(s.Original), first.Fixed})
		j := sort.Search(len(before), func(j int) bool { return before[j].Repaired > s.Original })
		for ; j < len(before); j++ {
			at := s.Repaired + before[j].Repaired - s.Original
			if i+1 < len(mp) && at >= mp[i+1].Repaired {
				break
			}
			out = append(out, Segment{at, before[j].Original, before[j].Fixed})
		}
	}
	return out
}

// Rewrite builds repaired bytes and their Map side by side. What is not copied is left out.
type Rewrite struct {
	Given []byte
	Bytes []byte
	Map   Map
}

// Copy appends Given[from:to].
func (r *Rewrite) Copy(from, to int) {
	if from >= to {
		return
	}
	n := len(r.Map)
	goesOn := n > 0 && !r.Map[n-1].Fixed && r.Map[n-1].Original+len(r.Bytes)-r.Map[n-1].Repaired == from
	if !goesOn {
		r.Map = append(r.Map, Segment{Repaired: len(r.Bytes), Original: from})
	}
	r.Bytes = append(r.Bytes, r.Given[from:to]...)
}

// Put appends text that does not stand in Given; at is the offset in Given that it stands for.
func (r *Rewrite) Put(text string, at int) {
	if text == "" {
		return
	}
	r.Map = append(r.Map, Segment{Repaired: len(r.Bytes), Original: at, Fixed: true})
	r.Bytes = append(r.Bytes, text...)
}

// ParseRepaired parses the repaired bytes of a mangled paste. The map leads back to given, so that Line and Origin name lines and
// offsets of the input as it was given; repairs is what was done.
func ParseRepaired(given, repaired []byte, back Map, repairs []Repair) *Message {
	m := Parse(repaired)
	if given == nil {
		given = []byte{}
	}
	m.origin = origin{given: given, of: back}
	m.Repairs = repairs
	return m
}

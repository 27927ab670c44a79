package eml

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of the paste doctor.
const (
	maxPasteHead = 1 << 20 // bytes of a header that are repaired; real ones stay under 100 kB, and what is longer is left as it is
	maxRepairs   = 500     // a header made of defects is described by its first ones
)

// Doctor parses input as Parse does, after mending what pasting did to its header. A clean message comes out as Parse returns it, with no
// repairs. Otherwise Repairs lists what was done, Line and Origin still name places of the input, and RepairSure says how far the result can
// be trusted. The text behind the header is changed where the whole paste is quoted, escaped or not UTF-8, and nowhere else.
func Doctor(input []byte) *Message {
	d := &doctor{given: input, text: input}
	d.decode()
	if len(d.back) == 0 && looksClean(input) {
		return Parse(input)
	}
	d.page()
	d.unnumber()
	d.unquote()
	d.unescape()
	d.unquote()
	d.unnumber()
	d.cutPreface()
	n := d.headEnd()
	if n > maxPasteHead {
		return d.finish(d.text, nil)
	}
	rest := d.text[n:]
	start := Map{{Repaired: 0, Original: n}}.Through(d.back)
	d.alone = len(bytes.TrimSpace(rest)) == 0
	d.text = d.text[:n:n]
	for _, step := range []func(){d.table, d.entities, d.spaces, d.quotes, d.refang, d.links, d.indent, d.fields, d.reverse, d.conceal} {
		step()
	}
	if len(d.repairs) == 0 || !isHeader(d.text) {
		return Parse(input)
	}
	return d.finish(rest, start)
}

// isHeader reports whether there is a header at all after the repair: a field that the path of a message needs, or two that are known.
// Other text is left as it is. UTF-16 alone is no header either, but is never read as it stands.
func isHeader(b []byte) bool {
	n := 0
	for pos := 0; pos < len(b); {
		l := lineAt(b, pos)
		if name, s := fieldStart(b[l.start:l.end]); s >= unspaced && isKnownName(name) {
			if n++; n > 1 || isTop(name) || equalFold(name, "From") || equalFold(name, "Message-ID") {
				return true
			}
		}
		pos = l.next
	}
	return false
}

// doctor is one repair under way.
type doctor struct {
	given   []byte
	text    []byte // as repaired so far
	back    Map    // from text to given
	alone   bool   // nothing stands behind the header: odd characters come from the paste, not from a writer who sends UTF-8
	repairs []Repair
	index   *lineIndex
	checked int // bytes read by complete
	tableIP netip.Addr
}

// apply takes over the result of one step.
func (d *doctor) apply(r *Rewrite) {
	d.text, d.back = r.Bytes, r.Map.Through(d.back)
}

// say lists one repair; at is its place in text, before the step that mends it is applied.
func (d *doctor) say(kind string, at int, note string) {
	if len(d.repairs) >= maxRepairs {
		return
	}
	if d.index == nil {
		x := newLineIndex(d.given, lineByte(d.given))
		d.index = &x
	}
	d.repairs = append(d.repairs, Repair{kind, d.index.line(d.back.Original(at)), note})
}

// finish joins the repaired header with the text behind it. Without a start, text is all there is.
func (d *doctor) finish(rest []byte, start Map) *Message {
	raw, back := d.text, d.back
	if start != nil && !d.alone { // a paste that ends with a blank line is a header, and no message with an empty body
		raw = append(slices.Clip(bytes.Clone(d.text)), rest...)
		back = slices.Clone(d.back)
		if len(back) == 0 {
			back = Map{{}}
		}
		for _, s := range start {
			s.Repaired += len(d.text)
			back = append(back, s)
		}
	}
	slices.SortStableFunc(d.repairs, func(a, b Repair) int { return cmp.Compare(a.Line, b.Line) })
	m := ParseRepaired(d.given, raw, back, d.repairs)
	m.tableIP = d.tableIP
	return m
}

// eol is the line end that the text uses.
func (d *doctor) eol() string {
	if i := bytes.IndexByte(d.text, '\n'); i > 0 && d.text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// decode turns UTF-16 into UTF-8 and takes a byte order mark off.
func (d *doctor) decode() {
	if bytes.HasPrefix(d.text, bom) {
		r := &Rewrite{Given: d.text}
		r.Copy(len(bom), len(d.text))
		d.say(RepairBOM, 0, "a byte order mark was taken off")
		d.apply(r)
		return
	}
	big, skip, ok := utf16Order(d.text)
	if !ok {
		return
	}
	r := &Rewrite{Given: d.text, Bytes: make([]byte, 0, len(d.text)/2)}
	line := make([]uint16, 0, 256)
	start := skip
	for i := skip; i+1 < len(d.text); i += 2 {
		u := uint16(d.text[i]) | uint16(d.text[i+1])<<8
		if big {
			u = uint16(d.text[i])<<8 | uint16(d.text[i+1])
		}
		line = append(line, u)
		if u == '\n' || len(line) == cap(line) {
			r.Put(string(utf16.Decode(line)), start)
			line, start = line[:0], i+2
		}
	}
	r.Put(string(utf16.Decode(line)), start)
	d.say(RepairEncoding, 0, "the text was UTF-16 and is read as UTF-8")
	d.apply(r)
}

// DecodeUTF16 returns text that is UTF-16, with or without a byte order mark, as UTF-8; false: it is something else.
func DecodeUTF16(b []byte) ([]byte, bool) {
	if _, _, ok := utf16Order(b); !ok {
		return b, false
	}
	d := &doctor{given: b, text: b}
	d.decode()
	return d.text, true
}

// utf16Order tells UTF-16 by its byte order mark, or by zeros in every other place of the first bytes.
func utf16Order(b []byte) (big bool, skip int, ok bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return true, 2, true
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return false, 2, true
	case len(b) < 8:
		return false, 0, false
	}
	zeros := [2]int{}
	n := min(len(b)&^1, 64)
	for i := range n {
		if b[i] == 0 {
			zeros[i&1]++
		}
	}
	switch {
	case zeros[0] == n/2 && zeros[1] == 0:
		return true, 0, true
	case zeros[1] == n/2 && zeros[0] == 0:
		return false, 0, true
	}
	return false, 0, false
}

// line is one line of the text: start to end without its line end, next is where the one after begins.
type line struct{ start, end, next int }

// lineAt returns the line that starts at pos.
func lineAt(b []byte, pos int) line {
	l := line{start: pos, end: len(b), next: len(b)}
	if i := bytes.IndexByte(b[pos:], '\n'); i >= 0 {
		l.end, l.next = pos+i, pos+i+1
	} else if i := bytes.IndexByte(b[pos:], '\r'); i >= 0 && i+1 < len(b)-pos { // an old Mac's
		l.end, l.next = pos+i, pos+i+1
	}
	for l.end > pos && b[l.end-1] == '\r' {
		l.end--
	}
	return l
}

// oddSpaces are what rich text has in place of a space, and marks that have no width.
var oddSpaces = []string{"\u00a0", "\u200b", "\u200e", "\u200f", "\u202f", "\u2007", "\u2009", "\ufeff", "\u2028"}

// trimLoose takes white space of all kinds off the start.
func trimLoose(b []byte) []byte {
	for len(b) > 0 {
		switch {
		case isWhite(b[0]):
			b = b[1:]
			continue
		case b[0] < 0x80:
			return b
		}
		n := oddSpace(b)
		if n == 0 {
			return b
		}
		b = b[n:]
	}
	return b
}

// oddSpace returns the length of the odd space at the start of b, or 0.
func oddSpace(b []byte) int {
	if b[0] != 0xC2 && b[0] != 0xE2 && b[0] != 0xEF {
		return 0
	}
	for _, s := range oddSpaces {
		if len(b) >= len(s) && string(b[:len(s)]) == s {
			return len(s)
		}
	}
	return 0
}

func blankLoose(b []byte) bool { return len(trimLoose(trimEOL(b))) == 0 }

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func validASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

package eml

import (
	"bytes"
	"cmp"
	"strings"
)

// indent takes off white space that stands before every line of the header.
func (d *doctor) indent() {
	common := -1
	for pos := 0; pos < len(d.text); {
		l := lineAt(d.text, pos)
		if text := d.text[l.start:l.end]; len(bytes.TrimSpace(text)) > 0 {
			n := len(text) - len(bytes.TrimLeft(text, " \t"))
			if common < 0 || n < common {
				common = n
			}
		}
		pos = l.next
	}
	if common <= 0 {
		return
	}
	r := &Rewrite{Given: d.text}
	for pos := 0; pos < len(d.text); {
		l := lineAt(d.text, pos)
		r.Copy(min(l.start+common, l.end), l.next)
		pos = l.next
	}
	d.say(RepairIndent, 0, "indentation taken off the whole header")
	d.apply(r)
}

// fields puts every field where it belongs: one field begins at each line that starts one, and all else carries a field on.
func (d *doctor) fields() {
	lines := d.lines()
	if len(lines) == 0 {
		return
	}
	f := folder{d: d, r: &Rewrite{Given: d.text}, eol: d.eol()}
	if starts := d.innerStarts(lines); len(starts) > 0 {
		f.split(lines, starts)
	} else {
		f.measure(lines)
		f.run(lines)
	}
	switch {
	case !f.done:
	case f.brokenItself():
		d.repairs = d.repairs[:0]
	default:
		d.apply(f.r)
	}
}

// brokenItself tells a message that has a broken line from a paste that lost its indentation: other lines have kept theirs, and the rest
// of the message is there. What is wrong then is said as a Problem.
func (f *folder) brokenItself() bool {
	for _, r := range f.d.repairs {
		if r.Kind != RepairUnindent && r.Kind != RepairWrap {
			return false
		}
	}
	return !f.d.alone && f.lostAll <= 2 && f.kept > f.lostAll
}

// lines returns the lines of the header, without those that are blank; blank ones count in before.
func (d *doctor) lines() []pasteLine {
	var out []pasteLine
	blank := 0
	for pos := 0; pos < len(d.text); {
		l := lineAt(d.text, pos)
		text := d.text[l.start:l.end]
		if blankLoose(text) {
			blank++
		} else {
			out = append(out, pasteLine{l, len(text) - len(bytes.TrimLeft(text, " \t")), blank})
			blank = 0
		}
		pos = l.next
	}
	return out
}

// pasteLine is a line, how far it is indented, and how many blank lines stand before it.
type pasteLine struct {
	line
	lead   int
	before int
}

// folder puts the lines together again.
type folder struct {
	d    *doctor
	r    *Rewrite
	eol  string
	hard bool // words are cut where the window ended: lines are joined with nothing between
	soft bool // lines were wrapped at a width, between words
	done bool // something was changed

	name         string // of the field that is open
	value        []byte // of it, up to maxFieldCheck
	lost, lostAt int    // continuation lines without indentation, and the first of them
	lostAll      int    // continuation lines without indentation in all fields
	kept         int    // continuation lines with it
	blank        int
}

// run goes through the lines.
func (f *folder) run(lines []pasteLine) {
	for i, l := range lines {
		f.blanks(l, i)
		switch text := f.d.text[l.start+l.lead : l.end]; {
		case i == 0 && l.lead > 0:
			f.done = true
			f.d.say(RepairIndent, l.start, "the first line was indented")
			f.open(text)
			f.r.Copy(l.start+l.lead, l.next)
		case l.lead == 0 && (i == 0 || f.starts(text)):
			f.flush()
			f.open(text)
			f.r.Copy(l.start, l.next)
		case l.lead > 0 && f.indentedField(text):
			f.flush()
			f.done = true
			f.d.say(RepairField, l.start, "the field was indented like a continuation line")
			f.open(text)
			f.r.Copy(l.start+l.lead, l.next)
		case l.lead == 0:
			f.carryOn(l)
			f.more(text)
		default:
			f.kept++
			f.r.Copy(l.start, l.next)
			f.more(text)
		}
	}
	f.flush()
	if f.blank > 0 {
		f.done = true
	}
}

// blanks leaves blank lines out.
func (f *folder) blanks(l pasteLine, i int) {
	if l.before == 0 || i == 0 {
		return
	}
	if f.blank == 0 {
		f.d.say(RepairBlank, l.start, "blank lines between the lines of the header left out")
	}
	f.blank += l.before
}

// open starts a field.
func (f *folder) open(text []byte) {
	f.name, _ = fieldStart(text)
	f.value = append(f.value[:0], text[min(len(text), len(f.name)+1):]...)
}

// more carries the open field on.
func (f *folder) more(text []byte) {
	if len(f.value) < maxFieldCheck {
		f.value = append(append(f.value, ' '), text...)
	}
}

// carryOn writes a line that has lost its indentation.
func (f *folder) carryOn(l pasteLine) {
	if f.lost == 0 {
		f.lostAt = l.start
	}
	f.lost++
	f.lostAll++
	f.done = true
	if f.hard {
		f.unend()
		f.r.Copy(l.start, l.next)
		return
	}
	f.r.Put(" ", l.start)
	f.r.Copy(l.start, l.next)
}

// unend takes the last line end off again.
func (f *folder) unend() {
	n := len(f.r.Bytes)
	for n > 0 && (f.r.Bytes[n-1] == '\n' || f.r.Bytes[n-1] == '\r') {
		n--
	}
	f.r.Bytes = f.r.Bytes[:n]
	for k := len(f.r.Map); k > 0 && f.r.Map[k-1].Repaired >= n && k > 1; k-- {
		f.r.Map = f.r.Map[:k-1]
	}
}

// flush lists what was mended of the field that ends here.
func (f *folder) flush() {
	if f.lost > 0 {
		kind, note := RepairUnindent, plural(f.lost, "continuation line")+" of "+cmp.Or(f.name, "what stands above the header")+" had no indentation"
		if f.soft || f.hard {
			kind, note = RepairWrap, f.name+" was wrapped over "+plural(f.lost, "further line")
		}
		f.d.say(kind, f.lostAt, note)
	}
	f.lost = 0
}

func (f *folder) complete() bool { return f.d.complete(f.name, f.value) }

// starts reports whether a line without indentation begins a field.
func (f *folder) starts(text []byte) bool {
	_, s := fieldStart(text)
	switch s {
	case strong:
		return !isSignature(f.name) || !openNames(f.value) || !isNameList(text)
	case unspaced:
		return !isNameList(text) && f.complete() || !isSignature(f.name) && f.complete()
	case weak:
		return !freeText(f.name) && f.complete() && !bytes.HasSuffix(bytes.TrimSpace(f.value), []byte(";"))
	}
	return false
}

// indentedField reports whether an indented line is a field all the same: it names a known one, and the field before needs no more.
func (f *folder) indentedField(text []byte) bool {
	name, s := fieldStart(text)
	if s != strong || !isKnownName(name) || freeText(f.name) && !equalFold(f.name, "Subject") && !(isTop(name) && certain(name, text)) && !shortValue(f.value) {
		return false
	}
	return f.complete() && !(isSignature(f.name) && isNameList(text))
}

// shortValue tells "YES" and "*****" from a report of several lines: only the latter may hold names of fields.
func shortValue(b []byte) bool { return len(b) < 40 }

// Bounds of the width at which windows and mail clients wrap.
const minWrap, maxWrap = 60, 132

// measure finds out whether lines without indentation come from wrapping: each is full, so that the next word did not fit.
func (f *folder) measure(lines []pasteLine) {
	var full []pasteLine // lines followed by a continuation without indentation
	width, next := 0, []int{}
	for i, l := range lines {
		text := f.d.text[l.start:l.end]
		if i == 0 || l.lead == 0 && f.starts(text) || l.lead > 0 && f.indentedField(text[l.lead:]) {
			f.open(text[l.lead:])
			continue
		}
		if l.lead == 0 {
			prev := lines[i-1]
			full = append(full, prev)
			width = max(width, prev.end-prev.start)
			word := bytes.IndexByte(text, ' ')
			if word < 0 {
				word = len(text)
			}
			next = append(next, word)
		}
		f.more(text)
	}
	if len(full) == 0 || width < minWrap || width > maxWrap {
		return
	}
	exact, tight := 0, 0
	for i, l := range full {
		n := l.end - l.start
		if n == width {
			exact++
		}
		if n+1+next[i] > width {
			tight++
		}
	}
	f.hard = len(full) > 2 && exact == len(full)
	f.soft = tight == len(full)
}

// innerStarts returns where fields begin in a header whose line ends mean nothing: most fields begin inside a line. Nil: they do not.
func (d *doctor) innerStarts(lines []pasteLine) []int {
	outer := 0
	for _, l := range lines {
		if name, s := fieldStart(d.text[l.start+l.lead : l.end]); s == strong && isKnownName(name) {
			outer++
		}
	}
	atLine := map[int]bool{}
	for _, l := range lines {
		atLine[l.start+l.lead] = true
	}
	f := folder{d: d}
	starts := []int{lines[0].start + lines[0].lead}
	f.open(d.text[starts[0]:min(len(d.text), starts[0]+maxFieldName)])
	f.value = f.value[:0]
	inner, from := 0, starts[0]+len(f.name)+1
	for pos := from; pos < len(d.text); pos++ {
		if c := d.text[pos]; !isLetter(c) || pos > 0 && !isSpace(d.text[pos-1]) {
			continue
		}
		name, s := fieldStart(d.text[pos:])
		if s != strong || !isKnownName(name) && !strings.Contains(name, "-") || inText(f.name, name, d.text[pos:]) {
			continue
		}
		if value := joinLines(d.text[from:pos]); !d.complete(f.name, value) || isSignature(f.name) && openNames(value) && isNameList(d.text[pos:lineAt(d.text, pos).end]) {
			continue
		}
		starts = append(starts, pos)
		if !atLine[pos] {
			inner++
		}
		f.name, from = name, pos+len(name)+1
		pos = from
	}
	if inner < 3 || inner < outer {
		return nil
	}
	return starts
}

// inText reports whether a name inside a field of free text is part of that text: only what is a field beyond doubt ends it, and what
// stands in every header.
func inText(open, name string, text []byte) bool {
	if !freeText(open) || certain(name, text) {
		return false
	}
	typed := equalFold(open, "Subject") || equalFold(open, "Comments") || equalFold(open, "Thread-Topic")
	return typed && !strings.Contains(name, "-")
}

// joinLines returns b with line ends made spaces.
func joinLines(b []byte) []byte {
	b = b[:min(len(b), maxFieldCheck)]
	if bytes.IndexByte(b, '\n') < 0 {
		return b
	}
	return bytes.ReplaceAll(b, []byte{'\n'}, []byte{' '})
}

// split writes each field in a line of its own.
func (f *folder) split(lines []pasteLine, starts []int) {
	for i, start := range starts {
		end := len(f.d.text)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		f.oneLine(start, end)
		f.r.Put(f.eol, max(start, end-1))
	}
	if lines[0].lead > 0 {
		f.d.say(RepairIndent, lines[0].start, "the first line was indented")
	}
	if len(lines) > 1 {
		f.d.say(RepairWrap, lines[1].start, "the line was wrapped over "+plural(len(lines)-1, "further line"))
	}
	f.d.say(RepairOneLine, lines[0].start, plural(len(starts), "field")+" were found in "+plural(len(lines), "line"))
	f.done = true
}

// oneLine copies a field without its line ends.
func (f *folder) oneLine(start, end int) {
	for end > start && isSpace(f.d.text[end-1]) {
		end--
	}
	for pos := start; pos < end; {
		l := lineAt(f.d.text, pos)
		stop := min(l.end, end)
		f.r.Copy(pos, stop)
		if pos = l.next; pos < end {
			f.r.Put(" ", stop)
		}
	}
}

// reverse turns a header that stands upside down: originator fields on top, Received lines below, each later than the one above.
func (d *doctor) reverse() {
	m := Parse(d.text)
	if !upsideDown(m) {
		return
	}
	r := &Rewrite{Given: d.text}
	for i := len(m.Fields) - 1; i >= 0; i-- {
		s := m.Fields[i].Span
		r.Copy(s.Start, s.End)
		if n := len(r.Bytes); n > 0 && r.Bytes[n-1] != '\n' {
			r.Put(d.eol(), s.End)
		}
	}
	d.say(RepairReversed, m.Fields[0].Span.Start, "the oldest Received line stood on top: the order of all fields was turned")
	d.apply(r)
}

// upsideDown reports whether the fields of the author stand above all Received fields, and time runs downwards.
func upsideDown(m *Message) bool {
	first, last := len(m.Fields), -1 // of From, Date; of Received
	up, down := 0, 0
	var before Field
	for i, f := range m.Fields {
		switch {
		case equalFold(f.Name, "From") || equalFold(f.Name, "Date"):
			first = min(first, i)
			if last >= 0 {
				return false
			}
		case equalFold(f.Name, "Received"):
			if last >= 0 {
				switch a, b := receivedAt(m, before), receivedAt(m, f); {
				case a == 0 || b == 0:
				case b > a:
					down++
				case b < a:
					up++
				}
			}
			before, last = f, i
		}
	}
	return first < last && (down > up || down == up && endsOnTop(m))
}

// receivedAt returns the time of a Received field in seconds, 0 where it has none.
func receivedAt(m *Message, f Field) int64 {
	v := m.Unfold(f)
	t, ok := ParseDate(v[strings.LastIndexByte(v, ';')+1:])
	if !ok {
		return 0
	}
	return t.Unix()
}

// endsOnTop reports whether the last field is one that delivery writes on top.
func endsOnTop(m *Message) bool {
	n := len(m.Fields)
	return n > 1 && isTop(m.Fields[n-1].Name) && !isTop(m.Fields[0].Name) && !equalFold(m.Fields[n-1].Name, "DKIM-Signature")
}

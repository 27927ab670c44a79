package eml

import "bytes"

// marks occur in a header where something was mended or may have to be. Each also occurs in clean messages: then the steps find nothing.
var marks = [][]byte{
	[]byte("\u00a0"), []byte("\xe2\x80"), []byte("&lt;"), []byte("&gt;"), []byte("&quot;"), []byte("&nbsp;"), []byte("&#"), []byte("](mailto:"),
	[]byte("](http"), []byte(`\t`), []byte(`\n`), []byte("email protected]"), []byte("[.]"), []byte("[dot]"), []byte("[at]"), []byte("[@]"),
}

// looksClean reports whether nothing in the header hints at a paste: one pass over the header, and none over the body. Where it says
// no, the steps look closer, and may still find nothing to mend.
func looksClean(b []byte) bool {
	pos, lines, first := 0, 0, true
	from := false
	for pos < len(b) {
		l := lineAt(b, pos)
		text := b[l.start:l.end]
		if len(text) == 0 {
			break
		}
		lines++
		switch {
		case isMboxLine(text):
		case isWhite(text[0]):
			if first || !cleanFold(text) {
				return false
			}
		case !cleanStart(text, &from):
			return false
		default:
			first = false
		}
		if pos = l.next; pos > maxPasteHead {
			return true
		}
	}
	head := b[:pos]
	for _, m := range marks {
		if bytes.Contains(head, m) {
			return false
		}
	}
	if linked(head) || severalInLine(head, lines) || !from && len(b) > pos {
		return false
	}
	return cleanBody(b[pos:]) && !bytes.Contains(b[pos:min(len(b), pos+maxPastedBelow)], []byte("Received: "))
}

// maxPastedBelow is how far into the text a header may stand that was pasted below other fields, for a first look.
const maxPastedBelow = 4 << 10

// linked reports whether links stand in other fields than those of lists, where they are at home.
func linked(head []byte) bool {
	if !bytes.Contains(head, []byte("<mailto:")) && !bytes.Contains(head, []byte("<http")) {
		return false
	}
	list := false
	for pos := 0; pos < len(head); {
		l := lineAt(head, pos)
		text := head[l.start:l.end]
		if len(text) > 0 && !isWhite(text[0]) {
			list = len(text) > 5 && equalFold(string(text[:5]), "list-")
		}
		if !list && (bytes.Contains(text, []byte("<mailto:")) || bytes.Contains(text, []byte("<http"))) {
			return true
		}
		pos = l.next
	}
	return false
}

// severalInLine reports whether names of fields stand inside lines, as in a header of one line.
func severalInLine(head []byte, lines int) bool {
	n := 0
	for _, name := range [...]string{" From: ", " Date: ", " Subject: ", " To: "} {
		if bytes.Contains(head, []byte(name)) {
			n++
		}
	}
	return n > 1 || n > 0 && lines <= 3
}

// cleanFold reports whether a continuation line is none that names a field.
func cleanFold(text []byte) bool {
	text = trimLoose(text)
	if len(text) == 0 || !isLetter(text[0]) {
		return true
	}
	_, s := startOf(text)
	return s < strong
}

// cleanStart reports whether a line starts a field that stands where it may: From does not stand above Received.
func cleanStart(text []byte, from *bool) bool {
	n, s := startOf(text)
	switch {
	case s == noStart || s == unspaced && isNameList(text):
		return false
	case n == len("from") && isName(text, "from"):
		*from = true
	case n == len("received") && *from && isName(text, "received"):
		return false
	}
	return true
}

// isName reports whether text begins with name, given in lower case.
func isName(text []byte, name string) bool {
	for i := range len(name) {
		if lower(text[i]) != name[i] {
			return false
		}
	}
	return true
}

// cleanBody reports whether no field stands behind the blank line.
func cleanBody(b []byte) bool {
	for pos := 0; pos < len(b) && pos < 1024; {
		l := lineAt(b, pos)
		if text := b[l.start:l.end]; !blankLoose(text) {
			_, ok := looseField(text)
			return !ok
		}
		pos = l.next
	}
	return true
}

// lookAhead is how many lines behind a blank one are searched for a field.
const lookAhead = 12

// headEnd returns where the header ends: at a blank line with no further field of the same header behind it.
func (d *doctor) headEnd() int {
	b := d.text
	h := headScan{d: d, b: b, seen: map[string]bool{}}
	for pos := 0; pos < len(b) && pos <= maxPasteHead; {
		l := lineAt(b, pos)
		text := b[l.start:l.end]
		if !blankLoose(text) {
			h.take(text)
			pos = l.next
			continue
		}
		next, ok := h.goesOn(pos)
		if !ok {
			return pos
		}
		h.gaps++
		pos = next
	}
	return len(b)
}

// headScan is what headEnd knows of the lines so far.
type headScan struct {
	d       *doctor
	b       []byte
	seen    map[string]bool
	lines   int
	gaps    int
	name    string // of the field that the last line belongs to
	value   []byte
	started bool
}

func (h *headScan) take(text []byte) {
	h.lines++
	text = trimLoose(text)
	if name, s := fieldStart(text); s == strong || s == unspaced && !isNameList(text) {
		h.name, h.value, h.started = name, append([]byte{}, text[len(name):]...), true
		if n := lowerName(name); once[n] || n == "received" {
			h.seen[n] = true
		}
		return
	}
	if len(h.value) < maxFieldCheck {
		h.value = append(append(h.value, ' '), text...)
	}
}

// maxFieldCheck bounds what is looked at to say whether a field is complete.
const maxFieldCheck = 64 << 10

// goesOn reports whether the header goes on behind the blank line at pos, and where.
func (h *headScan) goesOn(pos int) (next int, ok bool) {
	blanks := 0
	for pos < len(h.b) {
		l := lineAt(h.b, pos)
		if !blankLoose(h.b[l.start:l.end]) {
			break
		}
		blanks++
		pos = l.next
	}
	if pos >= len(h.b) || !h.started {
		return pos, pos < len(h.b)
	}
	l := lineAt(h.b, pos)
	text := h.b[l.start:l.end]
	if _, isField := looseField(text); isField {
		return pos, !h.otherMessage(pos)
	}
	spread := h.gaps+1 >= h.lines && h.lines > 2 // a blank line behind every line so far
	open := !h.d.complete(h.name, h.value)
	if blanks > 2 || !spread && !open && !isWhite(text[0]) {
		return pos, false
	}
	if spread && isWhite(text[0]) && blanks == 1 && endsOpen(h.value) { // the last field of a header with a blank line behind every line
		return pos, true
	}
	return pos, h.fieldSoon(pos) || open && equalFold(h.name, "Received") && looksLikePath(text)
}

// endsOpen reports whether a value breaks off where a list goes on.
func endsOpen(value []byte) bool {
	value = bytes.TrimSpace(value)
	return len(value) > 0 && (value[len(value)-1] == ';' || value[len(value)-1] == ',')
}

// looksLikePath knows a line that carries on a Received field: one of its clauses, or its date.
func looksLikePath(text []byte) bool {
	text = bytes.TrimSpace(trimLoose(text))
	for _, w := range []string{"by ", "with ", "for ", "id ", "via ", "("} {
		if bytes.HasPrefix(text, []byte(w)) {
			return true
		}
	}
	_, ok := ParseDate(string(text))
	return ok
}

// fieldSoon reports whether a field of this header stands in the next lines, and no prose before it.
func (h *headScan) fieldSoon(pos int) bool {
	for n := 0; pos < len(h.b) && n < 2*lookAhead; n++ {
		l := lineAt(h.b, pos)
		text := h.b[l.start:l.end]
		if bytes.HasPrefix(text, []byte("--")) { // a part: the body has begun
			return false
		}
		if _, ok := looseField(text); ok {
			return !h.otherMessage(pos)
		}
		pos = l.next
	}
	return false
}

// otherMessage reports whether the fields at pos belong to another message: a second From, Date or Subject among them, or, where the header
// so far is a whole one, anything that is no field.
func (h *headScan) otherMessage(pos int) bool {
	whole := h.seen["from"] && h.seen["date"] && (h.seen["received"] || h.seen["message-id"])
	blank := false
	for n := 0; pos < len(h.b) && n < 200; n++ {
		l := lineAt(h.b, pos)
		text := h.b[l.start:l.end]
		pos = l.next
		if blankLoose(text) {
			blank = true
			if h.gaps > 0 {
				return false
			}
			continue
		}
		name, s := fieldStart(trimLoose(text))
		switch {
		case s >= strong && once[lowerName(name)] && h.seen[lowerName(name)]:
			return true
		case whole && h.gaps == 0 && s < strong && !isWhite(text[0]):
			return true
		case s < strong && blank && h.gaps == 0 && !isWhite(text[0]):
			return false
		}
	}
	return false
}

func lowerName(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lower(c)
	}
	return string(b)
}

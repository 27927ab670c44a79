package eml

import (
	"bytes"
)

// unescape turns \r\n, \n and \t that were pasted as text into what they mean: all of them where they stand for the line ends, else
// those at the start of a line.
func (d *doctor) unescape() {
	head := d.text[:min(len(d.text), maxPasteHead)]
	if !bytes.Contains(head, []byte(`\t`)) && !bytes.Contains(head, []byte(`\n`)) {
		return
	}
	everywhere := escapedEnds(head)
	r := &Rewrite{Given: d.text}
	from, first, n := 0, -1, 0
	for pos := 0; pos < len(head); {
		i := bytes.IndexByte(head[pos:], '\\')
		if i < 0 {
			break
		}
		pos += i
		text, size := escapeAt(head[pos:])
		if size == 0 || !everywhere && (text != "\t" || !lineStart(head, pos)) {
			pos++
			continue
		}
		if first < 0 {
			first = pos
		}
		n++
		r.Copy(from, pos)
		r.Put(text, pos)
		pos += size
		from = pos
	}
	if n == 0 {
		return
	}
	r.Copy(from, len(d.text))
	d.say(RepairEscapes, first, plural(n, "escape")+` such as \t turned into what it stands for`)
	d.apply(r)
}

// escapeAt reads \r\n, \n, \r or \t, one or several line ends being one.
func escapeAt(b []byte) (text string, size int) {
	switch {
	case bytes.HasPrefix(b, []byte(`\r\n`)):
		return "\n", 4
	case bytes.HasPrefix(b, []byte(`\n`)):
		return "\n", 2
	case bytes.HasPrefix(b, []byte(`\t`)):
		return "\t", 2
	}
	return "", 0
}

// escapedEnds reports whether \n is what separates the fields: more known fields stand behind an escaped line end than behind a real one.
func escapedEnds(b []byte) bool {
	if bytes.HasSuffix(bytes.TrimSpace(b), []byte(`\n`)) {
		return true
	}
	escaped, real := 0, 0
	for rest := b; ; {
		i := bytes.IndexByte(rest, '\n')
		j := bytes.Index(rest, []byte(`\n`))
		if i < 0 && j < 0 {
			return escaped >= 2 && escaped > real
		}
		isReal, at := j < 0 || i >= 0 && i < j, i+1
		if !isReal {
			at = j + 2
		}
		rest = rest[at:]
		if _, ok := looseField(rest[:min(len(rest), maxFieldName)]); ok {
			if isReal {
				real++
			} else {
				escaped++
			}
		}
	}
}

// maxQuoteDepth bounds how often quote marks are taken off: deeper nesting does not come from people.
const maxQuoteDepth = 10

// unquote takes "> " off all lines, where fields stand behind it.
func (d *doctor) unquote() {
	depth := 0
	for depth < maxQuoteDepth && quoted(d.text) {
		r := &Rewrite{Given: d.text, Bytes: make([]byte, 0, len(d.text))}
		n, first := 0, -1
		for pos := 0; pos < len(d.text); {
			l := lineAt(d.text, pos)
			size := quoteMark(d.text[l.start:l.end])
			if size > 0 {
				if n++; first < 0 {
					first = l.start
				}
			}
			r.Copy(l.start+size, l.next)
			pos = l.next
		}
		if depth == 0 {
			d.say(RepairQuoted, first, "quote marks taken off "+plural(n, "line"))
			if len(d.text) > first && isWhite(d.text[first]) {
				d.say(RepairIndent, first, "the quoted lines were indented")
			}
		}
		d.apply(r)
		depth++
	}
}

// quoteMark returns the length of "> " or "| " and white space before it, or 0.
func quoteMark(b []byte) int {
	rest := trimLoose(b)
	size := 0
	switch {
	case len(rest) == 0:
		return 0
	case rest[0] == '>' || rest[0] == '|':
		size = 1
	case bytes.HasPrefix(rest, []byte("&gt;")):
		size = len("&gt;")
	default:
		return 0
	}
	n := len(b) - len(rest) + size
	switch rest = b[n:]; {
	case len(rest) > 0 && rest[0] == ' ':
		n++
	case len(rest) > 1 && oddSpace(rest) > 0:
		n += oddSpace(rest)
	}
	return n
}

// quoted reports whether known fields stand behind quote marks, and more than stand without.
func quoted(b []byte) bool {
	with, without := 0, 0
	for pos, n := 0, 0; pos < len(b) && n < 200; n++ {
		l := lineAt(b, pos)
		text := b[l.start:l.end]
		size := quoteMark(text)
		text = unmarked(text)
		if _, number := lineNumber(text); number > 0 && size > 0 { // numbered first, then quoted
			text = text[number:]
		}
		if _, ok := looseField(text); ok {
			if size > 0 {
				with++
			} else {
				without++
			}
		}
		pos = l.next
	}
	return with > without
}

// unmarked is the line behind its quote marks: ">> " and "> > ", too.
func unmarked(text []byte) []byte {
	for again := quoteMark(text); again > 0; again = quoteMark(text) {
		text = text[again:]
	}
	return text
}

// Limits of what may stand above a header that was pasted into other text.
const maxPreface = 60 // lines

// cutPreface takes off what stands above the first field: a greeting, or the table that a web mailer shows above the source.
func (d *doctor) cutPreface() {
	end, note := preface(d.text)
	if at := end + pastedBelow(d.text[end:]); at > end {
		end, note = at, plural(bytes.Count(d.text[:at], []byte{'\n'}), "line")+" above the header left out"
	}
	if end == 0 {
		return
	}
	r := &Rewrite{Given: d.text}
	r.Copy(end, len(d.text))
	d.say(RepairPreface, 0, note)
	d.apply(r)
}

// preface returns where the header starts, and what stands above it.
func preface(b []byte) (end int, note string) {
	table, gap := -1, -1
	for pos, n := 0, 0; pos < len(b) && n < maxPreface; n++ {
		l := lineAt(b, pos)
		text := trimLoose(b[l.start:l.end])
		name, isField := looseField(text)
		switch {
		case isSummary(text):
			table = n
		case len(text) == 0:
			gap = n
		case table >= 0 && isField && (isTop(name) || gap > table):
			return l.start, "the summary table above the source of the message was left out"
		case table < 0 && isField && n == 0:
			if !summaryFollows(b[l.next:]) {
				return 0, ""
			}
		case table < 0 && isField && !summaryFollows(b[l.start:]):
			if isMboxLine(b[:lineAt(b, 0).end]) || !prose(b[:l.start]) {
				return 0, ""
			}
			return l.start, plural(n, "line") + " above the header left out"
		}
		pos = l.next
	}
	return 0, ""
}

// pastedBelow returns where a header starts that was pasted below other fields: those of a ticket, or of the mail that carried it. They are none
// of a delivered message, which bears the stamps of servers, a Message-ID or MIME fields. 0: the text is its own header.
func pastedBelow(b []byte) int {
	block, blank, above := 0, false, false // where the fields began, is the line before blank, do fields stand above the block
	for pos, n := 0, 0; pos < len(b) && n < maxPreface; n++ {
		l := lineAt(b, pos)
		text := trimLoose(b[l.start:l.end])
		name, ok := looseField(text)
		switch {
		case len(text) == 0:
			blank = true
		case blank:
			block, blank, above = l.start, false, true
		}
		if ok && stamped(name) {
			if above && topFollows(b[l.start:]) && (!hasFrom(b[:block]) || hasFrom(b[block:])) { // one author alone is of this header
				return block
			}
			return 0
		}
		pos = l.next
	}
	return 0
}

// topFollows reports whether a field stands in the next lines that only a server writes.
func topFollows(b []byte) bool {
	for pos, n := 0, 0; pos < len(b) && n < maxPreface; n++ {
		l := lineAt(b, pos)
		text := trimLoose(b[l.start:l.end])
		if name, ok := looseField(text); ok && isTop(name) && certain(name, text) {
			return true
		}
		pos = l.next
	}
	return false
}

// hasFrom reports whether a From field is among the lines.
func hasFrom(b []byte) bool {
	for pos, n := 0, 0; pos < len(b) && n < 10*maxPreface; n++ {
		l := lineAt(b, pos)
		if name, ok := looseField(b[l.start:l.end]); ok && equalFold(name, "From") {
			return true
		}
		pos = l.next
	}
	return false
}

// stamped reports whether a field shows that a program made the message, or a server passed it on.
func stamped(name string) bool {
	if isTop(name) || len(name) > 2 && equalFold(name[:2], "X-") {
		return true
	}
	for _, s := range []string{"Message-ID", "MIME-Version", "Content-Type", "In-Reply-To", "References"} {
		if equalFold(name, s) {
			return true
		}
	}
	return false
}

// isSummary knows the lines with the outcome of authentication in Gmail's table, in any language: no field is called so.
func isSummary(b []byte) bool {
	for _, name := range []string{"SPF:", "DKIM:", "DMARC:"} {
		if rest, ok := bytes.CutPrefix(b, []byte(name)); ok && (len(rest) == 0 || isWhite(rest[0]) || rest[0] == 0xC2) {
			return true
		}
	}
	return false
}

// summaryFollows reports whether a line of the table is among the next lines.
func summaryFollows(b []byte) bool {
	for pos, n := 0, 0; pos < len(b) && n < 20; n++ {
		l := lineAt(b, pos)
		text := trimLoose(b[l.start:l.end])
		if isSummary(text) {
			return true
		}
		if name, ok := looseField(text); ok && isTop(name) {
			return false
		}
		pos = l.next
	}
	return false
}

// isTop reports whether a field is one that delivery writes on top.
func isTop(name string) bool {
	for _, s := range []string{"Delivered-To", "Received", "X-Received", "Return-Path", "ARC-Seal", "X-Original-To", "Authentication-Results", "DKIM-Signature"} {
		if equalFold(name, s) {
			return true
		}
	}
	return false
}

// prose reports whether text holds no field at all, in any form: then it is not the start of a damaged header.
func prose(b []byte) bool {
	for pos := 0; pos < len(b); {
		l := lineAt(b, pos)
		text := b[l.start:l.end]
		if _, s := fieldStart(text); s == strong {
			return false
		}
		if n := len(text); n > 0 && isMboxLine(text) {
			return false
		}
		pos = l.next
	}
	return !blankLoose(b)
}

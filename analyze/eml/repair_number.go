package eml

import "bytes"

// leastNumbered is how many lines must be numbered one after the other: a log has a number in front of one.
const leastNumbered = 4

// unnumber takes the numbers off that an editor or a paste site puts before the lines. A greeting above may have none.
func (d *doctor) unnumber() {
	start, first := numbersStart(d.text)
	if start < 0 {
		return
	}
	r := &Rewrite{Given: d.text, Bytes: make([]byte, 0, len(d.text))}
	r.Copy(0, start)
	n := 0
	for pos := start; pos < len(d.text); {
		l := lineAt(d.text, pos)
		cut := 0
		if number, size := lineNumber(d.text[l.start:l.end]); size > 0 && number == first+n {
			cut = size
			n++
		}
		r.Copy(l.start+cut, l.next)
		pos = l.next
	}
	d.say(RepairNumbers, start, "line numbers taken off "+plural(n, "line"))
	d.apply(r)
}

// numbersStart returns where the numbered lines begin, and with which number; -1: they are not numbered.
func numbersStart(b []byte) (pos, first int) {
	for n := 0; pos < len(b) && n < maxPreface; n++ {
		l := lineAt(b, pos)
		if first, size := lineNumber(b[l.start:l.end]); size > 0 && numbered(b[pos:], first) {
			return pos, first
		}
		pos = l.next
	}
	return -1, 0
}

// numbered reports whether the lines count up from first, and known fields stand behind the numbers.
func numbered(b []byte, first int) bool {
	n, fields := 0, 0
	for pos := 0; pos < len(b) && n < 200; n++ {
		l := lineAt(b, pos)
		number, size := lineNumber(b[l.start:l.end])
		if size == 0 || number != first+n {
			break
		}
		if _, ok := looseField(unmarked(b[l.start+size : l.end])); ok { // quoted first, then numbered
			fields++
		}
		pos = l.next
	}
	return n >= leastNumbered && fields > 1
}

// maxNumber bounds the digits of a line number.
const maxNumber = 5

// lineNumber reads "  12<tab>", "12: ", "12. ", "12 | " or "12 " at the start of a line. size is what stands before the text, 0: there is none.
func lineNumber(b []byte) (number, size int) {
	i := len(b) - len(bytes.TrimLeft(b, " "))
	start := i
	for i < len(b) && i-start < maxNumber && '0' <= b[i] && b[i] <= '9' {
		number = 10*number + int(b[i]-'0')
		i++
	}
	rest := b[i:]
	switch {
	case i == start:
		return 0, 0
	case len(rest) == 0:
		return number, i
	case bytes.HasPrefix(rest, []byte(" | ")):
		return number, i + 3
	case bytes.HasPrefix(rest, []byte(": ")), bytes.HasPrefix(rest, []byte(". ")):
		return number, i + 2
	case isWhite(rest[0]):
		return number, i + 1
	}
	return 0, 0
}

package dkim

import (
	"bytes"
	"sort"
)

// text is a piece of body in canonical form, whole lines each with its CRLF, with the way back to the bytes it was made from.
type text struct {
	src  []byte // what it was made from
	b    []byte // canonical, empty lines at the end included
	line []int  // where each line starts in b; one more at the end
	from []int  // where each line starts in src; one more at the end
}

// newText canonicalises src; base is added to every offset of from.
func newText(src []byte, relaxed bool) *text {
	t := &text{src: src, b: make([]byte, 0, len(src)+len(src)/32+len(crlf))}
	n := bytes.Count(src, []byte{'\n'}) + 2
	t.line, t.from = make([]int, 0, n), make([]int, 0, n)
	for pos := 0; pos < len(src); {
		t.line, t.from = append(t.line, len(t.b)), append(t.from, pos)
		line, rest := cutLine(src[pos:])
		t.b = append(appendBodyLine(t.b, line, relaxed), crlf...)
		pos = len(src) - len(rest)
	}
	t.line, t.from = append(t.line, len(t.b)), append(t.from, len(src))
	return t
}

// lines is the number of lines.
func (t *text) lines() int { return len(t.line) - 1 }

// blank reports whether a line is empty.
func (t *text) blank(i int) bool { return t.line[i+1]-t.line[i] == len(crlf) }

// bytes returns the canonical bytes of the lines from a up to b.
func (t *text) bytes(a, b int) []byte { return t.b[t.line[a]:t.line[b]] }

// show returns a line without its line end.
func (t *text) show(i int) []byte { return t.b[t.line[i] : t.line[i+1]-len(crlf)] }

// lineAt returns the first line that starts at or behind the offset in src.
func (t *text) lineAt(src int) int {
	return min(sort.SearchInts(t.from, src), t.lines())
}

// source returns the offset in src that belongs to the canonical offset at.
func (t *text) source(at int, relaxed bool) int {
	i := sort.SearchInts(t.line, at+1) - 1
	if i >= t.lines() {
		return len(t.src)
	}
	line, _ := cutLine(t.src[t.from[i]:])
	if n := at - t.line[i]; n < t.line[i+1]-t.line[i]-len(crlf) || n == 0 {
		return t.from[i] + rawCut(line, int64(n), relaxed)
	}
	return t.from[i] + len(line)
}

// trimEnd cuts the empty lines at the end of canonical bytes, and the last line end.
func trimEnd(b []byte, relaxed bool) []byte {
	for bytes.HasSuffix(b, []byte(crlf)) {
		b = b[:len(b)-len(crlf)]
	}
	if relaxed {
		b = bytes.TrimRight(b, " ")
	}
	return b
}

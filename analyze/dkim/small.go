package dkim

import (
	"bytes"
	"slices"
)

// otherCanon tries what signers do wrong: another canonicalisation than c= names, bare line feeds, empty lines at the end kept. The message
// is then as it was signed, and no verifier that keeps to c= can accept it.
func (p *page) otherCanon() bool {
	x := p.x
	other := newText(p.t.src, !x.relaxed)
	full := p.t.b
	lf := bytes.ReplaceAll(full, []byte(crlf), []byte{'\n'})
	if bytes.Contains(lf, []byte(crlf)) {
		lf = nil // doubled CRs are undone elsewhere, so that the message can be restored
	}
	for _, c := range []struct {
		kind string
		body []byte
	}{
		{"canonicalization", append(slices.Clone(trimEnd(other.b, !x.relaxed)), crlf...)},
		{"canonicalization", full},
		{"canonicalization", trimEnd(full, x.relaxed)},
		{"canonicalization", lf},
		{"canonicalization", append(slices.Clone(bytes.TrimRight(lf, "\n")), '\n')},
	} {
		if !x.spend(len(c.body)) {
			return false
		}
		x.h.Reset()
		x.h.Write(c.body)
		if x.matches() {
			x.found = p.finding(c.kind)
			x.found.asIs = true
			return true
		}
	}
	return false
}

// escapes undoes what mail programs do to single lines, and cuts the end as well.
func (p *page) escapes() {
	for _, e := range lineEscapes {
		if p.x.relaxed && e.simple {
			continue
		}
		src, n := e.undo(p.t.src)
		if n == 0 || !p.x.spend(len(src)) {
			continue
		}
		t := newText(src, p.x.relaxed)
		p.x.h.Reset()
		if n := p.x.tails(t, 0, t.lines(), nil); n >= 0 {
			f := p.finding(e.kind)
			if tail := bytes.TrimSpace(src[t.from[n]:]); len(tail) > 0 {
				f.kinds = append(f.kinds, "footer-appended")
				f.gone = append(f.gone, tail)
			}
			f.edits = append(f.edits, edit{p.raw(0, len(p.t.b)), src[:t.from[n]]})
			p.x.found = f
			return
		}
	}
}

// lineEscapes are changes to lines that can be undone line by line; simple: only the simple canonicalisation sees them.
var lineEscapes = []struct {
	kind   string
	simple bool
	undo   func([]byte) ([]byte, int)
}{
	{"from-escaped", false, prefixes(">From ", "From ")},
	{"from-escaped", false, prefixes("From ", ">From ")},
	{"dot-stuffed", false, prefixes("..", ".")},
	{"dot-stuffed", false, prefixes(".", "..")},
	{"trailing-space", true, trimLines},
	{"trailing-space", true, prefixes("--\r\n", "-- \r\n")},
	{"trailing-space", true, prefixes("--\n", "-- \n")},
	{"line-ends", false, replaceAll("\r\r\n", "\r\n")},
	{"blank-lines", false, replaceAll("\r\n\r\n", "\r\n")},
	{"blank-lines", false, replaceAll("\n\n", "\n")},
	{"nul-bytes", false, replaceAll("\x00", "")},
}

func prefixes(from, to string) func([]byte) ([]byte, int) {
	return func(b []byte) ([]byte, int) {
		if !bytes.HasPrefix(b, []byte(from)) && !bytes.Contains(b, []byte("\n"+from)) {
			return nil, 0
		}
		out := make([]byte, 0, len(b)+len(b)/16)
		n := 0
		for line := range bytes.Lines(b) {
			if rest, ok := bytes.CutPrefix(line, []byte(from)); ok {
				out = append(out, to...)
				line = rest
				n++
			}
			out = append(out, line...)
		}
		return out, n
	}
}

func replaceAll(from, to string) func([]byte) ([]byte, int) {
	return func(b []byte) ([]byte, int) {
		n := bytes.Count(b, []byte(from))
		if n == 0 {
			return nil, 0
		}
		return bytes.ReplaceAll(b, []byte(from), []byte(to)), n
	}
}

func trimLines(b []byte) ([]byte, int) {
	var out []byte
	n := 0
	for rest := b; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		short := bytes.TrimRight(line, " \t")
		n += len(line) - len(short)
		out = append(append(out, short...), crlf...)
	}
	return out, n
}

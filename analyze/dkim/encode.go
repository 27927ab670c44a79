package dkim

import (
	"bytes"
	"encoding/base64"
	"fmt"
)

// appleWidth: Apple Mail keeps lines under 74 bytes, and breaks a word that fits into none at 75.
const appleWidth = 74

// style is a way to write a transfer encoding (RFC 2045 6). Programs differ in line length and in what they escape, and the hash asks for
// the very bytes.
type style struct {
	cte   string // "7bit" stands for no encoding at all
	width int
	lf    bool // base64: the text inside has LF alone
	breaks
	tab, dot, from, soft bool // quoted-printable: see quotes
	bol                  bool // quoted-printable: "F", "." and "-" escaped at the start of every line, as KMail does
	eol                  byte // quoted-printable: line ends written as =0A= ('\n') or =0D=0A= ('\r'), as Exchange does; 0: as line ends
}

// breaks says when quoted-printable breaks a line.
type breaks int

const (
	breakExact  breaks = iota // at width-1; what fits into width whole is not broken (Perl, Python, Gmail)
	breakStrict               // at width-1, always (Exchange)
	breakAfter                // as soon as width is reached (Mozilla, Camel)
	breakWords                // behind a blank (Apple)
)

// name is a few words for Restoration.Note.
func (s style) name() string {
	switch {
	case s.cte == "base64" && s.lf:
		return fmt.Sprintf("base64 in lines of %d, bare line feeds inside", s.width)
	case s.cte == "7bit":
		return "unencoded (7bit or 8bit)"
	}
	return fmt.Sprintf("%s in lines of %d", s.cte, s.width)
}

// traits are what of a text a style can treat in its own way.
type traits struct{ bol, long, high, tab, dot, from, trail, equals bool }

func traitsOf(content []byte) traits {
	t := traits{equals: bytes.IndexByte(content, '=') >= 0}
	for rest := content; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		t.long = t.long || len(line) > 60
		t.bol = t.bol || len(line) > 0 && atStart(line[0])
		t.dot = t.dot || len(line) > 0 && line[0] == '.'
		t.from = t.from || bytes.HasPrefix(line, []byte("From "))
		if n := len(line); n > 0 {
			t.trail = t.trail || line[n-1] == ' ' || line[n-1] == '\t'
		}
	}
	for _, c := range content {
		t.high = t.high || c >= 0x80
		t.tab = t.tab || c == '\t'
	}
	return t
}

// styles lists what a program may have written for a text, most likely first.
func styles(t traits) []style {
	out := []style{
		{cte: "7bit"},
		{cte: "base64", width: 76}, {cte: "base64", width: 76, lf: true},
	}
	qp := func(s style) { out = append(out, s.escapes(t)...) }
	for _, eol := range []byte{'\n', '\r'} {
		qp(style{cte: "quoted-printable", width: 76, eol: eol, breaks: breakStrict})
		if t.long || t.high {
			qp(style{cte: "quoted-printable", width: 76, eol: eol})
			qp(style{cte: "quoted-printable", width: 75, eol: eol, breaks: breakStrict})
		}
	}
	if !t.long && !t.high {
		if t.equals || t.bol || t.tab || t.dot || t.from || t.trail {
			qp(style{cte: "quoted-printable", width: 76})
		}
	} else {
		for _, w := range []int{76, 75, 73, 74, 72, 78, 77, 71} {
			for _, b := range []breaks{breakExact, breakStrict, breakAfter} {
				qp(style{cte: "quoted-printable", width: w, breaks: b})
			}
			if w == 76 {
				qp(style{cte: "quoted-printable", width: appleWidth, breaks: breakWords})
			}
		}
	}
	for _, w := range []int{72, 64, 60} {
		out = append(out, style{cte: "base64", width: w}, style{cte: "base64", width: w, lf: true})
	}
	return out
}

// escapes are the variants of a quoted-printable style that differ for that text.
func (s style) escapes(t traits) []style {
	out := []style{s}
	vary := func(on bool, set func(*style)) {
		if !on {
			return
		}
		for _, v := range out {
			set(&v)
			out = append(out, v)
		}
	}
	vary(t.trail, func(s *style) { s.soft = true })
	vary(t.tab, func(s *style) { s.tab = true })
	vary(t.dot, func(s *style) { s.dot = true })
	vary(t.from, func(s *style) { s.from = true })
	vary(t.bol, func(s *style) { s.bol, s.dot, s.from = true, false, false })
	return out
}

// encode writes content, whose lines may end with LF or CRLF, in that style with CRLF.
func (s style) encode(content []byte) []byte {
	switch s.cte {
	case "base64":
		return appendBase64(nil, s.inside(content), s.width)
	case "quoted-printable":
		out := make([]byte, 0, len(content)+len(content)/8)
		for rest := content; len(rest) > 0; {
			var line []byte
			line, rest = cutLine(rest)
			out = append(s.closeLine(s.qpLine(out, line)), crlf...)
		}
		return out
	}
	return content
}

// inside is the content with the line ends that base64 hides.
func (s style) inside(content []byte) []byte {
	out := make([]byte, 0, len(content)+len(content)/16)
	for rest := content; len(rest) > 0; {
		line, after := cutLine(rest)
		out = append(out, line...)
		switch {
		case len(after) == 0 && rest[len(rest)-1] != '\n':
		case s.lf:
			out = append(out, '\n')
		default:
			out = append(out, crlf...)
		}
		rest = after
	}
	return out
}

func appendBase64(dst, b []byte, width int) []byte {
	group := width / 4 * 3
	for len(b) > 0 {
		n := min(group, len(b))
		dst = append(base64.StdEncoding.AppendEncode(dst, b[:n]), crlf...)
		b = b[n:]
	}
	return dst
}

const hexDigits = "0123456789ABCDEF"

// qpLine appends a line in quoted-printable (RFC 2045 6.7), without its line end.
func (s style) qpLine(dst, line []byte) []byte {
	start, space := len(dst), -1
	for i, c := range line {
		last := i == len(line)-1
		escaped := func() bool { return s.quotes(line, i, c) || s.bol && len(dst) == start && atStart(c) }
		size := 1
		if escaped() {
			size = 3
		}
		limit := s.limit(last)
		switch {
		case s.breaks != breakWords:
		case space <= start:
			limit = s.width // a word that fits into no line
		case c != ' ':
			limit = s.width - 2 // every word leaves room for the blank behind it
		default:
			limit = s.width - 1
		}
		if s.breaks != breakAfter && len(dst)-start+size > limit {
			if s.breaks == breakWords && space > start {
				dst = append(dst, "=\r\n"...)
				copy(dst[space+3:], dst[space:len(dst)-3])
				copy(dst[space:], "=\r\n")
				start = space + 3
			} else {
				dst = append(dst, "=\r\n"...)
				start = len(dst)
			}
			space = -1
		}
		if escaped() {
			dst = append(dst, '=', hexDigits[c>>4], hexDigits[c&15])
		} else {
			dst = append(dst, c)
		}
		if c == ' ' {
			space = len(dst)
		}
		if s.breaks == breakAfter && !last && len(dst)-start >= s.width {
			dst = append(dst, "=\r\n"...)
			start = len(dst)
		}
	}
	if n := len(line); s.soft && n > 0 && (line[n-1] == ' ' || line[n-1] == '\t') {
		dst = append(dst, "=\r\n"...)
	}
	return dst
}

// closeLine writes the end of a line where it is not written as such.
func (s style) closeLine(dst []byte) []byte {
	if s.eol == 0 {
		return dst
	}
	mark := "=0A"
	if s.eol == '\r' {
		mark = "=0D=0A"
	}
	if n := len(dst) - 1 - bytes.LastIndexByte(dst, '\n'); n+len(mark)+1 > s.width {
		dst = append(dst, "=\r\n"...)
	}
	return append(append(dst, mark...), '=')
}

func atStart(c byte) bool { return c == 'F' || c == '.' || c == '-' }

// limit is the longest a line may get by what comes next.
func (s style) limit(last bool) int {
	if last && s.breaks != breakStrict {
		return s.width
	}
	return s.width - 1
}

// quotes reports whether byte i of a line is written =XX.
func (s style) quotes(line []byte, i int, c byte) bool {
	switch {
	case c == '=' || c > 126 || c < ' ' && c != '\t':
		return true
	case c == ' ' || c == '\t':
		return i == len(line)-1 && !s.soft && s.eol == 0 || c == '\t' && s.tab
	case i == 0 && c == '.':
		return s.dot
	case i == 0 && c == 'F':
		return s.from && bytes.HasPrefix(line, []byte("From "))
	}
	return false
}

package eml

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// maxParams bounds the parameters read of one field; RFC 2231 sections of a long file name are a few dozen.
const maxParams = 100

// param is one "name=value" as written: folds and quotes are gone, RFC 2231 is not yet undone.
type param struct{ name, value string }

// splitParams reads "head; name=value; ..." as Content-Type and Content-Disposition have it (RFC 2045 5.1), and what real mail makes
// of it: missing or doubled semicolons, unquoted values with spaces, comments, quotes that are never closed. head is in lower case.
func splitParams(v []byte) (head string, list []param) {
	s := paramScanner{b: v}
	head = s.head()
	for len(list) < maxParams {
		p, ok := s.next()
		if !ok {
			break
		}
		list = append(list, p)
	}
	return head, list
}

type paramScanner struct {
	b   []byte
	pos int
}

// head reads the value before the parameters. Spaces around "/" are no part of it.
func (s *paramScanner) head() string {
	var out []byte
	for s.skip(" \t\r\n"); s.pos < len(s.b); {
		c := s.b[s.pos]
		if c == ';' || c == ',' {
			break
		}
		if isSpace(c) || c == '(' {
			s.skip(" \t\r\n")
			slash := len(out) > 0 && out[len(out)-1] == '/' || s.pos < len(s.b) && s.b[s.pos] == '/'
			if !slash {
				break
			}
			continue
		}
		out = append(out, lower(c))
		s.pos++
	}
	return string(bytes.Trim(out, `"`))
}

// skip passes over the bytes of set and over comments.
func (s *paramScanner) skip(set string) {
	for s.pos < len(s.b) {
		switch c := s.b[s.pos]; {
		case strings.IndexByte(set, c) >= 0:
			s.pos++
		case c == '(':
			s.pos = skipComment(s.b, s.pos)
		default:
			return
		}
	}
}

// next reads one parameter; a word without "=" is passed over.
func (s *paramScanner) next() (p param, ok bool) {
	for {
		s.skip(" \t\r\n;,")
		if s.pos >= len(s.b) {
			return param{}, false
		}
		start := s.pos
		for s.pos < len(s.b) && strings.IndexByte("=;( \t\r\n", s.b[s.pos]) < 0 {
			s.pos++
		}
		name := strings.ToLower(string(s.b[start:s.pos]))
		s.skip(" \t\r\n")
		if s.pos >= len(s.b) || s.b[s.pos] != '=' {
			s.pos = max(s.pos, start+1)
			continue
		}
		s.pos++
		for s.pos < len(s.b) && isSpace(s.b[s.pos]) {
			s.pos++
		}
		return param{name, s.value(name)}, true
	}
}

// value reads a quoted string or a token.
func (s *paramScanner) value(name string) string {
	if s.pos < len(s.b) && s.b[s.pos] == '"' {
		if text, end, ok := readQuoted(s.b, s.pos); ok {
			s.pos = end
			return string(text)
		}
		s.pos++ // never closed: read it like a token
	}
	start := s.pos
	if i := bytes.IndexByte(s.b[start:], ';'); i >= 0 {
		s.pos = start + i
	} else {
		s.pos = len(s.b)
	}
	raw := s.b[start:s.pos]
	if n := nextParam(raw); n >= 0 { // the semicolon is missing
		raw = raw[:n]
		s.pos = start + n
	}
	if i := bytes.Index(raw, []byte(" (")); i >= 0 && name != "name" && name != "filename" {
		raw = raw[:i]
	}
	return unfold(raw)
}

// nextParam returns the offset of white space that is followed by "name=", or -1.
func nextParam(raw []byte) int {
	eq := bytes.IndexByte(raw, '=')
	if eq <= 0 {
		return -1
	}
	i := eq
	for i > 0 && isToken(raw[i-1]) {
		i--
	}
	if i == eq || i == 0 || !isSpace(raw[i-1]) {
		return -1
	}
	return i - 1
}

func isToken(c byte) bool {
	return c == '-' || c == '*' || '0' <= c && c <= '9' || 'a' <= lower(c) && lower(c) <= 'z'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// readQuoted reads the quoted string (RFC 5322 3.2.4) at b[pos], without quotes, escapes and folds; end is after it.
func readQuoted(b []byte, pos int) (text []byte, end int, ok bool) {
	for i := pos + 1; i < len(b); i++ {
		switch c := b[i]; c {
		case '"':
			return text, i + 1, true
		case '\r', '\n':
		case '\\':
			if i+1 < len(b) {
				i++
			}
			text = append(text, b[i])
		default:
			text = append(text, c)
		}
	}
	return nil, len(b), false
}

// skipComment returns the offset after the comment (RFC 5322 3.2.2) that starts at b[pos]; one that never ends takes all.
func skipComment(b []byte, pos int) int {
	depth := 0
	for i := pos; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// joinParams undoes RFC 2231: continuations and charsets. The first of a name wins; repeated is a name that stands twice, or "".
// A value in the extended form wins over the plain one, which is there for old readers.
func joinParams(list []param) (params map[string]string, repeated string) {
	if len(list) == 0 {
		return nil, ""
	}
	params = make(map[string]string, len(list))
	var extended []param
	for _, p := range list {
		switch _, twice := params[p.name]; {
		case strings.IndexByte(p.name, '*') >= 0:
			extended = append(extended, p)
		case twice:
			repeated = p.name
		default:
			text, _ := validText([]byte(p.value))
			params[p.name] = text
		}
	}
	for len(extended) > 0 {
		base, _, _ := strings.Cut(extended[0].name, "*")
		value, twice := joinSections(base, extended)
		if twice {
			repeated = base
		}
		params[base] = value
		extended = slices.DeleteFunc(extended, func(p param) bool { return baseName(p) == base })
	}
	return params, repeated
}

func baseName(p param) string {
	base, _, _ := strings.Cut(p.name, "*")
	return base
}

// section is one piece of an RFC 2231 value: "name*2*" is number 2, and percent-encoded.
type section struct {
	number  int
	encoded bool
	value   string
}

// joinSections puts the sections of one name together.
func joinSections(base string, list []param) (value string, twice bool) {
	var parts []section
	for _, p := range list {
		if baseName(p) != base {
			continue
		}
		tail := p.name[len(base)+1:]
		number, encoded := strings.CutSuffix(tail, "*")
		n, err := strconv.Atoi(number)
		if err != nil {
			n, encoded = 0, true // "name*"
		}
		parts = append(parts, section{n, encoded, p.value})
	}
	slices.SortStableFunc(parts, func(a, b section) int { return a.number - b.number })
	charset := ""
	var raw []byte
	for i, s := range parts {
		if i > 0 && s.number == parts[i-1].number {
			twice = true
			continue
		}
		if i == 0 && s.encoded {
			charset, s.value = cutCharset(s.value)
		}
		if s.encoded {
			raw = appendPercent(raw, s.value)
		} else {
			raw = append(raw, s.value...)
		}
	}
	text, _ := toUTF8(charset, raw, 4*len(raw)+16)
	return string(text), twice
}

// cutCharset splits charset'language'text (RFC 2231 4).
func cutCharset(s string) (charset, text string) {
	charset, rest, ok := strings.Cut(s, "'")
	_, text, ok2 := strings.Cut(rest, "'")
	if !ok || !ok2 {
		return "", s
	}
	return charset, text
}

func appendPercent(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if c, ok := hexByte([]byte(s[i+1 : min(len(s), i+3)])); ok {
				out = append(out, c)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

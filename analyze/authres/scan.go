package authres

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// scanner walks over the value of a field. Comments are met wherever RFC 5322 allows white space.
type scanner struct {
	b       []byte
	off     int // of b[0] in Raw
	pos     int
	comment []string // those met since the last result
	fault   string
}

func newScanner(m *eml.Message, f eml.Field) *scanner {
	s := &scanner{b: m.Bytes(f.Value), off: f.Value.Start}
	if len(s.b) > maxBytes {
		s.b, s.fault = s.b[:maxBytes], "the field is too long"
	}
	return s
}

func (s *scanner) eof() bool { return s.pos >= len(s.b) }

func (s *scanner) peek() byte {
	if s.eof() {
		return 0
	}
	return s.b[s.pos]
}

func (s *scanner) fail(why string) {
	if s.fault == "" {
		s.fault = why
	}
}

// skip passes white space, line ends and comments; a comment may hold ";" and further comments.
func (s *scanner) skip() {
	for !s.eof() {
		switch c := s.b[s.pos]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			s.pos++
		case c == '(':
			s.skipComment()
		default:
			return
		}
	}
}

func (s *scanner) skipComment() {
	start, depth := s.pos, 0
	for ; !s.eof(); s.pos++ {
		switch s.b[s.pos] {
		case '\\':
			s.pos++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s.pos++
				s.comment = append(s.comment, clean(s.b[start+1:s.pos-1]))
				return
			}
		}
	}
	s.pos = len(s.b)
	s.fail("a comment does not end")
}

// clean takes folds out of a text.
func clean(b []byte) string {
	if !bytes.ContainsAny(b, "\r\n") {
		return string(bytes.TrimSpace(b))
	}
	return strings.TrimSpace(strings.NewReplacer("\r", "", "\n", "").Replace(string(b)))
}

// word reads up to white space, a separator or a comment, or a quoted string.
func (s *scanner) word(stop string) (string, eml.Span) {
	start := s.pos
	if s.peek() == '"' {
		return s.quoted()
	}
	for !s.eof() && strings.IndexByte(" \t\r\n;("+stop, s.b[s.pos]) < 0 {
		s.pos++
	}
	return string(s.b[start:s.pos]), s.span(start, s.pos)
}

func (s *scanner) quoted() (string, eml.Span) {
	s.pos++
	start := s.pos
	var out []byte
	for ; !s.eof(); s.pos++ {
		switch c := s.b[s.pos]; c {
		case '"':
			s.pos++
			return string(out), s.span(start, s.pos-1)
		case '\\':
			if s.pos+1 < len(s.b) {
				s.pos++
			}
			out = append(out, s.b[s.pos])
		case '\r', '\n':
		default:
			out = append(out, c)
		}
	}
	s.fail("a quoted string does not end")
	return string(out), s.span(start, s.pos)
}

func (s *scanner) span(start, end int) eml.Span {
	return eml.Span{Start: s.off + start, End: s.off + end}
}

// head reads "i=1; mx.example.org 1;", any part of which may be missing: Microsoft begins with the first result.
func (s *scanner) head(r *Result) {
	s.skip()
	if n, ok := s.instance(); ok {
		r.Instance = n
		s.skip()
	}
	back := s.pos
	id, span := s.word("=")
	s.skip()
	if s.peek() == '=' || id == "" {
		s.pos, s.comment = back, nil // QUIRK: no authserv-id; the first word was a method
		return
	}
	r.AuthservID, r.IDSpan = id, span
	if c := s.peek(); c >= '0' && c <= '9' {
		r.Version, _ = s.word("=")
		s.skip()
	}
	if r.Version != "" && r.Version != "1" {
		s.fail("version " + r.Version + " of the format is not known")
	}
	switch {
	case s.peek() == ';':
		s.pos++
	case !s.eof():
		s.fail("there is no \";\" after the authserv-id")
	}
	s.comment = nil
}

// instance reads the "i=1;" of ARC.
func (s *scanner) instance() (int, bool) {
	rest := s.b[s.pos:]
	i := strings.IndexByte(string(rest[:min(len(rest), 12)]), ';')
	if i < 3 || rest[0] != 'i' {
		return 0, false
	}
	k, v, ok := strings.Cut(string(rest[:i]), "=")
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if !ok || strings.TrimSpace(k) != "i" || err != nil || n < 1 {
		return 0, false
	}
	s.pos += i + 1
	return n, true
}

// result reads one "method/1=value (comment) reason=x ptype.property=value ...;".
func (s *scanner) result(r *Result) {
	s.skip()
	if s.eof() {
		return
	}
	if s.peek() == ';' {
		s.pos++
		return
	}
	start := s.pos
	name, _ := s.word("=/")
	m := Method{Name: strings.ToLower(name)}
	s.skip()
	if s.peek() == '/' {
		s.pos++
		s.skip()
		m.Version, _ = s.word("=")
		s.skip()
	}
	if s.peek() != '=' || name == "" {
		s.bare(r, m.Name)
		return
	}
	s.pos++
	s.comment = nil
	s.skip()
	value, span := s.word("")
	m.Value, m.Result = strings.ToLower(value), span
	if value == "" {
		s.fail("the result of " + m.Name + " is missing")
	}
	end := s.props(&m)
	m.Span = s.span(start, max(end, span.End-s.off))
	m.Comment, s.comment = strings.Join(s.comment, "; "), nil
	r.Methods = append(r.Methods, m)
}

// bare is a word that has no "=": "none", or something that is no result.
func (s *scanner) bare(r *Result, name string) {
	if name == "none" {
		r.None = true
	} else {
		s.fail("there is a word that is no result")
	}
	for !s.eof() && s.peek() != ';' {
		s.word("")
		s.skip()
	}
}

// props reads properties up to the ";" and returns where the last ended.
func (s *scanner) props(m *Method) (end int) {
	for n := 0; ; n++ {
		s.skip()
		if s.eof() || s.peek() == ';' {
			return end
		}
		if n == maxProps {
			s.fail("too many properties")
			s.pos = len(s.b)
			return end
		}
		start := s.pos
		name := s.propName()
		if s.peek() != '=' {
			if s.pos == start {
				s.pos++
			}
			s.fail("there is a word that is no property")
			continue
		}
		p := s.value(name, start)
		end = s.pos
		if p.Name == "reason" && m.Reason == "" {
			m.Reason = p.Value
			continue
		}
		m.Props = append(m.Props, p)
	}
}

// propName reads "header.d", which RFC 8601 2.2 lets one write as "header (comment) . d".
func (s *scanner) propName() string {
	name, _ := s.word("=")
	s.skip()
	for strings.HasSuffix(name, ".") || s.peek() == '.' {
		rest, _ := s.word("=")
		if rest == "" {
			break
		}
		name += rest
		s.skip()
	}
	return name
}

// value reads what follows the "=" of a property whose name began at start. It may be an address with a quoted local part:
// "a b"@example.com.
func (s *scanner) value(name string, start int) Prop {
	s.pos++
	s.skip()
	p := Prop{Name: strings.ToLower(name)}
	p.Value, p.At = s.word("")
	if s.peek() == '@' {
		rest, span := s.word("")
		p.Value, p.At.End = p.Value+rest, span.End
	}
	p.Span = s.span(start, s.pos)
	return p
}

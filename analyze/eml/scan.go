package eml

import "bytes"

// Limits of a header block, the message's own or a part's.
const (
	maxFields    = 10_000 // real mail stays under a few hundred; every field after that costs memory and tells nothing
	maxFieldName = 256    // longer than any name in use; bounds the search for a colon in a line of many megabytes
	maxLine      = 998    // RFC 5322 2.1.1, without the line end
)

// scanner reads one header block. stop tells a line that ends the block though it is not blank: a boundary, in a part.
type scanner struct {
	m      *Message
	say    func(kind string, s Span, note string)
	stop   func(line []byte) bool
	part   bool // a line that is no field ends the block, as it does for most MIME readers; at the top it is skipped
	fields []Field
	limit  int
}

// block scans from pos and returns the span of the fields and where the body starts; blank is false where no blank line ended it.
func (s *scanner) block(pos int) (header Span, body int, blank bool) {
	start, raw := pos, s.m.Raw
	for pos < s.limit {
		end := s.m.lineEnd(pos, s.limit)
		line := raw[pos:end]
		switch {
		case isBlank(line):
			s.nameFields()
			return Span{start, pos}, end, true
		case s.stop != nil && s.stop(line):
			s.say(KindNoBlankLine, Span{pos, end}, "a boundary stands where the blank line after the fields is missing")
			s.nameFields()
			return Span{start, pos}, pos, false
		}
		next, ok := s.field(pos, end)
		if !ok && s.part {
			s.say(KindNoBlankLine, Span{pos, end}, "this line is no field: the body starts here, with no blank line before it")
			s.nameFields()
			return Span{start, pos}, pos, false
		}
		pos = next
	}
	s.nameFields()
	return Span{start, s.limit}, s.limit, false
}

// field reads the field whose first line is pos..end, with its folds, and returns where the next one starts; false: no field.
func (s *scanner) field(pos, end int) (next int, ok bool) {
	s.checkLength(pos, end)
	if isWhite(s.m.Raw[pos]) {
		if s.part {
			return end, false
		}
		s.say(KindOrphanFold, Span{pos, end}, "a continuation line with no field before it")
		return end, false
	}
	colon, kind := splitName(s.m.Raw[pos:end])
	next = s.folds(end)
	if colon < 0 {
		if !s.part {
			s.noField(Span{pos, next})
		}
		return next, false
	}
	if kind != "" {
		s.say(kind, Span{pos, pos + colon}, nameNotes[kind])
	}
	if len(s.fields) == maxFields {
		s.say(KindTooManyFields, Span{pos, s.limit}, "fields from here on were not read")
	}
	s.add(Field{Span: Span{pos, next}, Value: Span{pos + colon + 1, pos + len(trimEOL(s.m.Raw[pos:next]))}})
	return next, true
}

// add keeps a field, and one above maxFields so that the limit is said only once.
func (s *scanner) add(f Field) {
	if f.Value.End < f.Value.Start {
		f.Value.End = f.Value.Start
	}
	if len(s.fields) <= maxFields {
		s.fields = append(s.fields, f)
	}
}

// folds returns the end of the continuation lines that start at pos (RFC 5322 2.2.3).
func (s *scanner) folds(pos int) int {
	for pos < s.limit && isWhite(s.m.Raw[pos]) {
		end := s.m.lineEnd(pos, s.limit)
		s.checkLength(pos, end)
		if len(bytes.TrimSpace(s.m.Raw[pos:end])) == 0 {
			s.say(KindWhiteLine, Span{pos, end}, "white space alone: a fold to us, the end of the header to others")
		}
		pos = end
	}
	return pos
}

func (s *scanner) checkLength(pos, end int) {
	if end-pos > maxLine && len(trimEOL(s.m.Raw[pos:end])) > maxLine {
		s.say(KindLongLine, Span{pos, end}, "more than 998 bytes in a line")
	}
}

// noField says what is wrong with a line that is no field. Lines in a row are one problem.
func (s *scanner) noField(at Span) {
	b := s.m.Raw[at.Start:at.End]
	if isMboxLine(b) {
		s.say(KindMboxLine, at, "a line of an mbox file amid the fields")
		return
	}
	if last := len(s.m.Problems) - 1; last >= 0 && s.m.Problems[last].Kind == KindNoColon && s.m.Problems[last].Span.End == at.Start {
		s.m.Problems[last].Span.End = at.End
		return
	}
	s.say(KindNoColon, at, "no field name: skipped here, while others end the header at this line")
}

// nameFields cuts all names out of one string: a header of thirty fields costs one allocation, not thirty.
func (s *scanner) nameFields() {
	if len(s.fields) > maxFields {
		s.fields = s.fields[:maxFields]
	}
	size := 0
	for i := range s.fields {
		size += len(s.name(i))
	}
	all := make([]byte, 0, size)
	for i := range s.fields {
		all = append(all, s.name(i)...)
	}
	names := string(all)
	for i := range s.fields {
		n := len(s.name(i))
		s.fields[i].Name, names = names[:n], names[n:]
	}
}

func (s *scanner) name(i int) []byte {
	f := &s.fields[i]
	return bytes.TrimRight(s.m.Raw[f.Span.Start:f.Value.Start-1], " \t")
}

var nameNotes = map[string]string{
	KindEightBitName:  "a field name with bytes above 127",
	KindControlInName: "a field name with a control character",
	KindEmptyName:     "nothing before the colon",
	KindSpaceColon:    "white space between name and colon",
}

// splitName returns the offset of the colon after a field name, or -1, and the kind of what is odd about the name.
func splitName(line []byte) (colon int, kind string) {
	space := false
	for i, c := range line[:min(len(line), maxFieldName+1)] {
		switch {
		case c == ':' && i == 0:
			return 0, KindEmptyName
		case c == ':':
			if space && kind == "" {
				kind = KindSpaceColon
			}
			return i, kind
		case isWhite(c):
			space = true
		case c == '\n', space: // white space inside a name: a sentence, or an mbox line
			return -1, ""
		case c < 0x20 || c == 0x7f:
			kind = KindControlInName
		case c >= 0x80 && kind == "":
			kind = KindEightBitName
		}
	}
	return -1, ""
}

// isMboxLine tells "From sender date" and ">From ..." from a field "From : ...".
func isMboxLine(line []byte) bool {
	line = bytes.TrimPrefix(line, []byte(">"))
	rest, ok := bytes.CutPrefix(line, []byte("From "))
	rest = bytes.TrimLeft(rest, " \t")
	return ok && len(rest) > 0 && rest[0] != ':'
}

// lineEnd returns the offset after the line that starts at from, at most limit.
func (m *Message) lineEnd(from, limit int) int {
	if i := bytes.IndexByte(m.Raw[from:limit], m.eol()); i >= 0 {
		return from + i + 1
	}
	return limit
}

// eol is the byte that ends a line.
func (m *Message) eol() byte {
	if m.cr {
		return '\r'
	}
	return '\n'
}

// trimEOL takes the line end off: CRLF, LF or CR, and the doubled CR that some gateways write.
func trimEOL(b []byte) []byte {
	n := len(b)
	if n > 0 && b[n-1] == '\n' {
		n--
	}
	for n > 0 && b[n-1] == '\r' {
		n--
	}
	return b[:n]
}

func isBlank(line []byte) bool {
	return len(line) > 0 && (line[0] == '\n' || line[0] == '\r') && len(trimEOL(line)) == 0
}

func isWhite(c byte) bool { return c == ' ' || c == '\t' }

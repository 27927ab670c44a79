package eml

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

var bom = []byte("\xEF\xBB\xBF")

// Parse splits raw into fields and body. It never fails and never changes a byte; what is wrong stands in Problems. It reads
// the header alone: the MIME tree is built when Root is called. The message keeps raw, which must not change from now on.
func Parse(raw []byte) *Message {
	m := &Message{Raw: raw, cr: endsWithCR(raw)}
	pos := m.preface()
	if pos < len(raw) && isBlank(raw[pos:m.lineEnd(pos, len(raw))]) {
		m.report(KindLeadingBlank, Span{pos, m.lineEnd(pos, len(raw))}, "the message starts with a blank line, so nothing of it is a header")
	}
	s := scanner{m: m, say: m.report, limit: len(raw), fields: make([]Field, 0, 32)}
	header, body, blank := s.block(pos)
	m.Fields, m.Header, m.Body = s.fields, header, Span{body, len(raw)}
	m.HeaderOnly = !blank || (m.Body.Empty() && m.announcesBody())
	m.checkHeaderBytes()
	return m
}

// preface returns where the fields start: after a byte order mark and an mbox line.
func (m *Message) preface() int {
	pos := 0
	if bytes.HasPrefix(m.Raw, bom) {
		m.report(KindBOM, Span{0, len(bom)}, "a byte order mark before the first field: part of its name to others")
		pos = len(bom)
	}
	for pos < len(m.Raw) {
		end := m.lineEnd(pos, len(m.Raw))
		if !isMboxLine(m.Raw[pos:end]) {
			break
		}
		m.report(KindMboxLine, Span{pos, end}, "a line of an mbox file before the fields")
		pos = end
	}
	return pos
}

// endsWithCR tells a message whose lines end with CR alone: no LF stands in it, or none before a blank line made of CR.
func endsWithCR(raw []byte) bool {
	lf := bytes.IndexByte(raw, '\n')
	if lf < 0 {
		return bytes.IndexByte(raw, '\r') >= 0
	}
	return bytes.Contains(bytes.TrimRight(raw[:lf], "\r"), []byte("\r\r"))
}

// checkHeaderBytes says what is odd about the bytes of the header, whatever field they stand in.
func (m *Message) checkHeaderBytes() {
	m.checkLineEnds(m.Header, m.report)
	h := m.Bytes(m.Header)
	if i := bytes.IndexByte(h, 0); i >= 0 {
		at := m.Header.Start + i
		m.report(KindNUL, Span{at, at + 1}, "a NUL byte: many programs stop reading here")
	}
	if utf8.Valid(h) {
		return
	}
	for _, f := range m.Fields {
		if !utf8.Valid(m.Bytes(f.Value)) {
			m.report(KindNotUTF8, f.Value, "raw bytes that are not UTF-8")
		}
	}
}

// checkLineEnds compares the three kinds of line end in s. A message that ends all lines with LF, as Unix keeps it, is in order.
func (m *Message) checkLineEnds(s Span, say func(string, Span, string)) {
	b := m.Bytes(s)
	lf, cr := bytes.Count(b, []byte{'\n'}), bytes.Count(b, []byte{'\r'})
	if cr == 0 {
		return
	}
	crlf := bytes.Count(b, []byte("\r\n"))
	if n := lf - crlf; n > 0 && crlf > 0 {
		say(KindBareLF, m.firstBare(s, '\n'), strconv.Itoa(n)+" of "+strconv.Itoa(lf)+" line ends are LF without CR")
	}
	if n := cr - crlf; n > 0 {
		say(KindBareCR, m.firstBare(s, '\r'), strconv.Itoa(n)+" CR without LF")
	}
}

// firstBare returns the first c (CR or LF) in s that is not one half of a CRLF.
func (m *Message) firstBare(s Span, c byte) Span {
	for pos := s.Start; pos < s.End; pos++ {
		i := bytes.IndexByte(m.Raw[pos:s.End], c)
		if i < 0 {
			break
		}
		pos += i
		paired := c == '\n' && pos > s.Start && m.Raw[pos-1] == '\r' || c == '\r' && pos+1 < s.End && m.Raw[pos+1] == '\n'
		if !paired {
			return Span{pos, pos + 1}
		}
	}
	return Span{s.Start, s.Start}
}

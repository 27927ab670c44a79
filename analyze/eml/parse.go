package eml

import "bytes"

// Parse splits raw into fields and body. It never fails and never changes a byte.
func Parse(raw []byte) *Message {
	m := &Message{Raw: raw}
	pos := 0
	if bytes.HasPrefix(raw, []byte("From ")) {
		pos = lineEnd(raw, 0)
	}
	m.Header.Start = pos
	for pos < len(raw) {
		end := lineEnd(raw, pos)
		if len(bytes.TrimRight(raw[pos:end], "\r\n")) == 0 {
			m.Header.End = pos
			m.Body = Span{end, len(raw)}
			return m
		}
		for end < len(raw) && (raw[end] == ' ' || raw[end] == '\t') {
			end = lineEnd(raw, end)
		}
		m.addField(Span{pos, end})
		pos = end
	}
	m.Header.End = len(raw)
	m.Body = Span{len(raw), len(raw)}
	m.HeaderOnly = true
	return m
}

func (m *Message) addField(s Span) {
	b := m.Raw[s.Start:s.End]
	i := bytes.IndexByte(b, ':')
	if i < 0 {
		m.Problems = append(m.Problems, Problem{"no-colon", s, "this line has no field name"})
		return
	}
	m.Fields = append(m.Fields, Field{Name: string(bytes.TrimRight(b[:i], " \t")), Span: s, Value: Span{s.Start + i + 1, s.Start + len(bytes.TrimRight(b, "\r\n"))}})
}

func lineEnd(b []byte, from int) int {
	if i := bytes.IndexByte(b[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	return len(b)
}

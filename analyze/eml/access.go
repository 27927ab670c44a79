package eml

import (
	"bytes"
)

// Bytes returns the bytes of s, or nil where s does not lie inside the message. They must not be changed.
func (m *Message) Bytes(s Span) []byte {
	if s.Start < 0 || s.End > len(m.Raw) || s.Empty() {
		return nil
	}
	return m.Raw[s.Start:s.End:s.End]
}

// All returns every field of that name (any case), newest (topmost) first. The slice is shared: it must not be changed.
func (m *Message) All(name string) []Field {
	m.lazy.names.Do(func() { m.lazy.byName = newNameIndex(m.Fields) })
	return m.lazy.byName.all(name)
}

// First returns the topmost field of that name.
func (m *Message) First(name string) (Field, bool) {
	if all := m.All(name); len(all) > 0 {
		return all[0], true
	}
	return Field{}, false
}

// Unfold returns the value of f without its folds (RFC 5322 2.2.3) and outer white space; nothing is decoded.
func (m *Message) Unfold(f Field) string { return unfold(m.Bytes(f.Value)) }

func unfold(b []byte) string {
	b = bytes.Trim(b, " \t\r\n")
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') < 0 {
		return string(b)
	}
	out := make([]byte, 0, len(b))
	for _, c := range b {
		if c != '\r' && c != '\n' {
			out = append(out, c)
		}
	}
	return string(out)
}

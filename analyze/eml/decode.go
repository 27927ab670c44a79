package eml

import "strings"

// Decode returns the part's content with the transfer encoding undone and, for text, as UTF-8; at most limit bytes of it.
// What could not be decoded is said in AllProblems and returned as it stands. The bytes may be those of the message: they
// must not be changed. Memory stays under three times limit.
func (m *Message) Decode(p *Part, limit int) []byte {
	limit = max(limit, 0)
	content, whole := m.undoTransfer(p, limit)
	if !strings.HasPrefix(p.Type, "text/") {
		return content
	}
	if !whole { // a character may have been cut in half
		content = content[:len(content)-tornRune(content)]
	}
	text, kind := toUTF8(p.Charset, content, limit)
	switch {
	case kind == KindUnknownCharset:
		m.note(kind, p.Header, "the charset "+shorten(p.Charset)+" is not known")
	case kind != "" && (whole || len(text) >= limit):
		m.note(kind, p.Header, "bytes that are not of the charset "+shorten(p.Charset))
	}
	return text
}

// undoTransfer returns at most limit bytes of the content; whole is false where there is more.
func (m *Message) undoTransfer(p *Part, limit int) (content []byte, whole bool) {
	body, encoding, limit := m.Bytes(p.Body), p.Encoding, max(limit, 0)
	if p.isMultipart() || p.holdsMessage() && len(p.Children) > 0 {
		encoding = "" // RFC 2045 6.4: the parts are encoded, not what holds them
	}
	bad, enough := -1, min(limit, len(body))+1 // one more than asked for shows that there is more
	switch encoding {
	case "base64":
		content, bad = decodeBase64(body, enough)
		m.noteBad(KindBadBase64, p, bad)
	case "quoted-printable":
		content, bad = decodeQP(body, enough)
		m.noteBad(KindBadQP, p, bad)
	case "", "7bit", "8bit", "binary":
		content = body
	default:
		m.note(KindUnknownCTE, p.Header, "the transfer encoding "+shorten(encoding)+" is not known")
		content = body
	}
	return content[:min(len(content), limit)], len(content) <= limit
}

func (m *Message) noteBad(kind string, p *Part, at int) {
	if at >= 0 {
		at += p.Body.Start
		m.note(kind, Span{at, at + 1}, "not all of the body could be decoded; the first such byte stands here")
	}
}

// tornRune returns how many bytes at the end of b start a UTF-8 character that is not complete.
func tornRune(b []byte) int {
	for n := 1; n <= 3 && n <= len(b); n++ {
		c := b[len(b)-n]
		if c&0xC0 == 0x80 {
			continue
		}
		if c >= 0xF0 && n < 4 || c >= 0xE0 && n < 3 || c >= 0xC0 && n < 2 {
			return n
		}
		break
	}
	return 0
}

// shorten keeps what a note quotes from a message small.
func shorten(s string) string { return string(cut([]byte(s), 40)) }

// TextPart is a text that a client shows, decoded.
type TextPart struct {
	Part *Part
	Text []byte // UTF-8; must not be changed
	HTML bool
}

// Texts returns the text/plain and text/html parts that are no attachments, decoded, in the order of the message: together at most
// limit bytes. Texts of attached messages are not among them. Where a multipart/alternative holds both forms, both are returned.
func (m *Message) Texts(limit int) []TextPart {
	var out []TextPart
	m.Root().leaves(func(p *Part) {
		if !p.IsText() || limit <= 0 {
			return
		}
		text := m.Decode(p, limit)
		limit -= len(text)
		out = append(out, TextPart{p, text, p.Type == "text/html"})
	})
	return out
}

// Attachments returns what Texts leaves out: all parts without children that are no shown text, and attached messages.
func (m *Message) Attachments() []*Part {
	var out []*Part
	m.Root().leaves(func(p *Part) {
		if !p.IsText() {
			out = append(out, p)
		}
	})
	return out
}

// leaves calls f for every part that holds content of its own; an attached message is one such, whatever stands in it.
func (p *Part) leaves(f func(*Part)) {
	if len(p.Children) == 0 || p.holdsMessage() {
		f(p)
		return
	}
	for _, c := range p.Children {
		c.leaves(f)
	}
}

package compose

import (
	"encoding/base64"
	"fmt"
	"html"
	"mime"
	"mime/quotedprintable"
	"strings"
)

// Part is a node of the MIME structure. Text is decoded, with LF line ends.
type Part struct {
	Type     string // with parameters
	Encoding string // 7bit, 8bit, quoted-printable, base64
	Fields   []Field
	Text     string
	Boundary string
	Children []*Part
}

// encode returns the part's body with CRLF line ends.
func (p *Part) encode() string {
	if len(p.Children) > 0 {
		return p.encodeChildren()
	}
	text := strings.ReplaceAll(p.Text, "\n", "\r\n")
	switch p.Encoding {
	case "quoted-printable":
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte(text)) // a Builder does not fail
		_ = w.Close()
		return b.String()
	case "base64":
		return wrap64(base64.StdEncoding.EncodeToString([]byte(text)))
	}
	return text
}

func (p *Part) encodeChildren() string {
	var b strings.Builder
	for i, c := range p.Children {
		if i > 0 {
			b.WriteString("\r\n")
		}
		fmt.Fprintf(&b, "--%s\r\n", p.Boundary)
		for _, f := range c.header() {
			b.WriteString(f.Name + ": " + f.Value + "\r\n")
		}
		b.WriteString("\r\n" + c.encode())
	}
	fmt.Fprintf(&b, "\r\n--%s--\r\n", p.Boundary)
	return b.String()
}

// header returns the MIME fields of the part, for the part itself or for the message when it is the root.
func (p *Part) header() []Field {
	typ := p.Type
	if p.Boundary != "" {
		typ += ";\r\n\tboundary=\"" + p.Boundary + "\""
	}
	out := []Field{{"Content-Type", typ}}
	if p.Encoding != "" {
		out = append(out, Field{"Content-Transfer-Encoding", p.Encoding})
	}
	return append(out, p.Fields...)
}

func wrap64(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s + "\r\n"
}

// leaves returns the parts without children, in their order.
func (p *Part) leaves() []*Part {
	if len(p.Children) == 0 {
		return []*Part{p}
	}
	var out []*Part
	for _, c := range p.Children {
		out = append(out, c.leaves()...)
	}
	return out
}

// is reports whether the part is of the type, without looking at parameters.
func (p *Part) is(typ string) bool { return strings.HasPrefix(p.Type, typ) }

// word encodes a header text where it is not plain ASCII (RFC 2047).
func word(s string) string { return mime.QEncoding.Encode("utf-8", s) }

// wrapText breaks paragraphs at width, as mail programs do for plain text. Lines that begin with a space or "> " stay.
func wrapText(s string, width int) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if strings.HasPrefix(line, " ") || len(line) <= width {
			out = append(out, line)
			continue
		}
		cur := ""
		for _, w := range strings.Fields(line) {
			if cur != "" && len(cur)+1+len(w) > width {
				out = append(out, cur)
				cur = ""
			}
			cur = strings.TrimPrefix(cur+" "+w, " ")
		}
		out = append(out, cur)
	}
	return strings.Join(out, "\n")
}

// htmlOf makes a page of a plain text: paragraphs at blank lines, links where a line is an address of the web.
func htmlOf(text, css string) string {
	var b strings.Builder
	b.WriteString("<html>\n<head>\n<meta charset=\"utf-8\">\n")
	if css != "" {
		b.WriteString("<style>" + css + "</style>\n")
	}
	b.WriteString("</head>\n<body>\n")
	for para := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		p := html.EscapeString(para)
		if strings.HasPrefix(para, "http") && !strings.ContainsAny(para, " \n") {
			p = fmt.Sprintf("<a href=\"%s\">%s</a>", p, p)
		}
		b.WriteString("<p>" + strings.ReplaceAll(p, "\n", "<br>\n") + "</p>\n")
	}
	b.WriteString("</body>\n</html>\n")
	return b.String()
}

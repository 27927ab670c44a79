package eml

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// page takes the text out of a web page that was saved, or of which the source was pasted: "Show original" of a web mailer, or a viewer of
// messages. A message begins with a field and never with a tag.
func (d *doctor) page() {
	if !isPage(d.text) {
		return
	}
	t := pageText{r: &Rewrite{Given: d.text}}
	t.read(d.text)
	d.say(RepairPage, 0, "the text was taken out of a web page")
	d.apply(t.r)
}

// pageTags are the elements that saved pages begin with.
var pageTags = []string{"!doctype html", "html", "head", "body", "meta", "pre", "div", "table", "p", "span", "font"}

// isPage reports whether text begins with a tag of a web page, or with a comment before one.
func isPage(b []byte) bool {
	b = trimLoose(b[:min(len(b), 4<<10)])
	for bytes.HasPrefix(b, []byte("<!--")) {
		_, rest, ok := bytes.Cut(b, []byte("-->"))
		if !ok {
			return false
		}
		b = trimLoose(rest)
	}
	for _, tag := range pageTags {
		if n := len(tag) + 1; len(b) > n && b[0] == '<' && equalFold(string(b[1:n]), tag) && (b[n] == '>' || isSpace(b[n])) {
			return true
		}
	}
	return false
}

// pageText writes down what a reader of the page sees.
type pageText struct {
	r      *Rewrite
	pre    int       // depth of elements that keep their line ends
	hidden atom.Atom // the element whose text nobody sees, 0: none
}

// read goes through the page once. The tokenizer hands every byte out in order, so that the places of the text are known.
func (t *pageText) read(page []byte) {
	z := html.NewTokenizer(bytes.NewReader(page))
	for pos := 0; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		start := pos
		pos += len(z.Raw())
		switch kind {
		case html.TextToken:
			if t.hidden == 0 {
				t.text(page[start:pos], start)
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, _ := z.TagName()
			t.tag(atom.Lookup(name), kind, start)
		}
	}
}

// tag does what an element does to the lines.
func (t *pageText) tag(a atom.Atom, kind html.TokenType, at int) {
	opens := kind == html.StartTagToken
	switch a {
	case atom.Script, atom.Style, atom.Title, atom.Textarea, atom.Noscript:
		if a == atom.Textarea { // some viewers show the source in one
			t.keep(opens, at)
		} else if opens {
			t.hidden = a
		} else if t.hidden == a {
			t.hidden = 0
		}
	case atom.Pre:
		t.keep(opens, at)
	case atom.Br:
		t.r.Put("\n", at)
	case atom.Td, atom.Th:
		if !opens {
			t.r.Put("\t", at)
		}
	case atom.P, atom.Div, atom.Tr, atom.Table, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.Body, atom.Button:
		t.newLine(at)
	}
}

// keep begins or ends an element that keeps its line ends.
func (t *pageText) keep(opens bool, at int) {
	t.newLine(at)
	if opens {
		t.pre++
	} else {
		t.pre = max(0, t.pre-1)
	}
}

// newLine ends the line that is open.
func (t *pageText) newLine(at int) {
	if b := t.r.Bytes; len(b) > 0 && b[len(b)-1] != '\n' {
		t.r.Put("\n", at)
	}
}

// text copies text with its entities decoded. Outside of pre a line end is a space, and none at the start of a line. No blank line comes
// first: HTML drops the line end behind <pre>, too.
func (t *pageText) text(b []byte, at int) {
	for i := 0; i < len(b); {
		n := t.run(b[i:])
		t.r.Copy(at+i, at+i+n)
		if i += n; i >= len(b) {
			return
		}
		n, s := 1, ""
		switch {
		case b[i] == '&':
			n, s = entity(b[i:])
			s = strings.ReplaceAll(s, "\u00a0", " ")
		case !t.atStart():
			s = " "
		}
		t.r.Put(s, at+i)
		i += n
	}
}

// run returns how many bytes are copied as they are.
func (t *pageText) run(b []byte) int {
	for i, c := range b {
		ends := c == '\n' || c == '\r'
		switch {
		case c == '&', t.pre == 0 && (ends || i == 0 && isWhite(c) && t.atStart()), ends && i == 0 && len(t.r.Bytes) == 0:
			return i
		}
	}
	return len(b)
}

func (t *pageText) atStart() bool {
	n := len(t.r.Bytes)
	return n == 0 || t.r.Bytes[n-1] == '\n'
}

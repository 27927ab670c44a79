package checks

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Content reads subject, texts and links once, for all that judge words: heuristics, classifier, causes.
var Content = &analyze.Check{
	Name:  "content",
	Title: "what does the message say",
	Spec:  "RFC 2045, RFC 2046",
	Run:   func(p *analyze.Pass) (any, error) { return readContent(p.Message), nil },
}

// maxText bounds the decoded text that heuristics look at: what a person would read stands in the first 256 KB.
const maxText = 256 << 10

// maxLinks bounds the links kept; a newsletter has a few hundred.
const maxLinks = 2000

// Words is what a reader sees of a message.
type Words struct {
	Subject     string
	SubjectSpan eml.Span
	Texts       []Text
	Links       []Link
	HTML, Plain bool // which kinds of text there are
	Pictures    int  // <img> elements
	Scripts     bool // script, form or object elements
	Frames      bool // what loads another page in place: frame, base, refresh, javascript: and data: links
	Loud        bool // giant or red letters
	Hidden      int  // runs of text that HTML hides from the reader
	Comments    int  // HTML comments inside words
	Attachments []*eml.Part
	HeaderOnly  bool
	Shapes      []string // facts about the form, for the classifier

	subject string  // folded as the texts are
	found   [][]hit // by index of literal
	marks   marks
}

// Text is the visible text of one part, in lower case with white space folded.
type Text struct {
	Part    *eml.Part
	HTML    bool
	Visible string
}

// Link is one reference to the web: where it leads, and what the reader sees.
type Link struct {
	Href, Host, Shown string
	Part              *eml.Part
}

type hit struct{ text, pos int } // text -1: the subject

func readContent(m *eml.Message) *Words {
	w := &Words{HeaderOnly: m.HeaderOnly}
	if f, ok := m.First("Subject"); ok {
		w.Subject, w.SubjectSpan = m.Text(f), f.Value
	}
	w.walk(m, m.Root(), maxText)
	w.search()
	w.Shapes = shapes(m, w)
	return w
}

// walk reads the text parts below p, at most budget bytes of them, and returns what is left of the budget.
func (w *Words) walk(m *eml.Message, p *eml.Part, budget int) int {
	for _, c := range p.Children {
		budget = w.walk(m, c, budget)
	}
	switch {
	case len(p.Children) > 0 || strings.HasPrefix(p.Type, "multipart/"):
		return budget
	case p.Disposition == "attachment" || p.Filename != "" || !strings.HasPrefix(p.Type, "text/"):
		w.Attachments = append(w.Attachments, p)
		return budget
	case budget <= 0:
		return 0
	}
	text := m.Decode(p, budget)
	if p.Type == "text/html" {
		w.HTML = true
		w.readHTML(p, text)
	} else {
		w.Plain = true
		w.readPlain(p, string(text))
	}
	return budget - len(text)
}

func (w *Words) readPlain(p *eml.Part, text string) {
	w.Texts = append(w.Texts, Text{Part: p, Visible: fold(text)})
	w.marks.text(text)
	for rest := text; ; {
		i := strings.Index(rest, "://")
		if i < 0 || len(w.Links) >= maxLinks {
			return
		}
		start := i
		for start > 0 && isAlpha(rest[start-1]) {
			start--
		}
		end := i + 3
		for end < len(rest) && !strings.ContainsRune(" \t\r\n<>\"')]", rune(rest[end])) {
			end++
		}
		w.addLink(p, rest[start:end], "")
		rest = rest[end:]
	}
}

func (w *Words) addLink(p *eml.Part, href, shown string) {
	if host := hostOf(href); host != "" && len(w.Links) < maxLinks {
		w.Links = append(w.Links, Link{Href: href, Host: host, Shown: shown, Part: p})
	}
}

// hostOf returns the lower-case host of an http(s) URL, without user and port; empty for other references.
func hostOf(href string) string {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(href), "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return ""
	}
	rest = rest[:indexAnyOr(rest, "/?#\\", len(rest))]
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	if !strings.HasPrefix(rest, "[") {
		rest = rest[:indexAnyOr(rest, ":", len(rest))]
	}
	return strings.ToLower(strings.TrimSuffix(rest, "."))
}

func indexAnyOr(s, chars string, or int) int {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return i
	}
	return or
}

func isAlpha(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// readHTML collects what a reader would see, and what was hidden from him.
func (w *Words) readHTML(p *eml.Part, source []byte) {
	r := htmlReader{words: w, part: p}
	z := html.NewTokenizer(bytes.NewReader(source))
	z.SetMaxBuf(maxText)
	for {
		switch z.Next() {
		case html.ErrorToken:
			r.endLink()
			w.Texts = append(w.Texts, Text{Part: p, HTML: true, Visible: fold(r.text.String())})
			w.marks.text(r.text.String())
			return
		case html.TextToken:
			r.onText(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			r.onTag(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.onEnd(string(name))
		case html.CommentToken:
			r.onComment()
		}
	}
}

type htmlReader struct {
	words    *Words
	part     *eml.Part
	text     strings.Builder
	skip     string // inside this element nothing is shown
	hide     string // inside this element the style hides the text
	depth    int    // elements of the same name inside hide
	href     string
	linkFrom int
	comment  bool // the last token was a comment in the middle of a word
}

// onText takes text whose entities are resolved.
func (r *htmlReader) onText(s []byte) {
	if r.skip != "" {
		return
	}
	if r.hide != "" {
		if len(bytes.TrimSpace(s)) > 0 {
			r.words.Hidden++
		}
		return
	}
	if r.comment && len(s) > 0 && isAlpha(s[0]) {
		r.words.Comments++
	}
	r.comment = false
	r.text.Write(s)
}

func (r *htmlReader) onComment() {
	r.words.marks.add("html-comment")
	t := r.text.String()
	r.comment = len(t) > 0 && isAlpha(t[len(t)-1])
}

func (r *htmlReader) onTag(z *html.Tokenizer) {
	upper := isUpperTag(z.Raw())
	name, more := z.TagName()
	tag := string(name)
	r.words.marks.tag(tag, upper)
	var href, style string
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		r.words.marks.attribute(tag, key, value)
		switch string(key) {
		case "href", "action":
			href = string(value)
			r.words.Frames = r.words.Frames || isScheme(value, "javascript:") || isScheme(value, "data:text/html")
		case "http-equiv":
			r.words.Frames = r.words.Frames || strings.EqualFold(string(value), "refresh")
		case "size", "color":
			r.words.Loud = r.words.Loud || loud[strings.ToLower(string(value))]
		case "style":
			style = string(value)
		}
	}
	switch tag {
	case "style", "title", "noscript":
		r.skip = tag
	case "script", "form", "object", "embed", "iframe", "frame":
		r.words.Frames = r.words.Frames || tag == "iframe" || tag == "frame"
		r.words.Scripts = true
		if tag == "script" {
			r.skip = tag
		}
	case "base", "blink", "marquee":
		r.words.Frames = r.words.Frames || tag == "base"
		r.words.Loud = r.words.Loud || tag != "base"
	case "img":
		r.words.Pictures++
	case "a", "area":
		r.endLink()
		r.href, r.linkFrom = href, r.text.Len()
	case "br", "p", "div", "tr", "td", "li", "table", "h1", "h2", "h3":
		r.text.WriteByte('\n')
	}
	if r.hide == tag {
		r.depth++
	} else if r.hide == "" && hides(style) && !isVoid(tag) {
		r.hide, r.depth = tag, 1
	}
}

// loud are values of size and color that shout.
var loud = map[string]bool{"+4": true, "+5": true, "+6": true, "6": true, "7": true, "red": true, "#ff0000": true, "#f00": true}

func isScheme(value []byte, scheme string) bool {
	return len(value) >= len(scheme) && strings.EqualFold(string(value[:len(scheme)]), scheme)
}

func isVoid(tag string) bool { return tag == "img" || tag == "br" || tag == "hr" || tag == "input" }

// hides says whether a style keeps text from the reader. A preheader is hidden on purpose by good newsletters, too, so a run or two
// of hidden text says nothing.
func hides(style string) bool {
	if style == "" {
		return false
	}
	s := strings.ToLower(strings.ReplaceAll(style, " ", ""))
	return strings.Contains(s, "display:none") || strings.Contains(s, "visibility:hidden") || strings.Contains(s, "font-size:0") ||
		strings.Contains(s, "font-size:1px")
}

func (r *htmlReader) onEnd(tag string) {
	if r.skip == tag {
		r.skip = ""
	}
	if r.hide == tag {
		if r.depth--; r.depth <= 0 {
			r.hide = ""
		}
	}
	if tag == "a" {
		r.endLink()
	}
}

func (r *htmlReader) endLink() {
	if r.href != "" {
		r.words.addLink(r.part, r.href, strings.TrimSpace(r.text.String()[r.linkFrom:]))
	}
	r.href = ""
}

// fold writes text in lower case with every run of white space as one blank.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == ' ' || c >= '\t' && c <= '\r':
				if !space {
					b.WriteByte(' ')
				}
				space = true
				continue
			case c >= 'A' && c <= 'Z':
				c |= 0x20
			}
			space = false
			b.WriteByte(c)
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// literals is the one search structure of all heuristics, built when the first message is read.
var literals = sync.OnceValue(func() *automaton {
	var list []string
	for _, h := range phrases() {
		list = append(list, h.literals...)
	}
	return newAutomaton(list)
})

// maxHits bounds the places kept for one literal: a test looks at a few of them, never at all.
const maxHits = 8

// search runs over subject and texts once and notes where each literal stands.
func (w *Words) search() {
	w.found = make([][]hit, literalCount())
	note := func(text int, s string) {
		literals().walk(s, func(literal, start int) {
			if len(w.found[literal]) < maxHits {
				w.found[literal] = append(w.found[literal], hit{text, start})
			}
		})
	}
	w.subject = fold(w.Subject)
	note(-1, w.subject)
	for i, t := range w.Texts {
		note(i, t.Visible)
	}
}

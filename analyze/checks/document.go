package checks

import (
	"math/bits"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/reputation"
)

// Document is what the content classifier reads of a message: for learning, outside a run.
func Document(in *analyze.Input) *bayes.Document { return document(in, readContent(in.Message), true) }

// TextDocument is Document without hosts and routes, which the embedded model does not know.
func TextDocument(m *eml.Message) *bayes.Document { return textDocument(readContent(m)) }

func textDocument(w *Words) *bayes.Document {
	d := &bayes.Document{Subject: w.subject, Shapes: w.Shapes}
	for _, t := range w.Texts {
		d.Texts = append(d.Texts, t.Visible)
	}
	return d
}

// document leaves out what only own mail teaches where nothing was learnt.
func document(in *analyze.Input, w *Words, learnt bool) *bayes.Document {
	d := textDocument(w)
	if !learnt {
		return d
	}
	d.Routes = routes(in)
	seen := map[string]bool{}
	for _, l := range w.Links {
		if !seen[l.Host] {
			seen[l.Host] = true
			d.Hosts = append(d.Hosts, l.Host)
		}
	}
	return d
}

// marks collect facts about the form while the text is read: each once.
type marks struct {
	seen                         map[string]bool
	list                         []string
	buf                          []byte
	upper, letters, bangs, money int
}

const (
	maxMarks = 400 // kept of a message: real mail has at most 150 different ones
	maxMark  = 60  // bytes of one
	maxValue = 20  // bytes of an attribute's value that is a habit, and no address
)

func (k *marks) add(s string) {
	if k.seen == nil {
		k.seen = make(map[string]bool, 64)
	}
	if len(k.list) < maxMarks && !k.seen[s] {
		k.seen[s] = true
		k.list = append(k.list, s)
	}
}

// addBytes allocates only for what is new.
func (k *marks) addBytes(b []byte) {
	if len(b) <= maxMark && !k.seen[string(b)] {
		k.add(string(b))
	}
}

func (k *marks) tag(name string, upper bool) {
	k.buf = append(append(k.buf[:0], "tag:"...), name...)
	k.addBytes(k.buf)
	if upper {
		k.addBytes(append(k.buf[:0], "tags-in-capitals"...))
	}
}

func (k *marks) attribute(tag string, key, value []byte) {
	k.buf = append(append(append(append(k.buf[:0], "attribute:"...), tag...), ' '), key...)
	k.addBytes(k.buf)
	if len(value) < maxValue && string(key) != "href" && string(key) != "src" {
		k.buf = append(append(append(append(k.buf[:0], "value:"...), key...), '='), value...)
		for i, c := range k.buf {
			if c >= 'A' && c <= 'Z' {
				k.buf[i] = c | 0x20
			}
		}
		k.addBytes(k.buf)
	}
}

func isUpperTag(raw []byte) bool { return len(raw) > 1 && raw[1] >= 'A' && raw[1] <= 'Z' }

// text counts what folding loses.
func (k *marks) text(s string) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			k.letters++
		case c >= 'A' && c <= 'Z':
			k.letters++
			k.upper++
		case c == '!':
			k.bangs++
		case c == '$':
			k.money++
		}
	}
}

// shapes are facts about the form of the message that need no words. None names a host, a path, a list or a date.
func shapes(m *eml.Message, w *Words) []string {
	k := &w.marks
	k.add("type:" + m.Root().Type)
	for _, f := range []struct {
		is   bool
		name string
	}{
		{w.HTML && !w.Plain, "html-only"}, {w.HTML && w.Plain, "html-and-text"}, {w.Scripts, "script-or-form"}, {w.Hidden > 0, "hidden-text"},
		{w.Comments > 0, "comments-in-words"}, {len(w.Attachments) > 0, "attachments"},
	} {
		if f.is {
			k.add(f.name)
		}
	}
	length := 0
	for _, t := range w.Texts {
		length += len(t.Visible)
		k.add("charset:" + t.Part.Charset)
		k.add("encoding:" + t.Part.Encoding)
	}
	k.size("capitals", k.upper*200/(k.letters+1))
	k.size("exclamations", k.bangs*2000/(length+1))
	k.size("dollars", k.money*2000/(length+1))
	k.size("length", length)
	k.size("links", len(w.Links))
	k.size("pictures", w.Pictures)
	for _, l := range w.Links {
		k.link(l)
	}
	author, from := firstAuthor(m)
	k.leads(w.Links, from)
	k.header(m, author, from)
	k.order(m)
	return k.list
}

// firstAuthor returns the first From address and its organisational domain; nil and "": there is none.
func firstAuthor(m *eml.Message) (author *eml.Address, organisational string) {
	if f, ok := m.First("From"); ok {
		if list := m.Addresses(f); len(list) > 0 {
			return &list[0], organisation(list[0].Domain)
		}
	}
	return nil, ""
}

// leads tells whether links lead to the sender himself, and to how many others. Each host is asked once.
func (k *marks) leads(links []Link, from string) {
	hosts, organisations, own := map[string]bool{}, map[string]bool{}, 0
	for _, l := range links {
		if !hosts[l.Host] {
			hosts[l.Host] = true
			o := organisation(l.Host)
			organisations[o] = true
			if o == from {
				own++
			}
		}
	}
	k.size("link-hosts", len(hosts))
	k.size("link-organisations", len(organisations))
	switch own {
	case 0:
		k.add("links-own:none")
	case len(hosts):
		k.add("links-own:all")
	default:
		k.add("links-own:some")
	}
}

// ordered are the fields that a mail program writes itself: which stands before which is its hand.
var ordered = map[string]bool{"from": true, "to": true, "cc": true, "subject": true, "date": true, "message-id": true, "mime-version": true, "content-type": true,
	"x-mailer": true, "user-agent": true, "reply-to": true, "x-priority": true, "content-transfer-encoding": true, "x-msmail-priority": true, "references": true, "in-reply-to": true}

// order marks pairs of them that follow each other, whatever others wrote in between.
func (k *marks) order(m *eml.Message) {
	last := ""
	for _, f := range m.Fields {
		if name := strings.ToLower(f.Name); ordered[name] {
			if last != "" {
				k.add("order:" + last + ">" + name)
			}
			last = name
		}
	}
}

// sizes names the powers of two.
const sizes = "0123456789abcdefghijklmnopqrstuvwxyz"

func (k *marks) size(name string, n int) {
	i := bits.Len(uint(n))
	k.add(name + ":" + sizes[min(i, 35):min(i, 35)+1])
}

// link tells how addresses are built, not where they lead.
func (k *marks) link(l Link) {
	_, rest, _ := strings.Cut(l.Href, "://")
	_, path, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(l.Host, '.'); i >= 0 && len(l.Host)-i < 8 {
		k.add("link-ends:" + l.Host[i:])
	}
	k.size("link-labels", strings.Count(l.Host, "."))
	if strings.Contains(path, "?") {
		k.add("link-query")
	}
	for i, n := 0, 0; i < len(path) && n < 8; n++ {
		start := i
		for i < len(path) && isAlpha(path[i]) {
			i++
		}
		if i-start > 1 && i-start < 15 {
			k.add("link-word:" + strings.ToLower(path[start:i]))
		}
		for i < len(path) && !isAlpha(path[i]) {
			i++
		}
	}
}

// habits are fields that some mail programs write. Those of lists, routes and filters are not among them. That one is missing is no mark: most of
// these programs are gone.
var habits = []string{"Reply-To", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "In-Reply-To", "References", "X-Mailer", "User-Agent",
	"Organization", "X-Priority", "X-MSMail-Priority", "Importance", "X-MimeOLE", "Cc", "To", "X-Accept-Language", "Content-Disposition", "Priority"}

func (k *marks) header(m *eml.Message, author *eml.Address, from string) {
	for _, name := range habits {
		if f, ok := m.First(name); ok {
			k.add("field:" + f.Name)
		}
	}
	if f, ok := m.First("From"); ok {
		k.add("from-quoted:" + yesNo(strings.Contains(m.Text(f), "\"")))
	}
	if author != nil {
		k.add("from-mailbox:" + form(author.Local, 12))
		k.add("from-name:" + yesNo(author.Name != ""))
	}
	if f, ok := m.First("To"); ok {
		list := m.Addresses(f)
		k.size("recipients", len(list))
		if len(list) > 0 {
			k.add("to-name:" + yesNo(list[0].Name != ""))
			k.add("to-name-is-mailbox:" + yesNo(strings.EqualFold(list[0].Name, list[0].Local)))
		}
	}
	k.messageID(m, from)
	k.contentType(m)
	k.subject(m)
}

// needed returns the text of a field that every mail program writes, and marks that it is missing.
func (k *marks) needed(m *eml.Message, name string) (text string, ok bool) {
	f, ok := m.First(name)
	if !ok {
		k.add("without:" + name)
		return "", false
	}
	return m.Text(f), true
}

// messageID tells how the identifier is built, and whether the sender's own domain gave it.
func (k *marks) messageID(m *eml.Message, from string) {
	t, ok := k.needed(m, "Message-ID")
	if !ok {
		return
	}
	k.add("message-id:" + form(t, 12))
	_, host, ok := strings.Cut(strings.Trim(t, "<> "), "@")
	switch {
	case !ok:
		k.add("message-id-host:none")
	case organisation(host) == from:
		k.add("message-id-host:own")
	case !strings.Contains(host, "."):
		k.add("message-id-host:bare")
	default:
		k.add("message-id-host:other")
	}
}

func (k *marks) contentType(m *eml.Message) {
	f, ok := m.First("Content-Type")
	if !ok {
		return
	}
	t := m.Text(f)
	k.add("content-type:" + form(t, 20))
	if i := strings.Index(strings.ToLower(t), "boundary="); i >= 0 {
		k.add("boundary:" + form(t[i+len("boundary="):], 8))
	}
}

func (k *marks) subject(m *eml.Message) {
	t, ok := k.needed(m, "Subject")
	if !ok {
		return
	}
	k.add("subject:" + form(t, 3))
	upper := 0
	for i := 0; i < len(t); i++ {
		if t[i] >= 'A' && t[i] <= 'Z' {
			upper++
		}
	}
	k.size("subject-capitals", upper*20/(len(t)+1))
	k.size("subject-length", len(t))
	for _, mark := range []string{"!", "?"} {
		if strings.HasSuffix(t, mark) {
			k.add("subject-ends:" + mark)
		}
	}
	if strings.Contains(t, "   ") {
		k.add("subject-gap")
	}
	words := strings.Fields(t)
	k.size("subject-words", len(words))
	if len(words) > 0 {
		k.add("subject-first:" + form(words[0], 12))
		k.add("subject-last:" + form(words[len(words)-1], 12))
	}
	if len(t) > 3 && strings.EqualFold(t[:3], "re:") {
		_, replies := m.First("In-Reply-To")
		_, refers := m.First("References")
		k.add("subject-reply:" + yesNo(replies || refers))
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// form writes s as runs of kinds of characters, at most n of them: "Xk3.Yz" is "Aa0.Aa".
func form(s string, n int) string {
	var out []byte
	for i := 0; i < len(s) && len(out) < n; i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			c = '0'
		case c >= 'a' && c <= 'z':
			c = 'a'
		case c >= 'A' && c <= 'Z':
			c = 'A'
		case c >= 0x80:
			c = '*'
		}
		if len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return string(out)
}

// maxRoutes bounds what is learnt of a header: real ones have 60 fields.
const maxRoutes = 200

// routes are where a message came from and which fields it has. Only the user's own mail teaches them.
func routes(in *analyze.Input) []string {
	h := in.Trace.Handover
	out := []string{"from:" + in.FromDomain(), "helo:" + strings.ToLower(h.Helo), "rdns:" + organisation(h.RDNS)}
	if h.IP.IsValid() {
		out = append(out, "net:"+reputation.Network(h.IP).String())
	}
	seen := map[string]bool{}
	for _, f := range in.Message.Fields {
		if name := strings.ToLower(f.Name); !seen[name] && len(out) < maxRoutes {
			seen[name] = true
			out = append(out, "field:"+name)
		}
	}
	return out
}

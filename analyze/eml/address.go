package eml

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Limits of an address field.
const (
	maxAddresses    = 2_000   // Exchange allows 1,000 recipients in a message
	maxAddressBytes = 1 << 20 // of one field
	maxGroupName    = 256
	maxLiteral      = 100 // of "[IPv6:...]": the longest has 53 bytes
)

// Address is one mailbox of an address field (RFC 5322 3.4). Domain is lower case (A-label as written); Local keeps its case.
type Address struct {
	Name   string // display name, decoded; a comment behind a bare address counts as one
	Local  string // without quotes where it needs none
	Domain string
	Group  string // name of the group that it stands in
	Span   Span   // the address itself, without name and brackets
}

// String returns local@domain.
func (a Address) String() string { return a.Local + "@" + a.Domain }

// InName returns the address that the display name holds, such as boss@example.com in
// "boss@example.com" <other@example.net>: many clients show nothing else. False where it holds none.
func (a Address) InName() (Address, bool) {
	for word := range strings.FieldsFuncSeq(a.Name, func(r rune) bool { return strings.ContainsRune(" \t\"'<>()[],;:", r) }) {
		word = strings.ReplaceAll(word, "\uFF20", "@") // full width
		local, domain, ok := cutLast(word, '@')
		domain = strings.ToLower(strings.Trim(domain, "."))
		if ok && local != "" && strings.Contains(domain, ".") {
			return Address{Local: local, Domain: domain}, true
		}
	}
	return Address{}, false
}

func cutLast(s string, c byte) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, c)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// Addresses reads an address field: groups, comments, quoted local parts, and what real mail makes of them. It never fails; what was
// odd stands in AllProblems. At most maxAddresses are returned.
func (m *Message) Addresses(f Field) []Address {
	end := min(f.Value.End, f.Value.Start+maxAddressBytes)
	r := addressReader{m: m, raw: m.Raw[:max(end, 0)], pos: f.Value.Start}
	if m.Bytes(f.Value) == nil {
		return nil
	}
	for r.pos < end && len(r.list) < maxAddresses {
		r.entry()
	}
	if r.pos < f.Value.End {
		r.m.note(KindAddressList, Span{r.pos, f.Value.End}, "addresses from here on were not read")
	}
	return r.list
}

// addressReader reads an address list byte by byte where it stands, so that every span is right.
type addressReader struct {
	m     *Message
	raw   []byte // up to the end of what is read
	pos   int
	list  []Address
	group string

	noQuote, noComment bool // an opening one that never closes has been met: from there on they are plain text
}

// entry reads up to the next separator: a mailbox, the head of a group, the end of one, or several mailboxes without a comma.
func (r *addressReader) entry() {
	e := entry{start: -1}
	for r.pos < len(r.raw) {
		switch c := r.raw[r.pos]; {
		case c == ',' || c == ';':
			r.finish(&e)
			if c == ';' {
				r.group = ""
			}
			r.pos++
			return
		case c == ':' && !e.hasAt && e.start >= 0 && len(e.bare) == 0:
			r.group = phrase(r.raw[e.start:min(r.pos, e.start+maxGroupName)])
			r.pos++
			return
		case c == '<':
			r.angle(&e)
		case c == '(':
			r.comment(&e)
		case isSpace(c):
			r.pos++
			e.gap = true
		default:
			r.text(&e)
		}
		if len(e.bare) >= maxAddresses {
			break
		}
	}
	r.finish(&e)
}

// entry is what has been read since the last separator.
type entry struct {
	start, end int    // everything before the angle bracket: a display name, unless bare addresses are in it
	word       Span   // the last word
	hasAt      bool   // the last word holds an "@" outside quotes
	gap        bool   // white space or a comment since then
	bare       []bare // finished words with an "@"
	comment    []byte // the last comment
	angle      bool   // an address in brackets has been read
}

// bare is an address without brackets, and where the words before it start: its name, perhaps.
type bare struct {
	at        Span
	nameStart int
}

// text reads one run of text or a quoted string and joins it to the word before, where both belong to one address.
func (r *addressReader) text(e *entry) {
	start := r.pos
	r.pos = r.textEnd(start)
	run := Span{start, r.pos}
	at := r.raw[start] != '"' && bytes.IndexByte(r.raw[start:r.pos], '@') >= 0
	if e.start < 0 {
		e.start = start
		e.word, e.hasAt = run, at
	} else if r.joins(e, run) {
		e.word.End, e.hasAt = run.End, e.hasAt || at
	} else {
		r.endWord(e)
		e.word, e.hasAt = run, at
	}
	e.end, e.gap = r.pos, false
}

// joins reports whether run goes on with the last word: nothing between them, or obsolete white space (RFC 5322 4.4) around "@" or
// around a "." of the domain.
func (r *addressReader) joins(e *entry, run Span) bool {
	if !e.gap {
		return true
	}
	last, first := r.raw[e.word.End-1], r.raw[run.Start]
	return last == '@' || first == '@' || e.hasAt && (last == '.' || first == '.')
}

// endWord keeps the last word if it is an address.
func (r *addressReader) endWord(e *entry) {
	if e.hasAt {
		nameStart := e.start
		if n := len(e.bare); n > 0 {
			nameStart = e.bare[n-1].at.End
		}
		e.bare = append(e.bare, bare{e.word, nameStart})
	}
	e.hasAt = false
}

// textEnd returns the end of the run of text at pos: a quoted string, an encoded word, a domain literal, or plain characters.
func (r *addressReader) textEnd(pos int) int {
	switch c := r.raw[pos]; {
	case c == '"' && !r.noQuote:
		if _, end, ok := readQuoted(r.raw, pos); ok {
			return end
		}
		r.noQuote = true
	case c == '=' && bytes.HasPrefix(r.raw[pos:], []byte("=?")):
		if w, n := readWord(r.raw[pos:]); n > 0 && !bytes.ContainsAny(w.text, " \t\r\n<") {
			return pos + n
		}
	case c == '[':
		if i := bytes.IndexAny(r.raw[pos:min(len(r.raw), pos+maxLiteral)], "]<>,; \n"); i > 0 && r.raw[pos+i] == ']' {
			return pos + i + 1
		}
	}
	for pos++; pos < len(r.raw); pos++ {
		switch c := r.raw[pos]; {
		case isSpace(c) || c == '<' || c == ',' || c == ';' || c == ':' || c == '(' || c == '[' || c == '"' && !r.noQuote:
			return pos
		}
	}
	return pos
}

// comment skips a comment and keeps it: "a@example.com (A. Person)" is the oldest way to write a name.
func (r *addressReader) comment(e *entry) {
	e.gap = true
	if !r.noComment {
		if end := skipComment(r.raw, r.pos); r.raw[end-1] == ')' && end > r.pos+1 {
			e.comment = r.raw[r.pos+1 : end-1]
			r.pos = end
			return
		}
		r.noComment = true
	}
	r.pos++
}

// angle reads "<...>": an address, with the obsolete route before it (RFC 5322 4.4), or nothing.
func (r *addressReader) angle(e *entry) {
	open := r.pos
	start := open + 1
	for start < len(r.raw) && (isSpace(r.raw[start]) || r.raw[start] == '<') {
		start++
	}
	end := r.angleEnd(start)
	r.pos = end
	if end < len(r.raw) && r.raw[end] == '>' {
		for r.pos < len(r.raw) && r.raw[r.pos] == '>' {
			r.pos++
		}
	} else {
		r.m.note(KindOpenBracket, Span{open, end}, "the bracket is never closed")
	}
	at := Span{start, end}
	if start < end && r.raw[start] == '@' {
		if i := bytes.IndexByte(r.raw[start:end], ':'); i >= 0 {
			at.Start += i + 1
		}
	}
	name := ""
	if e.start >= 0 {
		name = phrase(r.raw[e.start:e.end])
	}
	r.add(at, name)
	*e = entry{start: -1, angle: true}
}

// angleEnd returns the offset of ">", or of what ends an address in brackets that never close.
func (r *addressReader) angleEnd(pos int) int {
	route := pos < len(r.raw) && r.raw[pos] == '@'
	for pos < len(r.raw) {
		switch c := r.raw[pos]; {
		case c == '>' || c == '<', c == ';' && !route, c == ',' && !route:
			return pos
		case c == ':':
			route = false
			pos++
		case c == '"' && !r.noQuote:
			pos = r.textEnd(pos)
		case c == '(' && !r.noComment:
			end := skipComment(r.raw, pos)
			if r.raw[end-1] != ')' {
				r.noComment = true
				end = pos + 1
			}
			pos = end
		default:
			pos++
		}
	}
	return pos
}

// finish turns what was read without brackets into addresses.
func (r *addressReader) finish(e *entry) {
	if e.start < 0 {
		return
	}
	r.endWord(e)
	if len(e.bare) == 0 {
		if !e.angle {
			r.m.note(KindNoAt, Span{e.start, e.end}, "no \"@\": left out")
		}
		return
	}
	for _, b := range e.bare {
		name := phrase(r.raw[b.nameStart:b.at.Start])
		if name == "" && len(e.bare) == 1 {
			name, _ = decodeText(e.comment)
		}
		r.add(b.at, name)
	}
}

// add keeps the address that stands in at.
func (r *addressReader) add(at Span, name string) {
	for at.End > at.Start && isSpace(r.raw[at.End-1]) {
		at.End--
	}
	for at.Start < at.End && isSpace(r.raw[at.Start]) {
		at.Start++
	}
	if at.Empty() {
		return // "<>"
	}
	local, domain, ats := splitAddress(r.raw[at.Start:at.End])
	if local == "" || domain == "" {
		r.m.note(KindNoAt, at, "an address without one of its sides: left out")
		return
	}
	if ats > 1 {
		r.m.note(KindSeveralAt, at, "more than one \"@\": the last one counts here, the first one for others")
	}
	r.list = append(r.list, Address{Name: name, Local: local, Domain: domain, Group: r.group, Span: at})
}

// splitAddress cuts at the last "@" outside quotes. Comments and obsolete white space are no part of either side.
func splitAddress(b []byte) (local, domain string, ats int) {
	clean := make([]byte, 0, len(b))
	cut := -1
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			text, end, ok := readQuoted(b, i)
			if !ok { // never closed
				clean = append(clean, b[i:]...)
				i = len(b)
				continue
			}
			clean = appendLocal(clean, text, b[i:end])
			i = end
			continue
		case c == '(':
			i = skipComment(b, i)
			continue
		case c == '@':
			ats++
			cut = len(clean)
			clean = append(clean, c)
		case !isSpace(c):
			clean = append(clean, c)
		}
		i++
	}
	if cut < 0 {
		return "", "", 0
	}
	local, _ = validText(clean[:cut])
	domain, _ = validText(clean[cut+1:])
	return local, strings.TrimSuffix(strings.ToLower(domain), "."), ats
}

// appendLocal takes the quotes off where the text needs none: "jo"@example.com is jo@example.com (RFC 5321 4.1.2).
func appendLocal(out, text, quoted []byte) []byte {
	for _, c := range text {
		plain := c >= utf8.RuneSelf || isToken(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~.", c) >= 0
		if !plain {
			return appendUnfolded(out, quoted)
		}
	}
	if len(text) == 0 || text[0] == '.' || text[len(text)-1] == '.' {
		return appendUnfolded(out, quoted)
	}
	return append(out, text...)
}

// phrase reads a display name: quotes and comments go, folds and runs of white space become one space, words are decoded. Words are
// decoded in quotes as well, which RFC 2047 5 forbids and everybody does.
func phrase(b []byte) string {
	var out []byte
	comments := true
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			if text, end, ok := readQuoted(b, i); ok {
				out = append(out, text...)
				i = end
				continue
			}
			out = append(out, b[i:]...)
			i = len(b)
			continue
		case c == '(' && comments:
			end := skipComment(b, i)
			if b[end-1] == ')' {
				i = end
				continue
			}
			comments = false
			out = append(out, c)
		case isSpace(c):
			if len(out) > 0 && out[len(out)-1] != ' ' {
				out = append(out, ' ')
			}
		default:
			out = append(out, c)
		}
		i++
	}
	text, _ := decodeText(out)
	return strings.TrimSpace(text)
}

package trace

import (
	"strings"
	"sync"
)

const (
	maxValue  = 16 << 10 // longer than any MTA's line: Exim cuts a header line at 4 KiB here, and RFC 5322 lines at 998
	maxTokens = 96       // the longest line seen, with every option on, has 40
)

// clause is one part of a line (RFC 5321 4.4): a key word and what follows it.
type clause int

const (
	head clause = iota // what stands before the first key word
	from
	by
	via
	with
	id
	forr
	again // a second "from", after "for": XMail's envelope sender
	clauses
)

var keys = [clauses]string{"", "from", "by", "via", "with", "id", "for", ""}

// tok is a word, or a comment without its brackets: a range of line.s.
type tok struct {
	start, end int
	note       bool // a comment
}

// line is a Received value cut into clauses. It is filled by cut and reused.
type line struct {
	s    string
	toks [maxTokens]tok
	n    int
	layout
}

// layout is where the clauses stand. A dialect may move an end while it reads, so each gets a fresh copy.
type layout struct {
	part  [clauses]struct{ from, to int } // token ranges; empty: the clause is not there
	has   [clauses]bool
	ended bool   // there is a semicolon
	date  string // what follows the semicolon
	used  int    // tokens below this were read as the peer: no note is looked for in them
}

var lines = sync.Pool{New: func() any { return new(line) }}

// cut splits v into tokens and clauses. It is linear. false: brackets or quotes do not close, or a clause stands twice: then
// somebody's text may have broken out of its slot, and nothing in the line can be placed.
func (l *line) cut(v string) bool {
	if len(v) > maxValue {
		return false
	}
	l.s, l.n, l.layout = v, 0, layout{}
	for i := 0; i < len(v); {
		switch c := v[i]; {
		case blank(c) || c == ',':
			i++
		case c == ';' && l.misplaced(i):
			i++
		case c == ';':
			l.date, l.ended = v[i+1:], true
			return l.split()
		case l.n == maxTokens || c == ')':
			return false
		case c == '(':
			end := commentEnd(v, i)
			if end < 0 {
				return false
			}
			l.add(tok{i + 1, end - 1, true})
			i = end
		default:
			end := wordEnd(v, i)
			if end < 0 {
				return false
			}
			l.add(tok{i, i + len(strings.TrimRight(v[i:end], ",")), false})
			i = end
		}
	}
	return l.split()
}

func (l *line) add(t tok) { l.toks[l.n] = t; l.n++ }

// misplaced says whether the semicolon at i is SquirrelMail's, which stands before "by".
func (l *line) misplaced(i int) bool {
	return l.n > 0 && l.toks[l.n-1].note && strings.Contains(l.text(l.toks[l.n-1]), " authenticated user ") &&
		strings.HasPrefix(strings.TrimLeft(l.s[i+1:], " \t"), "by ")
}

// split assigns the tokens to clauses. The token after a key word is always its value: a peer that says HELO by stays a peer.
func (l *line) split() bool {
	cur, start := head, 0
	for i := 0; i < l.n; i++ {
		t := l.toks[i]
		k := l.key(t)
		if k == head || i == start && cur != head {
			continue
		}
		if l.has[k] {
			switch {
			case k == from && cur == forr:
				k = again
			case k == from || k == by:
				return false
			default:
				continue // "with ESMTP with STARTTLS": a word of the clause it stands in
			}
		}
		l.part[cur].to = i
		cur, start, l.has[k] = k, i+1, true
		l.part[cur].from = i + 1
	}
	l.part[cur].to = l.n
	return true
}

func (l *line) key(t tok) clause {
	if t.note || t.end-t.start > 4 {
		return head
	}
	for k := from; k <= forr; k++ {
		if strings.EqualFold(l.s[t.start:t.end], keys[k]) {
			return k
		}
	}
	return head
}

func (l *line) text(t tok) string { return l.s[t.start:t.end] }

// nth returns the index of the n-th word (or comment) of a clause, from 0; -1 when there is none.
func (l *line) nth(c clause, n int, note bool) int {
	for i := l.part[c].from; i < l.part[c].to; i++ {
		if l.toks[i].note == note {
			if n == 0 {
				return i
			}
			n--
		}
	}
	return -1
}

// word returns the n-th word of a clause, or "".
func (l *line) word(c clause, n int) string {
	if i := l.nth(c, n, false); i >= 0 {
		return l.text(l.toks[i])
	}
	return ""
}

// note returns the n-th comment of a clause, or "".
func (l *line) note(c clause, n int) string {
	if i := l.nth(c, n, true); i >= 0 {
		return l.text(l.toks[i])
	}
	return ""
}

// noted says whether a comment of the clause begins with prefix.
func (l *line) noted(c clause, prefix string) bool {
	for i := l.part[c].from; i < l.part[c].to; i++ {
		if l.toks[i].note && strings.HasPrefix(l.text(l.toks[i]), prefix) {
			return true
		}
	}
	return false
}

// count returns the number of words of a clause.
func (l *line) count(c clause) int {
	n := 0
	for i := l.part[c].from; i < l.part[c].to; i++ {
		if !l.toks[i].note {
			n++
		}
	}
	return n
}

// phrase returns the words of a clause up to its first comment behind a word, as they stand.
func (l *line) phrase(c clause) string {
	i := l.nth(c, 0, false)
	if i < 0 {
		return ""
	}
	j := i
	for j+1 < l.part[c].to && !l.toks[j+1].note {
		j++
	}
	return strings.TrimRight(l.s[l.toks[i].start:l.toks[j].end], ",")
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// commentEnd returns the offset after the comment that opens at i, or -1. In an envelope sender a quoted local part is skipped
// whole: Exim writes it as the peer sent it, brackets and all.
func commentEnd(v string, i int) int {
	depth, path := 0, false
	for j := i; j < len(v); j++ {
		switch v[j] {
		case '\\':
			j++
		case '(':
			depth++
			path = strings.HasPrefix(v[j+1:], `envelope-from <"`) || strings.HasPrefix(v[j+1:], `envelope-sender <"`)
		case ')':
			if depth--; depth == 0 {
				return j + 1
			}
		case '"':
			if path {
				if j = quoteEnd(v, j); j < 0 {
					return -1
				}
				j--
				path = false
			}
		}
	}
	return -1
}

// quoteEnd returns the offset after the quoted string that opens at i, or -1.
func quoteEnd(v string, i int) int {
	for j := i + 1; j < len(v); j++ {
		switch v[j] {
		case '\\':
			j++
		case '"':
			return j + 1
		}
	}
	return -1
}

// wordEnd returns the offset after the word at i, or -1. A quoted local part and a few known literals hold blanks.
func wordEnd(v string, i int) int {
	switch {
	case v[i] == '"' || strings.HasPrefix(v[i:], `<"`):
		if i = quoteEnd(v, i+strings.IndexByte(v[i:], '"')); i < 0 {
			return -1
		}
	case strings.HasPrefix(v[i:], "[XMail ") || strings.HasPrefix(strings.TrimPrefix(v[i:], "<"), "[email protected]"):
		if j := strings.IndexByte(v[i:], ']'); j > 0 {
			i += j + 1
		}
	}
	for i < len(v) && !blank(v[i]) && v[i] != '(' && v[i] != ')' && v[i] != ';' {
		i++
	}
	return i
}

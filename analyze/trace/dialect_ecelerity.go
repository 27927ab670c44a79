package trace

import (
	"strings"
)

// Momentum writes "([IP:port] helo=H)". A name before it is never taken as looked up.
var ecelerity = spec{
	need: "ecelerity",
	is:   func(l *line) bool { return l.noted(by, "ecelerity") },
	peer: func(l *line, h *Hop) bool {
		i, c := l.nth(from, 0, false), l.nth(from, 0, true)
		if l.count(from) > 1 || c < i || c < 0 {
			return false
		}
		if i >= 0 && l.s[l.toks[i].start] != '[' && !l.setHelo(h, i) {
			return false
		}
		l.used = c + 1
		t := l.toks[c]
		end := t.start + len(firstWord(l.text(t)))
		return l.address(h, t.start, end) && l.eximNames(h, end, t.end)
	},
	write: func(b *strings.Builder, h Hop) {
		b.WriteString("from ([" + bareIP(h) + "]")
		put(b, " helo=", neutral(h.Helo), "")
		put(b, " ident=", neutral(h.Ident), "")
		b.WriteString(")")
		writeTail(b, h, "(ecelerity 4.4.0 r(11743))")
	},
}.dialect("ecelerity", "Momentum and Ecelerity")

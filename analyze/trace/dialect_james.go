package trace

import (
	"strings"
)

// James writes its name, a capital ID, and often the address where the name should stand.
var james = spec{
	need: "JAMES SMTP Server",
	is:   func(l *line) bool { return l.noted(by, "JAMES SMTP Server") },
	peer: func(l *line, h *Hop) bool {
		if l.noted(from, "EHLO ") || l.noted(from, "HELO ") {
			return peerQmail(l, h)
		}
		return peerAny(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		b.WriteString("from " + orUnknown(word(h.RDNS)) + " (EHLO " + neutral(h.Helo) + ") (")
		put(b, "", neutral(h.Ident), "@")
		b.WriteString("[" + bareIP(h) + "])")
		writeTail(b, h, "(JAMES SMTP Server)")
	},
}.dialect("james", "Apache James")

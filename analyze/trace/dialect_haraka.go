package trace

import (
	"strings"
)

// Haraka writes envelope-from as a word of its own behind the id, and since version 3 "tls CIPHER" behind that.
var haraka = spec{
	need: "Haraka",
	is: func(l *line) bool {
		return l.noted(by, "Haraka")
	},
	peer: func(l *line, h *Hop) bool {
		n := l.count(id)
		if n == 5 && l.word(id, 3) == "tls" {
			h.TLS, n = "TLS "+l.word(id, 4), 3
		}
		if l.word(id, 1) == "envelope-from" && n == 3 {
			h.EnvelopeFrom = path(l.word(id, 2))
			l.part[id].to = l.nth(id, 1, false)
		}
		return peerPaired(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		writePaired(b, h)
		put(b, " by ", word(h.By), " (Haraka/3.0.3)")
		put(b, " with ", word(h.With), "")
		put(b, " id ", orUnknown(word(h.ID)), "")
		if h.EnvelopeFrom != "" {
			b.WriteString(" envelope-from <" + mailbox(h.EnvelopeFrom) + ">")
		}
		h.By, h.With, h.ID, h.EnvelopeFrom, h.For, h.Via = "", "", "", "", "", ""
		if h.TLS != "" {
			writeLogin(b, h)
		}
		writeTail(b, h, "")
	},
}.dialect("haraka", "Haraka")

package trace

import (
	"strings"
)

// Haraka writes envelope-from as a word of its own behind the id.
var haraka = spec{
	need: "Haraka",
	is: func(l *line) bool {
		return l.noted(by, "Haraka")
	},
	peer: func(l *line, h *Hop) bool {
		if l.word(id, 1) == "envelope-from" && l.count(id) == 3 {
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

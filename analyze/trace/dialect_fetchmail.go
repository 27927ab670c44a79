package trace

import (
	"strings"
)

// fetchmail writes the mailbox server that it took the message from: our side fetched, nobody sent.
var fetchmail = spec{
	need: "(fetchmail-",
	is:   func(l *line) bool { return l.noted(with, "fetchmail-") },
	peer: func(l *line, h *Hop) bool {
		i, a := l.nth(from, 0, false), l.nth(from, 1, false)
		if i < 0 || l.count(from) > 2 || !l.setHelo(h, i) {
			return false
		}
		h.Local = a < 0
		return a < 0 || l.address(h, l.toks[a].start, l.toks[a].end)
	},
	write: func(b *strings.Builder, h Hop) {
		put(b, "from ", orUnknown(neutral(h.Helo)), "")
		if h.IP.IsValid() {
			b.WriteString(" [" + bareIP(h) + "]")
		}
		put(b, " by ", word(h.By), "")
		put(b, " with ", word(h.With), " (fetchmail-6.4.37)")
		put(b, " for <", mailbox(h.For), "> (single-drop)")
		writeDate(b, h.At)
	},
}.dialect("fetchmail", "fetchmail")

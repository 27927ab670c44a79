package trace

import (
	"strings"
)

// PowerMTA writes no protocol, and the envelope sender behind the date; bulk senders hide its name.
var powermta = spec{
	is: func(l *line) bool {
		return l.noted(by, "PowerMTA") || !l.has[with] && !l.has[via] && l.has[id] && strings.Contains(l.date, " (envelope-from <")
	},
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		sender := h.EnvelopeFrom
		h.EnvelopeFrom = ""
		writeTail(b, h, "(PowerMTA v5.0r4)")
		if sender != "" && !h.At.IsZero() {
			b.WriteString(" (envelope-from <" + mailbox(sender) + ">)")
		}
	},
}.dialect("powermta", "PowerMTA")

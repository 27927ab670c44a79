package trace

import (
	"strings"
)

// XMail writes its name in square brackets and the envelope sender after a second "from".
var xmail = spec{
	need: "[XMail ",
	is:   func(l *line) bool { return strings.HasPrefix(l.word(with, 0), "[XMail ") && l.count(with) == 1 },
	peer: func(l *line, h *Hop) bool {
		h.EnvelopeFrom = path(l.word(again, 0))
		return l.count(again) <= 1 && peerBare(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		writeBare(b, h)
		put(b, " by ", word(h.By), "")
		put(b, " with ", printableOnly(h.With), "")
		put(b, " id <", word(h.ID), ">")
		put(b, " for <", mailbox(h.For), ">")
		if h.For != "" && h.EnvelopeFrom != "" {
			b.WriteString(" from <" + mailbox(h.EnvelopeFrom) + ">")
		}
		writeDate(b, h.At)
	},
}.dialect("xmail", "XMail")

package trace

import (
	"strings"
)

// Aliyun writes "NAME(mailfrom:S fp:F)": no address of the peer, and the envelope sender as the peer sent it.
var aliyun = spec{
	need: "(mailfrom:",
	is:   func(l *line) bool { return l.noted(from, "mailfrom:") },
	peer: func(l *line, h *Hop) bool {
		v := strings.TrimPrefix(l.note(from, 0), "mailfrom:")
		h.EnvelopeFrom = firstWord(v)
		l.used = l.part[from].to
		if l.part[by].from > 0 {
			l.used = l.part[by].from
		}
		return l.count(from) == 1 && l.setHelo(h, l.nth(from, 0, false)) && validHelo(h.EnvelopeFrom)
	},
	write: func(b *strings.Builder, h Hop) {
		put(b, "from ", orUnknown(neutral(h.Helo)), "(mailfrom:")
		b.WriteString(word(h.EnvelopeFrom) + " fp:SMTPD)")
		h.EnvelopeFrom = ""
		writeTail(b, h, "")
	},
}.dialect("aliyun", "Alibaba Cloud DirectMail")

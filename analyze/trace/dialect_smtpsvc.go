package trace

import (
	"strings"
)

// The SMTP service of Windows writes "from HELO ([IP])" and looks no name up.
var smtpsvc = spec{
	need: "Microsoft SMTPSVC",
	is:   func(l *line) bool { return strings.HasPrefix(l.phrase(with), "Microsoft SMTPSVC") },
	peer: func(l *line, h *Hop) bool {
		if h.Local = l.phrase(from) == "mail pickup service"; h.Local {
			return true
		}
		return peerBare(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		if h.Local {
			b.WriteString("from mail pickup service")
		} else {
			writeBare(b, h)
		}
		put(b, " by ", word(h.By), "")
		put(b, " with ", printableOnly(h.With), "")
		put(b, " id ", word(h.ID), "")
		b.WriteString(" (10.0.14393.4169)")
		writeDate(b, h.At)
	},
}.dialect("smtpsvc", "Microsoft SMTP Service (IIS)")

package trace

import (
	"strings"
)

// OpenSMTPD writes "<unknown>" where no name was found and [local] for its own socket.
var opensmtpd = spec{
	need: "(OpenSMTPD",
	is:   func(l *line) bool { return l.noted(by, "OpenSMTPD") },
	peer: func(l *line, h *Hop) bool {
		if !l.has[from] {
			return peerLocal(l, h)
		}
		if strings.HasSuffix(l.note(from, 0), " [local]") && l.count(from) == 1 {
			h.Local, l.used = true, l.nth(from, 0, true)+1
			return l.setHelo(h, l.nth(from, 0, false))
		}
		return peerPaired(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		switch {
		case h.Local && h.Helo != "":
			b.WriteString("from " + neutral(h.Helo) + " (localhost [local])")
		case !h.Local:
			writePaired(b, h)
		}
		writeTail(b, h, "(OpenSMTPD)")
	},
}.dialect("opensmtpd", "OpenSMTPD")

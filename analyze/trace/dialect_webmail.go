package trace

import (
	"strings"
)

// Webmail writes the address of the browser, and who was logged in.
var webmail = spec{
	need: "HTTP",
	is:   func(l *line) bool { return l.phrase(with) == "HTTP" || l.note(by, 0) == "via HTTP" },
	peer: func(l *line, h *Hop) bool {
		h.Authenticated = true
		if c := l.note(from, 0); c != "" && c[0] == '[' {
			return peerBare(l, h)
		}
		return peerAlone(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		if h.Helo != "" {
			writeBare(b, h)
		} else {
			b.WriteString("from [" + bareIP(h) + "]")
		}
		put(b, " (SquirrelMail authenticated user ", word(h.AuthUser), ")")
		note := ""
		if h.With == "" {
			note = "(via HTTP)"
		}
		writeTail(b, h, note)
	},
}.dialect("webmail", "webmail over HTTP")

package trace

import (
	"strings"
)

// The Messaging Server writes its name and build; channel programs such as conversion-daemon are steps of its own.
var oracle = spec{
	need: "Messaging Server",
	is: func(l *line) bool {
		return l.noted(by, "Oracle Communications Messaging") || l.noted(by, "Sun Java") || l.noted(by, "iPlanet Messaging")
	},
	peer: peerAny,
	after: func(l *line, h *Hop) bool {
		h.Local = !h.IP.IsValid() && strings.HasSuffix(h.Helo, "."+h.By) || strings.Contains(h.Helo, "-daemon.")
		return true
	},
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(Oracle Communications Messaging Server 8.1.0)")
	},
}.dialect("oracle", "Oracle, Sun and iPlanet Messaging Server")

package trace

import (
	"strings"
)

// Mercury writes a hop for each step of its own spooler.
var mercury = spec{
	need: "Mercury/32",
	is:   func(l *line) bool { return l.noted(by, "Mercury/32") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(Mercury/32)")
	},
}.dialect("mercury", "Mercury/32")

package trace

import (
	"strings"
)

// MDaemon writes its name and version after its host.
var mdaemon = spec{
	need: "MDaemon",
	is:   func(l *line) bool { return l.noted(by, "MDaemon") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(MDaemon)")
	},
}.dialect("mdaemon", "MDaemon")

package trace

import (
	"strings"
)

// Kerio writes its name and version after its host.
var kerio = spec{
	need: "Kerio",
	is:   func(l *line) bool { return l.noted(by, "Kerio") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(Kerio)")
	},
}.dialect("kerio", "Kerio Connect")

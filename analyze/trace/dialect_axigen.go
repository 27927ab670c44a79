package trace

import (
	"strings"
)

// Axigen writes its name after its host.
var axigen = spec{
	need: "Axigen",
	is:   func(l *line) bool { return l.noted(by, "Axigen") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(Axigen)")
	},
}.dialect("axigen", "Axigen")

package trace

import (
	"strings"
)

// Domino writes "from HELO ([IP])" and looks no name up.
var domino = spec{
	need: "Domino Release",
	is: func(l *line) bool {
		return l.noted(by, "Lotus Domino Release") || l.noted(by, "IBM Domino Release") || l.noted(by, "HCL Domino Release")
	},
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(Lotus Domino Release 9.0.1)")
	},
}.dialect("domino", "HCL, IBM and Lotus Domino")

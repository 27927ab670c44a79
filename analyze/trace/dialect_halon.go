package trace

import (
	"strings"
)

// Halon writes its name after its host; the rest is as RFC 5321 has it.
var halon = spec{
	need: "Halon",
	is:   func(l *line) bool { return l.noted(by, "Halon") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(Halon)")
	},
}.dialect("halon", "Halon")

package trace

import (
	"strings"
)

// STRATO's RZmta writes the name that the peer gives, and for its own users no address.
var rzmta = spec{
	need: "(RZmta ",
	is:   func(l *line) bool { return l.noted(by, "RZmta ") },
	peer: func(l *line, h *Hop) bool { return l.has[from] && peerAny(l, h) },
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(RZmta 51.2.16 OK)")
	},
}.dialect("rzmta", "STRATO")

package trace

import (
	"strings"
)

// Scalix writes the protocol after via, and no with.
var scalix = spec{
	need: "Scalix SMTP Relay",
	is:   func(l *line) bool { return l.noted(by, "Scalix SMTP Relay") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(Scalix SMTP Relay)")
	},
}.dialect("scalix", "Scalix")

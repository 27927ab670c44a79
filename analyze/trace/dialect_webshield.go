package trace

import (
	"strings"
)

// WebShield writes "via smtp id" and no protocol.
var webshield = spec{
	need: "via smtp",
	is:   func(l *line) bool { return l.phrase(via) == "smtp" && strings.Count(l.word(id, 0), "_") >= 4 },
	peer: peerBare,
	write: func(b *strings.Builder, h Hop) {
		writeBare(b, h)
		writeTail(b, h, "")
	},
}.dialect("webshield", "McAfee WebShield")

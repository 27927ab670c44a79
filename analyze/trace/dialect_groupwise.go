package trace

import (
	"strings"
)

// GroupWise writes the gateway as the protocol.
var groupwise = spec{
	need: "GroupWise",
	is: func(l *line) bool {
		return strings.HasPrefix(l.word(with, 0), "Novell_GroupWise") || l.noted(by, "GroupWise") || l.noted(with, "GroupWise")
	},
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeTail(b, h, "(GroupWise)")
	},
}.dialect("groupwise", "GroupWise")

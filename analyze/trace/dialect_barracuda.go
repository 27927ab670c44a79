package trace

import (
	"strings"
)

// Barracuda's cloud writes no protocol; its hosts stand in cudaops.com.
var barracuda = spec{
	need: "cudaops.com",
	is:   func(l *line) bool { return l.byHost(".cudaops.com") },
	peer: peerPaired,
	write: func(b *strings.Builder, h Hop) {
		writePaired(b, h)
		writeLogin(b, h)
		writeTail(b, h, "")
	},
}.dialect("barracuda", "Barracuda Email Gateway Defense")

package trace

import (
	"strings"
)

// Trend Micro runs Postfix. Its inner hops carry the address of the outer peer in HELO: "192.0.2.7_.trendmicro.com".
var trendmicro = spec{
	need:  ".trendmicro.com",
	is:    func(l *line) bool { return l.byHost(".trendmicro.com") && l.noted(by, "Postfix") },
	peer:  peerPostfix,
	write: func(b *strings.Builder, h Hop) { writePostfix(b, h, "Postfix") },
}.dialect("trendmicro", "Trend Micro Email Security")

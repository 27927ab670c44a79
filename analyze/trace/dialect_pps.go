package trace

import (
	"strings"
)

// Proofpoint's enterprise filter runs a Sendmail of its own.
var pps = spec{
	need: ".pphosted.com",
	is: func(l *line) bool {
		return l.byHost(".pphosted.com", ".ppops.net") && (l.noted(by, "8.") || l.noted(by, "PPS"))
	},
	peer: peerVerified,
	write: func(b *strings.Builder, h Hop) {
		writePaired(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(8.18.1.2/8.18.1.2)")
	},
}.dialect("pps", "Proofpoint on pphosted.com")

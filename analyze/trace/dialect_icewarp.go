package trace

import (
	"strings"
)

// IceWarp, formerly Merak, writes ASMTP for a login.
var icewarp = spec{
	need: "(",
	is: func(l *line) bool {
		return l.noted(by, "IceWarp") || l.noted(by, "Merak") || l.noted(by, "VisNetic.MailServer")
	},
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(IceWarp 13.0.3)")
	},
}.dialect("icewarp", "IceWarp, Merak and VisNetic")

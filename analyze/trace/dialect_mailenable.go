package trace

import (
	"strings"
)

// MailEnable names itself in the protocol.
var mailenable = spec{
	need: "MailEnable",
	is:   func(l *line) bool { return strings.HasPrefix(l.phrase(with), "MailEnable") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "")
	},
}.dialect("mailenable", "MailEnable")

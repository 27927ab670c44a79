package trace

import (
	"strings"
)

// SES names itself inbound-smtp.REGION.amazonaws.com when it receives and writes SimpleEmailService when it was submitted to.
var ses = spec{
	need: "amazonaws.com",
	is:   func(l *line) bool { return l.byHost(".amazonaws.com", ".amazonses.com") },
	peer: peerPaired,
	write: func(b *strings.Builder, h Hop) {
		writePaired(b, h)
		writeLogin(b, h)
		writeTail(b, h, "")
	},
}.dialect("ses", "Amazon SES")

package trace

import (
	"strings"
)

// Mailgun's hosts stand in mailgun.net and postgun.com.
var mailgun = spec{
	is:   func(l *line) bool { return l.byHost(".mailgun.net", ".postgun.com", ".mailgun.org") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "")
	},
}.dialect("mailgun", "Mailgun")

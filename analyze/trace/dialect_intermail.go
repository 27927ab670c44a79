package trace

import (
	"strings"
)

// InterMail writes an id that ends in the HELO of the peer.
var intermail = spec{
	need: "InterMail",
	is:   func(l *line) bool { return l.noted(by, "InterMail") },
	peer: peerAny,
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(InterMail)")
	},
}.dialect("intermail", "InterMail")

package trace

import (
	"strings"
)

// FortiMail is a Sendmail without its version; both halves of its id are the same.
var fortimail = spec{
	is: func(l *line) bool {
		a, b, ok := strings.Cut(l.word(id, 0), "-")
		return ok && a == b && len(a) == 14
	},
	peer: peerPaired,
	write: func(b *strings.Builder, h Hop) {
		writePaired(b, h)
		writeLogin(b, h)
		writeTail(b, h, "")
	},
}.dialect("fortimail", "FortiMail")

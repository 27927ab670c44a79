package trace

import (
	"strings"
)

// Mimecast writes "with ESMTP with STARTTLS" and an id that begins with its region.
var mimecast = spec{
	need: "mimecast",
	is:   func(l *line) bool { return l.byHost(".mimecast.com", ".mimecast.co.za", ".mimecast-offshore.com") },
	peer: peerPaired,
	write: func(b *strings.Builder, h Hop) {
		writePaired(b, h)
		writeLogin(b, h)
		writeTail(b, h, "")
	},
}.dialect("mimecast", "Mimecast")

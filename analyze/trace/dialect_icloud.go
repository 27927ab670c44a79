package trace

import (
	"strings"
)

// iCloud's mailgateway stands behind the MX and puts mail into the mailbox. It writes no address of the peer, which is another host of iCloud.
var icloud = spec{
	need: "(mailgateway ",
	is:   func(l *line) bool { return l.noted(by, "mailgateway ") },
	peer: peerNone,
	write: func(b *strings.Builder, h Hop) {
		put(b, "from ", neutral(h.Helo), "")
		writeTail(b, h, "(mailgateway 2609B36)")
	},
}.dialect("icloud", "Apple iCloud")

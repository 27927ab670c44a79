package trace

import (
	"strings"
)

// IronPort writes the TLS cipher into the protocol, and a name that its own PTR query found.
var ironport = spec{
	is: func(l *line) bool {
		return strings.HasPrefix(l.word(with, 0), "ESMTP/TLS/") || l.byHost(".iphmx.com")
	},
	peer: peerQmail,
	after: func(l *line, h *Hop) bool {
		if cipher, ok := strings.CutPrefix(h.With, "ESMTP/TLS/"); ok {
			h.TLS = "TLS " + cipher
		}
		return true
	},
	write: func(b *strings.Builder, h Hop) {
		writeQmail(b, h)
		h.TLS = ""
		writeTail(b, h, "")
	},
}.dialect("ironport", "Cisco Secure Email (IronPort)")

package trace

import (
	"strings"
)

// Dovecot writes the delivery hop; the envelope sender in it is that of the delivery, after forwarding and SRS.
var dovecot = spec{
	need: "LMTP",
	is: func(l *line) bool {
		return strings.HasPrefix(l.word(with, 0), "LMTP") && !l.has[via] && l.count(with) == 1
	},
	peer: peerAny,
	after: func(l *line, h *Hop) bool {
		h.Local = h.IP.IsLoopback() || !h.IP.IsValid()
		return true
	},
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "")
	},
}.dialect("dovecot", "Dovecot LMTP")

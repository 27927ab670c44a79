package trace

import (
	"strings"
)

// MAILsweeper writes "(unverified)" where others have the address.
var clearswift = spec{
	need: "Clearswift SMTPRS",
	is:   func(l *line) bool { return l.noted(by, "Clearswift SMTPRS") },
	peer: func(l *line, h *Hop) bool {
		if l.note(from, 0) == "unverified" {
			return peerNone(l, h)
		}
		return peerAny(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeLogin(b, h)
		writeTail(b, h, "(Clearswift SMTPRS 5.1.7)")
	},
}.dialect("clearswift", "Clearswift MAILsweeper")

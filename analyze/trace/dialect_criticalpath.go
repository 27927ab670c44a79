package trace

import (
	"strings"
)

// Critical Path writes its version alone, and the login in a note. The name before the address is the HELO.
var criticalpath = spec{
	is: func(l *line) bool {
		v := l.note(by, 0)
		return !l.has[with] && l.has[id] && (strings.HasPrefix(v, "6.") || strings.HasPrefix(v, "7.")) && strings.Trim(v, "0123456789.") == ""
	},
	peer: peerBare,
	write: func(b *strings.Builder, h Hop) {
		writeBare(b, h)
		put(b, " by ", word(h.By), " (7.0.028)")
		put(b, " (authenticated as ", word(h.AuthUser), ")")
		h.By = ""
		writeTail(b, h, "")
	},
}.dialect("criticalpath", "Critical Path")

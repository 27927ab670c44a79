package trace

import "strings"

// amavis takes mail from the MTA on its own host and hands it back: its hop is inside, whatever name the MTA said.
var amavis = spec{
	need: "(amavis",
	is:   func(l *line) bool { return l.noted(by, "amavis") },
	peer: peerAny,
	after: func(_ *line, h *Hop) bool {
		h.Local = h.IP.IsLoopback() || !h.IP.IsValid()
		return true
	},
	write: func(b *strings.Builder, h Hop) {
		writeAny(b, h)
		writeTail(b, h, "(amavis, port 10024)")
	},
}.dialect("amavis", "amavis")

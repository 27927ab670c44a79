package trace

import (
	"strings"
)

// Cloudflare's Email Routing writes the bare address, and no protocol.
var cloudflare = spec{
	need: "(cloudflare)",
	is:   func(l *line) bool { return l.noted(by, "cloudflare") },
	peer: func(l *line, h *Hop) bool { return l.has[from] && peerAny(l, h) },
	write: func(b *strings.Builder, h Hop) {
		put(b, "from ", orUnknown(neutral(h.Helo)), " ("+bareIP(h)+")")
		writeTail(b, h, "(cloudflare)")
	},
}.dialect("cloudflare", "Cloudflare Email Routing")

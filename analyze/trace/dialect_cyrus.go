package trace

import (
	"strings"
)

// Cyrus takes mail over LMTP, mostly on a socket: its line adds the delivery hop.
var cyrus = spec{
	need: "Cyrus",
	is:   func(l *line) bool { return l.noted(by, "Cyrus") },
	peer: func(l *line, h *Hop) bool {
		if l.note(from, 0) == "[unix socket]" {
			h.Local, l.used = true, l.nth(from, 0, true)+1
			return l.count(from) == 1 && l.setHelo(h, l.nth(from, 0, false))
		}
		return peerAny(l, h)
	},
	after: func(l *line, h *Hop) bool {
		h.Local = h.Local || h.IP.IsLoopback()
		h.Authenticated = h.Authenticated && !h.Local // LMTPA on a socket is no login
		return true
	},
	write: func(b *strings.Builder, h Hop) {
		if h.Local && !h.IP.IsValid() {
			put(b, "from ", orUnknown(neutral(h.Helo)), " ([unix socket])")
		} else {
			writeAny(b, h)
		}
		writeTail(b, h, "(Cyrus 3.8.1)")
	},
}.dialect("cyrus", "Cyrus IMAP")

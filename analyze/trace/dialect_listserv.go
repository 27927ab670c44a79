package trace

import (
	"strings"
)

// LISTSERV writes its software after its host; the name before it was not checked.
var listserv = spec{
	is: func(l *line) bool {
		return l.noted(by, "LISTSERV-TCP/IP") || l.noted(by, "SMTPL release") || l.noted(by, "LSMTP for ")
	},
	peer: func(l *line, h *Hop) bool {
		if l.phrase(with) == "TCP" && l.noted(by, "SMTPL release") && l.note(from, 0) == "" {
			return peerAlone(l, h)
		}
		if l.count(from) == 1 && l.note(from, 0) != "" && validHost(l.note(from, 0)) && !strings.Contains(l.note(from, 0), "[") {
			l.used = l.nth(from, 0, true) + 1 // "HELO (NAME)": no address, and nobody says who looked the name up
			return l.setHelo(h, l.nth(from, 0, false))
		}
		return peerAny(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		if h.IP.IsValid() && h.Helo == "" {
			b.WriteString("from " + bareIP(h))
			writeTail(b, h, "(SMTPL release 1.0d)")
			return
		} else {
			writeAny(b, h)
		}
		writeTail(b, h, "(LISTSERV-TCP/IP release 16.0)")
	},
}.dialect("listserv", "LISTSERV and LSMTP")

package trace

import (
	"strings"
)

// Google writes "from HELO (RDNS. [IP])", lines without from between its own hosts, and "named unknown" for its API.
var gmail = spec{
	is:   isGmail,
	peer: peerGmail,
	write: func(b *strings.Builder, h Hop) {
		switch {
		case h.With == "HTTPREST":
			b.WriteString("from " + orUnknown(neutral(h.Ident)) + " named unknown")
		case !h.Local:
			if h.RDNS != "" {
				h.RDNS += "."
			}
			writePaired(b, h)
		}
		writeTail(b, h, "")
	},
}.dialect("gmail", "Gmail and Google Workspace")

// isGmail knows Google by the host, or a line without from by an address as the host: Google names its inner hosts so.
func isGmail(l *line) bool {
	if l.byHost(".google.com", ".googlemail.com", ".gmail.com") {
		return true
	}
	_, ok := readAddr(l.word(by, 0))
	return ok && !l.has[from] && strings.Contains(l.word(with, 0), "SMTP") && l.word(id, 0) != ""
}

func peerGmail(l *line, h *Hop) bool {
	if !l.has[from] {
		return peerLocal(l, h)
	}
	if l.phrase(with) == "HTTPREST" && strings.HasSuffix(l.phrase(from), " named unknown") && l.count(from) == 3 {
		h.Local, h.Ident = true, l.word(from, 0)
		return validHelo(h.Ident)
	}
	return peerPaired(l, h)
}

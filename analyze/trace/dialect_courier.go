package trace

import (
	"strings"
)

// Courier writes IPv4 addresses as ::ffff:, the login in an AUTH note, and its id after the date.
var courier = spec{
	is:   isCourier,
	peer: peerCourier,
	after: func(l *line, h *Hop) bool {
		_, id, _ := strings.Cut(l.date, " id ")
		h.ID = firstWord(id)
		return true
	},
	write: func(b *strings.Builder, h Hop) {
		switch {
		case h.Local:
			put(b, "(", printableOnly(h.Ident), ")")
		default:
			put(b, "from ", orUnknown(neutral(h.Helo)), " (")
			put(b, "", word(h.RDNS), " ")
			b.WriteString("[" + mapped(h) + "])")
			user := h.AuthUser
			if user == "" && h.Authenticated {
				user = "unknown"
			}
			put(b, " (AUTH: LOGIN ", word(user), ")")
		}
		put(b, " by ", word(h.By), "")
		put(b, " with ", word(h.With), "")
		writeDate(b, h.At)
		put(b, " id ", word(h.ID), "")
	},
}.dialect("courier", "Courier")

// isCourier knows the mapped address, the AUTH note or the id behind the date.
func isCourier(l *line) bool {
	if !lowerProtocol(l.word(with, 0)) || l.has[id] || l.has[via] {
		return false
	}
	found := strings.HasPrefix(l.note(head, 0), "uid ") || strings.Contains(l.note(from, 0), "[::ffff:") || l.noted(from, "AUTH: ")
	return found || strings.Contains(l.date, " id 0")
}

// lowerProtocol knows what Courier writes after with: local, or the protocol in small letters.
func lowerProtocol(s string) bool {
	switch s {
	case "local", "smtp", "smtps", "esmtp", "esmtps", "esmtpa", "esmtpsa":
		return true
	}
	return false
}

func peerCourier(l *line, h *Hop) bool {
	if !l.has[from] {
		h.Local, h.Ident = true, l.note(head, 0)
		return true
	}
	return peerPaired(l, h)
}

func mapped(h Hop) string {
	if h.IP.Is4() {
		return "::ffff:" + h.IP.String()
	}
	return bareIP(h)
}

package trace

import (
	"strings"
)

// Yahoo writes a kind of qmail line at its border, "pod-id NONE" inside and the Hermes note where its users log in.
var yahoo = spec{
	need: "ahoo",
	is: func(l *line) bool {
		if l.word(by, 1) == "pod-id" && l.count(by) == 3 {
			l.part[by].to = l.nth(by, 1, false)
		}
		return l.byHost(".yahoo.com", ".yahoo.co.jp") || l.noted(by, "Yahoo Inc.")
	},
	peer: func(l *line, h *Hop) bool {
		switch {
		case !l.has[from]:
			return peerLocal(l, h)
		case l.noted(from, "HELO ") || l.noted(from, "EHLO"):
			return peerQmail(l, h)
		case l.phrase(with) == "HTTPS" && l.note(from, 0) == "" && strings.Trim(l.word(from, 0), "0123456789.") == "":
			return peerAlone(l, h)
		}
		return peerAny(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		switch {
		case h.Local:
		case h.IP.IsValid() && h.RDNS == "" && h.Helo == "":
			b.WriteString("from " + bareIP(h))
		case h.IP.IsValid():
			b.WriteString("from " + orUnknown(word(h.RDNS)) + " (EHLO " + neutral(h.Helo) + ") (" + bareIP(h) + ")")
		default:
			writeAny(b, h)
		}
		writeTail(b, h, yahooNote(h))
	},
}.dialect("yahoo", "Yahoo Mail")

func yahooNote(h Hop) string {
	if h.Local {
		return "(Yahoo Inc. Hermes SMTP Server)"
	}
	return ""
}

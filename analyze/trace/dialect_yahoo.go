package trace

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Yahoo writes a kind of qmail line at its border, "pod-id NONE" inside and the Hermes note where its users log in.
var yahoo = spec{
	is: func(l *line) bool {
		if l.word(by, 1) == "pod-id" && l.count(by) == 3 {
			l.part[by].to = l.nth(by, 1, false)
		}
		return l.byHost(".yahoo.com", ".yahoo.co.jp") || l.noted(by, "Yahoo Inc.") || yahooInside(l)
	},
	peer: func(l *line, h *Hop) bool {
		switch {
		case !l.has[from]:
			return peerLocal(l, h)
		case yahooInside(l):
			return peerAddressFirst(l, h)
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
		case h.IP.IsValid() && h.RDNS == "" && strings.HasPrefix(h.By, "10."):
			b.WriteString("from " + bareIP(h) + " (EHLO " + neutral(h.Helo) + ")")
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

// yahooInside knows the border line that names no host: "from IP (EHLO NAME) by 10.x with SMTPs".
func yahooInside(l *line) bool {
	return strings.HasPrefix(l.word(by, 0), "10.") && l.noted(from, "EHLO ") && l.count(from) == 1 && l.nth(from, 1, true) < 0 &&
		strings.HasPrefix(l.phrase(with), "SMTP")
}

// peerAddressFirst reads "IP (EHLO NAME)".
func peerAddressFirst(l *line, h *Hop) bool {
	i, c := l.nth(from, 0, false), l.nth(from, 0, true)
	if i > c || !l.address(h, l.toks[i].start, l.toks[i].end) {
		return false
	}
	name, ok := cutAny(l.text(l.toks[c]), "EHLO ", "HELO ")
	h.Helo, h.HostSpan = name, eml.Span{Start: l.toks[c].end - len(name), End: l.toks[c].end}
	l.used = c + 1
	return ok && validHelo(name)
}

package trace

import (
	"strings"
)

// Sendmail writes "from HELO (IDENT:user@RDNS [IP] (may be forged))"; the remark means that the name did not lead back.
var sendmail = spec{
	is:    isSendmail,
	peer:  peerSendmail,
	write: writeSendmail,
}.dialect("sendmail", "Sendmail")

// isSendmail knows the version pair, which every Sendmail writes after its name, and the Mac OS X Server build.
func isSendmail(l *line) bool {
	return l.noted(by, "8.") || l.noted(by, "Xserve/smtpin") || l.noted(with, "8.")
}

func peerSendmail(l *line, h *Hop) bool {
	if user, ok := cutAny(l.note(head, 0), "from "); ok && !l.has[from] {
		return localUser(h, user)
	}
	if !l.has[from] {
		return peerLocal(l, h)
	}
	if user, ok := strings.CutSuffix(l.note(from, 0), "@localhost"); ok && l.word(from, 0) == "localhost" {
		l.used = l.nth(from, 0, true) + 1
		return localUser(h, user)
	}
	if l.note(from, 0) == "" {
		return peerNone(l, h)
	}
	return peerVerified(l, h)
}

func localUser(h *Hop, user string) bool {
	h.Local = true
	h.Ident = strings.TrimSuffix(user, "@localhost")
	return validHelo(h.Ident)
}

func writeSendmail(b *strings.Builder, h Hop) {
	switch {
	case h.Local && h.Ident != "":
		b.WriteString("(from " + neutral(h.Ident) + "@localhost)")
	case h.Local:
	case !h.IP.IsValid():
		b.WriteString("from " + orUnknown(neutral(h.Helo)))
	default:
		writePaired(b, h)
	}
	writeLogin(b, h)
	writeTail(b, h, "(8.18.1/8.18.1)")
}

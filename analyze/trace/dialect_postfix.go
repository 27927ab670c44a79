package trace

import (
	"strings"
)

// Postfix writes "from HELO (RDNS [IP])"; it replaces what could end the slot of HELO by "?" (smtpd.c) and balances what stands in comments.
var postfix = spec{
	need:  "(Post",
	is:    func(l *line) bool { return l.noted(by, "Postfix") || l.noted(by, "Postcow") }, // mailcow's mail_name
	peer:  peerPostfix,
	write: func(b *strings.Builder, h Hop) { writePostfix(b, h, "Postfix") },
}.dialect("postfix", "Postfix")

// peerPostfix reads the peer, or "(Postfix, from userid N)" where sendmail(1) or a script handed the message in.
func peerPostfix(l *line, h *Hop) bool {
	if l.has[from] {
		return peerVerified(l, h)
	}
	h.Local = true
	if _, uid, ok := strings.Cut(l.note(by, 0), ", from userid "); ok {
		h.Ident = "uid " + uid
	}
	return true
}

func writePostfix(b *strings.Builder, h Hop, name string) {
	if h.Local {
		put(b, "", "", "")
		if uid, ok := strings.CutPrefix(h.Ident, "uid "); ok {
			name += ", from userid " + word(uid)
		}
	} else {
		writePostfixPeer(b, h)
	}
	tail := h
	tail.TLS = ""
	writeTail(b, tail, "("+name+")")
}

func writePostfixPeer(b *strings.Builder, h Hop) {
	put(b, "from ", orUnknown(neutral(h.Helo)), " (")
	b.WriteString(orUnknown(word(h.RDNS)) + " [" + ip(h) + "])")
	if version, cipher, _ := strings.Cut(h.TLS, " "); version != "" {
		b.WriteString(" (using " + word(version) + " with cipher " + orUnknown(word(cipher)) + " (256/256 bits))")
	}
	if h.AuthUser != "" {
		b.WriteString(" (Authenticated sender: " + word(h.AuthUser) + ")")
	}
}

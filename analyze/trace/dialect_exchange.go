package trace

import (
	"strings"
)

// Exchange writes "from NAME (IP) by NAME (IP)": NAME is what the peer said in HELO, whatever it looks like.
var exchange = spec{
	is:    isExchange,
	peer:  peerExchange,
	after: afterExchange,
	write: writeExchange,
}.dialect("exchange", "Microsoft Exchange and Exchange Online")

func isExchange(l *line) bool {
	p := l.phrase(with)
	return strings.HasPrefix(p, "Microsoft SMTP Server") || p == "mapi" || p == "HTTPS" && l.note(from, 0) != "" && l.count(from) == 1
}

func peerExchange(l *line, h *Hop) bool {
	if l.has[from] {
		return peerBare(l, h)
	}
	return peerLocal(l, h)
}

// afterExchange marks the hops that have no peer: mapi is a client on the mailbox server, ::1 and HTTPS the store itself.
func afterExchange(l *line, h *Hop) bool {
	h.Local = h.Local || h.With == "mapi" || h.IP.IsLoopback()
	return true
}

func writeExchange(b *strings.Builder, h Hop) {
	if h.IP.IsValid() {
		put(b, "from ", neutral(h.Helo), " ")
		if h.Helo == "" {
			b.WriteString("from ")
		}
		b.WriteString("(" + bareIP(h) + ") ")
	}
	put(b, "by ", word(h.By), "")
	put(b, " with ", printableOnly(h.With), "")
	if version, cipher, _ := strings.Cut(h.TLS, " "); version != "" {
		b.WriteString(" (version=" + word(version))
		put(b, ", cipher=", word(cipher), "")
		b.WriteString(")")
	}
	put(b, " id ", word(h.ID), "")
	put(b, " via ", printableOnly(h.Via), "")
	put(b, " for <", mailbox(h.For), ">")
	writeDate(b, h.At)
}

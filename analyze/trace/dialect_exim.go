package trace

import (
	"strings"
)

// Exim writes "from RDNS ([IP] helo=H ident=U)", or "from [IP] (helo=H)" where no name was confirmed. The envelope sender stands there as sent, quotes and all.
var exim = spec{
	is:    isExim,
	peer:  peerEximLine,
	after: func(l *line, h *Hop) bool { h.ID = strings.TrimSuffix(h.ID, ","); return true },
	write: writeExim,
}.dialect("exim", "Exim")

func isExim(l *line) bool {
	for i := l.part[by].from; i < l.n; i++ {
		if t := l.text(l.toks[i]); l.toks[i].note && (strings.HasPrefix(t, "Exim ") || t == "Nemesis" || strings.HasSuffix(t, " Exim")) {
			return true
		}
	}
	return eximID(l.word(id, 0))
}

// eximID knows 1j5DCt-0007yp-9f and, since 4.97, 1rABCD-00000001abc-xyz1.
func eximID(s string) bool {
	p := strings.Split(s, "-")
	return len(p) == 3 && len(p[0]) == 6 && (len(p[1]) == 6 && len(p[2]) == 2 || len(p[1]) == 11 && len(p[2]) == 4)
}

func peerEximLine(l *line, h *Hop) bool {
	c := l.nth(from, 0, true)
	switch {
	case !l.has[from]:
		return peerLocal(l, h)
	case l.count(from) == 2 && c >= 0:
		return peerExim3(l, h)
	case l.count(from) == 1 && c < 0 && l.word(from, 0)[0] != '[': // "from www-data by H with local"
		h.Local, h.Ident = true, l.word(from, 0)
		return validHelo(h.Ident) && !strings.Contains(strings.ToLower(l.word(with, 0)), "smtp")
	}
	return peerExim(l, h)
}

// peerExim3 reads "RDNS (HELO) [IP.port] (ident)" of Exim 3.
func peerExim3(l *line, h *Hop) bool {
	i, c, a := l.nth(from, 0, false), l.nth(from, 0, true), l.nth(from, 1, false)
	if c != i+1 || a != i+2 || !l.setRDNS(h, l.toks[i].start, l.toks[i].end) || !l.address(h, l.toks[a].start, l.toks[a].end) {
		return false
	}
	h.Helo, h.Ident, h.Verified = l.text(l.toks[c]), l.note(from, 1), h.RDNS != ""
	l.used = l.part[from].to
	return validHelo(h.Helo) && validHelo(h.Ident)
}

func writeExim(b *strings.Builder, h Hop) {
	switch {
	case h.Local:
		put(b, "from ", neutral(h.Ident), "")
	case h.RDNS == "":
		b.WriteString("from [" + bareIP(h) + "]")
		if h.Helo+h.Ident != "" {
			b.WriteString(" (" + strings.TrimPrefix(eximPairs(h), " ") + ")")
		}
	default:
		b.WriteString("from " + word(h.RDNS) + " ([" + bareIP(h) + "]" + eximPairs(h) + ")")
	}
	put(b, " by ", word(h.By), "")
	put(b, " with ", word(h.With), "")
	if version, cipher, _ := strings.Cut(h.TLS, " "); version != "" {
		b.WriteString(" (" + word(version))
		put(b, ":", word(cipher), ":256")
		b.WriteString(")")
	}
	b.WriteString(" (Exim 4.97)")
	if h.EnvelopeFrom != "" {
		b.WriteString(" (envelope-from <" + mailbox(h.EnvelopeFrom) + ">)")
	}
	put(b, " id ", word(h.ID), "")
	put(b, " for ", mailbox(h.For), "")
	writeDate(b, h.At)
}

func eximPairs(h Hop) string {
	var b strings.Builder
	if h.Helo != h.RDNS {
		put(&b, " helo=", neutral(h.Helo), "")
	}
	put(&b, " ident=", neutral(h.Ident), "")
	return b.String()
}

package trace

import (
	"strings"
)

// Any MTA that keeps to RFC 5321 4.4. It reads a line only when it understands every word and every comment of it.
var generic = spec{
	is:   isPlain,
	peer: peerGeneric,
	after: func(l *line, h *Hop) bool {
		return h.By != "" && l.plainNotes() && (!h.At.IsZero() || l.ended && strings.TrimSpace(l.date) == "")
	},
	write: func(b *strings.Builder, h Hop) {
		switch {
		case !h.IP.IsValid():
			put(b, "from ", neutral(h.Helo), "")
		case h.Helo == "":
			b.WriteString("from ([" + bareIP(h) + "])")
		default:
			writePaired(b, h)
		}
		writeLogin(b, h)
		writeTail(b, h, "")
	},
}.dialect("generic", "RFC 5321")

func isPlain(l *line) bool {
	return l.has[from] && l.has[by] && !l.has[again] && l.count(head) == 0 && l.note(head, 0) == "" && plainProtocol(l.phrase(with)) &&
		(!l.has[via] || l.count(via) == 1)
}

// plainProtocol knows the registered names (RFC 3848, RFC 6531) in any case, and a line without one.
func plainProtocol(p string) bool {
	switch strings.ToUpper(p) {
	case "", "SMTP", "ESMTP", "ESMTPS", "ESMTPA", "ESMTPSA", "SMTPS", "UTF8SMTP", "UTF8SMTPS", "UTF8SMTPA", "UTF8SMTPSA":
		return true
	}
	return false
}

func peerGeneric(l *line, h *Hop) bool {
	c := l.note(from, 0)
	switch {
	case c == "": // RFC 5321 4.4: without TCP-info this is the HELO, also when it is an address literal
		return peerNone(l, h)
	case strings.Contains(c, " helo="):
		h.Helo = ""
		return peerPlainHelo(l, h)
	}
	return peerPaired(l, h)
}

// peerPlainHelo reads "IP ([IP] helo=H)": Exim's form from a host that is not known to be Exim. A name before the bracket would
// be a guess, so only the address itself may stand there.
func peerPlainHelo(l *line, h *Hop) bool {
	name := strings.Trim(l.word(from, 0), "[]")
	if _, ok := readAddr(name); !ok && name != "" {
		return false
	}
	t := l.toks[l.nth(from, 0, true)]
	end := t.start + len(firstWord(l.text(t)))
	l.used = l.nth(from, 0, true) + 1
	return l.count(from) <= 1 && l.address(h, t.start, end) && l.eximNames(h, end, t.end)
}

// plainNotes says whether every comment behind the peer is one that we understand. What stands right behind the name in by is the
// software's own name, which admins change ("Example Mail Server").
func (l *line) plainNotes() bool {
	for i := l.used; i < l.n; i++ {
		if l.toks[i].note && !(i >= l.part[by].from && i < l.part[by].to) && !understood(l, l.toks[i]) {
			return false
		}
	}
	return true
}

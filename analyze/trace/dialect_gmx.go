package trace

import (
	"strings"
)

// GMX writes the address in square brackets behind the HELO; mail.gmx.net takes only its own users.
var gmx = spec{
	need: ".gmx.",
	is: func(l *line) bool {
		return l.byHost(".gmx.net", ".gmx.com", ".gmx.de") && l.noted(from, "EHLO ") || l.noted(from, "HELO ") && l.byHost(".gmx.net")
	},
	peer: func(l *line, h *Hop) bool {
		i, c, a := l.nth(from, 0, false), l.nth(from, 0, true), l.nth(from, 1, false)
		helo, ok := cutAny(l.note(from, 0), "EHLO ", "HELO ")
		if !ok || l.count(from) != 2 || c != i+1 || a != c+1 {
			return false
		}
		h.Helo, l.used = helo, a+1
		return validHelo(helo) && l.setRDNS(h, l.toks[i].start, l.toks[i].end) && l.address(h, l.toks[a].start, l.toks[a].end)
	},
	after: func(l *line, h *Hop) bool {
		h.Authenticated = h.Authenticated || l.byHost("mail.gmx.net", "mail.gmx.com")
		return true
	},
	write: func(b *strings.Builder, h Hop) {
		b.WriteString("from " + orUnknown(word(h.RDNS)) + " (EHLO " + neutral(h.Helo) + ") [" + bareIP(h) + "]")
		writeTail(b, h, "(mp033)")
	},
}.dialect("gmx", "GMX")

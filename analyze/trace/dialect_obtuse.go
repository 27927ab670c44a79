package trace

import (
	"strings"
)

// smtpd writes "RDNS(IP), claiming to be "HELO" via SMTP" before by.
var obtuse = spec{
	need: "id smtpd",
	is:   func(l *line) bool { return l.phrase(via) == "SMTP" && strings.HasPrefix(l.word(id, 0), "smtpd") },
	peer: func(l *line, h *Hop) bool {
		i, c := l.nth(from, 0, false), l.nth(from, 0, true)
		if c != i+1 || l.count(from) != 1 && l.count(from) != 5 {
			return false
		}
		if l.count(from) == 5 {
			quoted := l.word(from, 4)
			if h.Helo = strings.Trim(quoted, "\""); len(h.Helo) != len(quoted)-2 || !strings.HasPrefix(l.s[l.toks[c].end+1:], ", claiming to be ") {
				return false
			}
		}
		l.used = l.part[from].to
		return validHelo(h.Helo) && l.setRDNS(h, l.toks[i].start, l.toks[i].end) && l.address(h, l.toks[c].start, l.toks[c].end)
	},
	write: func(b *strings.Builder, h Hop) {
		b.WriteString("from " + orUnknown(word(h.RDNS)) + "(" + bareIP(h) + ")")
		put(b, ", claiming to be \"", neutral(h.Helo), "\"")
		put(b, " via SMTP by ", word(h.By), "")
		put(b, ", id ", word(h.ID), "")
		writeDate(b, h.At)
	},
}.dialect("obtuse", "Obtuse smtpd")

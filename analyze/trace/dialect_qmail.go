package trace

import (
	"strings"
)

// qmail writes "from RDNS (HELO H) (ident@IP)" with unsafe bytes as "?", and "(qmail N invoked ...)" for its own steps.
var qmail = spec{
	is:   isQmail,
	peer: peerQmailLine,
	write: func(b *strings.Builder, h Hop) {
		if h.Local {
			put(b, "(qmail ", word(h.ID), "")
			uid, ok := strings.CutPrefix(h.Ident, "uid ")
			put(b, " invoked by uid ", word(uid), ")")
			if !ok {
				b.WriteString(" invoked from network)")
			}
		} else {
			writeQmail(b, h)
			writeTail(b, h, "")
		}
		writeDateIf(b, h)
	},
}.dialect("qmail", "qmail and its kin")

// isQmail knows the process note, the HELO note, or a line without id whose date ends in -0000, as qmail's date822fmt has it.
func isQmail(l *line) bool {
	if !l.has[by] {
		return strings.HasPrefix(l.note(head, 0), "qmail ")
	}
	if !l.has[from] || l.has[id] || l.has[via] {
		return false
	}
	return l.noted(by, "qmail") || l.noted(by, "qp ") || l.noted(from, "HELO ") || strings.HasSuffix(strings.TrimSpace(l.date), " -0000")
}

// peerQmailLine reads a hop, or what qmail-queue writes about itself: legal with no clause at all.
func peerQmailLine(l *line, h *Hop) bool {
	if l.has[by] {
		return peerQmail(l, h)
	}
	f := strings.Fields(l.note(head, 0))
	if len(f) < 4 || l.n != 1 {
		return false
	}
	h.Local, h.ID = true, f[1]
	if n := len(f); n >= 6 && f[n-3] == "by" && f[n-2] == "uid" {
		h.Ident = "uid " + f[n-1]
	}
	return f[2] == "invoked" || f[2] == "messnum"
}

// writeDateIf writes the date of a step; writeTail has written that of a hop.
func writeDateIf(b *strings.Builder, h Hop) {
	if h.Local {
		writeDate(b, h.At)
	}
}

package trace

import (
	"strings"
	"time"
)

// qmail writes "from RDNS (HELO H) (ident@IP)" with unsafe bytes as "?", and "(qmail N invoked ...)" for its own steps.
var qmail = spec{
	is:   isQmail,
	peer: peerQmailLine,
	after: func(l *line, h *Hop) bool {
		if h.Local {
			h.ID = strings.Fields(l.note(head, 0))[1]
		}
		return true
	},
	write: writeQmailLine,
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
	h.Local = true
	if n := len(f); n >= 6 && f[n-3] == "by" && f[n-2] == "uid" {
		h.Ident = "uid " + f[n-1]
	}
	return f[2] == "invoked" || f[2] == "messnum"
}

func writeQmailLine(b *strings.Builder, h Hop) {
	at := h.At
	h.At = time.Time{}
	uid, ok := strings.CutPrefix(h.Ident, "uid ")
	switch {
	case !h.Local:
		writeQmail(b, h)
		writeTail(b, h, "")
	case ok:
		b.WriteString("(qmail " + orUnknown(word(h.ID)) + " invoked by uid " + word(uid) + ")")
	default:
		b.WriteString("(qmail " + orUnknown(word(h.ID)) + " invoked from network)")
	}
	if !at.IsZero() {
		b.WriteString("; " + at.UTC().Format("2 Jan 2006 15:04:05 -0000"))
	}
}

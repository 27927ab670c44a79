package trace

import (
	"strings"
	"time"
)

// SendGrid writes a Go time without a semicolon, and a token for the account where the peer should stand.
var sendgrid = spec{
	is: isGoStyle,
	peer: func(l *line, h *Hop) bool {
		switch {
		case !l.has[from]:
			return peerLocal(l, h)
		case l.note(from, 0) == "unknown" || l.note(from, 0) == "":
			return peerNone(l, h)
		}
		return peerPaired(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		switch {
		case h.Local:
		case h.IP.IsValid():
			writePaired(b, h)
		default:
			b.WriteString("from " + orUnknown(neutral(h.Helo)) + " (unknown)")
		}
		at := h.At
		h.At = time.Time{}
		writeTail(b, h, "(SG)")
		if !at.IsZero() {
			b.WriteString("; " + at.Format("2006-01-02 15:04:05.999999999 -0700"))
		}
	},
}.dialect("sendgrid", "SendGrid and other Go senders")

// isGoStyle knows "(SG)" and a time with Go's monotonic clock, and cuts that time off the id.
func isGoStyle(l *line) bool {
	for i := l.part[id].from + 1; i < l.part[id].to; i++ {
		t := l.toks[i]
		if !t.note && l.date == "" && strings.HasPrefix(l.text(t), "20") && strings.Count(l.text(t), "-") == 2 {
			l.date, l.part[id].to = l.s[t.start:], i
			break
		}
	}
	return l.noted(by, "SG") || strings.Contains(l.date, " m=+")
}

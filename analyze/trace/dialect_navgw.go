package trace

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Norton AntiVirus for Gateways puts the whole peer into a comment.
var navgw = spec{
	need: "(NAVGW",
	is:   func(l *line) bool { return l.noted(by, "NAVGW") },
	peer: func(l *line, h *Hop) bool {
		c := l.nth(head, 0, true)
		v, ok := cutAny(l.note(head, 0), "from ")
		helo, _, ok2 := strings.Cut(v, " [")
		if !ok || !ok2 || l.has[from] {
			return false
		}
		h.Helo, l.used = helo, c+1
		start := l.toks[c].start + len("from ")
		h.HostSpan = eml.Span{Start: start, End: start + len(helo)}
		return validHelo(helo) && l.address(h, l.toks[c].end-len(v)+len(helo)+1, l.toks[c].end)
	},
	write: func(b *strings.Builder, h Hop) {
		b.WriteString("(from " + orUnknown(neutral(h.Helo)) + " [" + bareIP(h) + "])")
		writeTail(b, h, "(NAVGW 2.5.2.12)")
	},
}.dialect("navgw", "Norton AntiVirus for Gateways")

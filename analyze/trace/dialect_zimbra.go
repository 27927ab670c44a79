package trace

import (
	"strings"
)

// Zimbra's mailbox server takes mail over LMTP and writes the LHLO name.
var zimbra = spec{
	need: "(LHLO ",
	is:   func(l *line) bool { return l.noted(from, "LHLO ") && l.phrase(with) == "LMTP" },
	peer: peerQmail,
	write: func(b *strings.Builder, h Hop) {
		put(b, "from ", orUnknown(word(h.RDNS)), " (LHLO ")
		b.WriteString(neutral(h.Helo) + ") (" + bareIP(h) + ")")
		writeTail(b, h, "")
	},
}.dialect("zimbra", "Zimbra")

package trace

import (
	"strings"
)

// MessageLabs writes "[IP] (using TLS...)" inside and qmail lines at its border.
var messagelabs = spec{
	need: "by ",
	is:   func(l *line) bool { return l.byHost(".messagelabs.com") || l.byHost(".symcld.net") }, // the latter since it runs at Amazon
	peer: func(l *line, h *Hop) bool {
		if l.count(from) == 1 && l.word(from, 0)[0] == '[' {
			return peerAlone(l, h)
		}
		return peerQmail(l, h)
	},
	write: func(b *strings.Builder, h Hop) {
		if h.RDNS == "" && h.Helo == "" {
			b.WriteString("from [" + bareIP(h) + "]")
		} else {
			writeQmail(b, h)
		}
		writeTail(b, h, "")
	},
}.dialect("messagelabs", "Symantec Email Security (MessageLabs)")

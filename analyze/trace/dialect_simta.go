package trace

import (
	"strings"
)

// simta writes its key words in capitals and "BY H ID X ; date".
var simta = spec{
	need: "FROM ",
	is: func(l *line) bool {
		return l.part[from].from == 1 && l.text(l.toks[0]) == "FROM" && !l.has[with] && l.has[id]
	},
	peer: peerPaired,
	write: func(b *strings.Builder, h Hop) {
		var p strings.Builder
		writePaired(&p, h)
		b.WriteString("FROM" + strings.TrimPrefix(p.String(), "from"))
		put(b, " BY ", word(h.By), "")
		put(b, " ID ", word(h.ID), " ")
		writeDate(b, h.At)
	},
}.dialect("simta", "simta")

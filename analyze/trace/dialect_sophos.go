package trace

import (
	"strings"
)

// Sophos Email runs Postfix on hosts of hydra.sophos.com.
var sophos = spec{
	need:  ".sophos.com",
	is:    func(l *line) bool { return l.byHost(".sophos.com") && l.noted(by, "Postfix") },
	peer:  peerPostfix,
	write: func(b *strings.Builder, h Hop) { writePostfix(b, h, "Postfix") },
}.dialect("sophos", "Sophos Email")

package trace

import (
	"strings"
)

// Proofpoint Essentials writes Postfix lines under its own mail_name. Its older Exim hosts are read by exim.
var ppe = spec{
	need:  "PPE Hosted ESMTP Server",
	is:    func(l *line) bool { return l.noted(by, "PPE Hosted ESMTP Server") },
	peer:  peerPostfix,
	write: func(b *strings.Builder, h Hop) { writePostfix(b, h, "PPE Hosted ESMTP Server") },
}.dialect("ppe", "Proofpoint Essentials")

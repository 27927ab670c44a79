package trace

import (
	"strings"
)

// Exclaimer takes mail from Exchange Online, adds a signature, and hands it back: the message leaves Microsoft and comes in again.
var exclaimer = spec{
	need:  "Exclaimer",
	is:    func(l *line) bool { return strings.HasPrefix(l.phrase(with), "Exclaimer Signature Manager") },
	peer:  peerExchange,
	after: afterExchange,
	write: writeExchange,
}.dialect("exclaimer", "Exclaimer signature proxy")

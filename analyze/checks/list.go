// Package checks holds the questions that the pipeline asks of a message, a file each, and the list of them.
package checks

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// borderIP says which address handed the message over, or why a check about it has nothing to look at.
func borderIP(p *analyze.Pass) error {
	h := p.Trace.Handover
	switch {
	case h.Authenticated:
		return analyze.Skip("authenticated", "the sender logged in: its address says nothing about the mail")
	case p.Direction == rules.Outbound || p.Direction == rules.Internal:
		return analyze.Skip("own-mail", "%s mail: it does not come from a stranger's server", p.Direction)
	case !h.IP.IsValid():
		return analyze.Skip("no-border", "no delivery point is known: %s", p.Trace.Why)
	}
	return nil
}

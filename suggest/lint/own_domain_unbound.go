package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var ownDomainUnbound = &Lint{
	Name: "own-domain-unbound", Title: "allows your own domain as a sender, and nothing proves that it is you", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if domain, own := p.ownSender(r); own && open(r) {
			p.Report(r, "sender", "anybody can write an address of "+domain+" into From: this rule lets every forger in who does", proposal)
		}
	},
}

// ownSender returns the first own domain among the senders of r.
func (p *Pass) ownSender(r *rules.Rule) (string, bool) {
	for _, s := range senders(r) {
		if _, domain, _ := split(s); domain != "" && p.isOwn(r, domain) {
			return domain, true
		}
	}
	return "", false
}

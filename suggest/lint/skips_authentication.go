package lint

import (
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var skipsAuthentication = &Lint{
	Name: "skips-authentication", Title: "skips more than the spam score", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		for _, s := range r.Skips {
			if low := strings.ToLower(s); slices.ContainsFunc(hard, func(word string) bool { return strings.Contains(low, word) }) {
				p.Report(r, "skips", "the rule also switches off `"+s+"`: what it lets in by mistake is let in all the way", "skip the spam score alone, where the filter can tell them apart")
				return
			}
		}
	},
}

// hard are words of checks whose loss costs more than an unwanted advertisement.
var hard = []string{"virus", "malware", "attachment", "sandbox", "url", "phish", "authentication", "dmarc", "spoof", "impersonation", "all"}

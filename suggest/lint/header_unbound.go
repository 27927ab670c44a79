package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var headerUnbound = &Lint{
	Name: "header-unbound", Title: "allows whoever writes a header field", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if open(r) && len(r.When.Headers) > 0 && !secret(r) {
			p.Report(r, "header", "whoever sends the message writes its header: a forger who has seen one of yours copies it", proposal)
		}
	},
}

// secret reports whether r asks for a token in a field of one's own that nobody guesses: the best that a filter can do that only looks
// for text. It must be long, and hold letters and digits.
func secret(r *rules.Rule) bool {
	for _, h := range r.When.Headers {
		if strings.HasPrefix(strings.ToLower(h.Name), "x-") && len(h.Contains) == 1 && isToken(h.Contains[0]) {
			return true
		}
	}
	return false
}

// shortestToken keeps guessing away: 16 letters and digits are more than 80 bits.
const shortestToken = 16

func isToken(s string) bool {
	return len(s) >= shortestToken && strings.ContainsAny(s, "0123456789") && strings.ContainsAny(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") &&
		!strings.ContainsAny(s, " .@")
}

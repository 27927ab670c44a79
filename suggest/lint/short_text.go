package lint

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Shorter texts stand in ordinary mail by chance.
const (
	shortestPhrase = 12
	shortestText   = 6
)

var shortText = &Lint{
	Name: "short-text", Title: "looks for a text that is too short to be meant", Severity: Warning,
	Each: func(p *Pass, r *rules.Rule) {
		for _, t := range texts(&rules.Rule{When: r.When}) {
			limit := shortestText
			if t[0] == "phrase" {
				limit = shortestPhrase
			}
			if n := utf8.RuneCountInString(strings.TrimSpace(t[1])); n < limit && r.Action == rules.Allow {
				p.Report(r, t[0], fmt.Sprintf("`%s` has %d characters: it stands in other mail by chance", t[1], n), fmt.Sprintf("take %d or more", limit))
				return
			}
		}
	},
}

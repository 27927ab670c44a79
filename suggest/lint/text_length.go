package lint

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Limits of filters on the length of a text.
const (
	longestEssentials = 4096 // Proofpoint Essentials: a whole filter
	longestExchange   = 128  // Exchange Online: a word of a Subject or body condition
)

var textLength = &Lint{
	Name: "text-length", Title: "is longer than the filter takes", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		total := 0
		for _, t := range texts(r) {
			total += len(t[1]) + 1
			if p.forFilter(r, "exchange-online") && t[0] != "header" && len(t[1]) > longestExchange {
				p.Report(r, t[0], fmt.Sprintf("a text of %d characters: Exchange Online takes %d", len(t[1]), longestExchange), "take a shorter part")
			}
		}
		for _, s := range append(senders(r), r.When.Recipient...) {
			total += len(s) + 1
		}
		if p.forFilter(r, "proofpoint-essentials") && total > longestEssentials {
			p.Report(r, "", fmt.Sprintf("the conditions have %d characters: a filter of Proofpoint Essentials takes %d", total, longestEssentials), "split the rule in two")
		}
	},
}

package imports

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var essentialsList = &Format{
	Name: "proofpoint-essentials", Title: "Proofpoint Essentials: a sender list, pasted from the page", Types: []string{"safe", "blocked"}, Filter: "proofpoint-essentials",
	read: func(r *reader) {
		action := r.action()
		if r.o.Type == "blocked" {
			action = rules.Block
		}
		r.lines(func(n int, line string) {
			found := false
			for word := range strings.FieldsFuncSeq(line, func(c rune) bool { return c == ' ' || c == '\t' || c == ',' || c == ';' }) {
				if word = strings.Trim(word, `"'`); !listEntry(word) {
					continue // a column of the page: a date, a button
				}
				found = true
				x := rules.Rule{Action: action}
				inner := *r
				inner.o.Type = ""
				inner.entry(&x, word, false)
				r.add(word, n, x)
			}
			if !found {
				r.note(n, "`%s` is no entry", clip(line))
			}
		})
	},
}

// listEntry reports whether a word of the page is an address, a domain or a network.
func listEntry(s string) bool {
	if _, ok := network(s); ok {
		return true
	}
	return strings.Contains(s, ".") && !strings.HasSuffix(s, ".") && strings.Trim(s, "0123456789./:-") != "" && senderPatterns(s, false) != nil
}

// clip shortens what is shown of a line.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

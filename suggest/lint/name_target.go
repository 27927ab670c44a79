package lint

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// longestName is what Proofpoint Essentials takes as the name of a filter.
const longestName = 30

var nameTarget = &Lint{
	Name: "name-target", Title: "has a name that the filter does not take", Severity: Note,
	Each: func(p *Pass, r *rules.Rule) {
		if !p.forFilter(r, "proofpoint-essentials") {
			return
		}
		odd := strings.IndexFunc(r.Name, func(c rune) bool { return c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') }) >= 0
		if odd || len(r.Name) > longestName {
			p.Report(r, "name", fmt.Sprintf("Proofpoint Essentials takes %d letters, digits and dashes, so the export has to rename it", longestName), "then you find it under the same name there")
		}
	},
}

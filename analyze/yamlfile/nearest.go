package yamlfile

import (
	"fmt"
	"strings"
)

func unknown(what, got string, known []string) string {
	if near := Nearest(got, known); near != "" {
		return fmt.Sprintf("unknown %s `%s`; did you mean `%s`?", what, got, near)
	}
	return fmt.Sprintf("unknown %s `%s`; known here: %s", what, got, strings.Join(known, ", "))
}

// Nearest returns the name of known that was most likely meant by got, or "" when none is near.
func Nearest(got string, known []string) string {
	got = fold(got)
	best, bestAt := "", 1+max(1, len(got)/3)
	for _, k := range known {
		if d := distance(got, fold(k), bestAt); d < bestAt {
			best, bestAt = k, d
		}
	}
	return best
}

// fold takes out what people vary without thinking: case, and which sign joins words.
func fold(s string) string {
	return strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(s))
}

// distance counts insertions, deletions, replacements and swaps of neighbours between a and b; limit or more means "far".
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, prev, row := []int(nil), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, make([]int, len(b)+1)
	}
	return prev[len(b)]
}

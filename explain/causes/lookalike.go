package causes

import "strings"

// minLookalike: shorter names differ by one letter all the time without meaning anything.
const minLookalike = 5

// maxCompared bounds the names that are compared letter by letter.
const maxCompared = 63

// looksLike reports whether domain is another name than known and easily taken for it: one slip of a letter, letters that look alike, or a
// word joined to it by a hyphen. Names under one organisation are the same.
func looksLike(domain, known string) bool {
	a, b := label(domain), label(known)
	if a == b || len(b) < minLookalike || len(a) > maxCompared || len(b) > maxCompared {
		return false
	}
	switch {
	case skeleton(a) == skeleton(b):
		return true
	case strings.HasPrefix(a, b+"-") || strings.HasSuffix(a, "-"+b):
		return true
	}
	return slips(a, b) == 1
}

// label is the name that people read: the first label under the public suffix.
func label(domain string) string {
	l, _, _ := strings.Cut(orgOf(domain), ".")
	return l
}

// skeleton maps what looks alike to one letter.
func skeleton(s string) string {
	return strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l", "5", "s", "-", "").Replace(s)
}

// slips counts the typing slips between two names: a letter more, less, wrong, or two swapped (optimal string alignment).
func slips(a, b string) int {
	if d := len(a) - len(b); d > 1 || d < -1 {
		return 2
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// sameName compares names of people: case and white space do not count.
func sameName(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

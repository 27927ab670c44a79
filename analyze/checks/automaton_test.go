package checks

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAutomatonFindsWhatStringsFinds compares with a search for each literal by itself, over texts of few letters, so that literals overlap.
func TestAutomatonFindsWhatStringsFinds(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	word := func(most int) string {
		var b strings.Builder
		for range 1 + random.Intn(most) {
			b.WriteByte("abc "[random.Intn(4)])
		}
		return b.String()
	}
	for range 300 {
		list := make([]string, 1+random.Intn(12))
		for i := range list {
			list[i] = word(5)
		}
		list = append(list, list[0]) // two heuristics may ask for the same words
		text := word(200) + "é" + word(50)
		var got, want []string
		newAutomaton(list).walk(text, func(n, start int) { got = append(got, fmt.Sprintf("%d at %d", n, start)) })
		for n, l := range list {
			for at := range len(text) {
				if strings.HasPrefix(text[at:], l) {
					want = append(want, fmt.Sprintf("%d at %d", n, at))
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q in %q: %s", list, text, diff)
		}
	}
}

func TestLiteralsFitTheAutomaton(t *testing.T) {
	bytes := 0
	for _, h := range phrases() {
		for _, l := range h.literals {
			bytes += len(l)
			if l == "" || l != strings.ToLower(l) {
				t.Errorf("%s: literal %q is empty or not in lower case", h.id, l)
			}
		}
	}
	if bytes >= 1<<16-1 {
		t.Errorf("%d bytes of literals: states are numbered in 16 bits", bytes)
	}
}

func BenchmarkNewAutomaton(b *testing.B) {
	var list []string
	for _, h := range phrases() {
		list = append(list, h.literals...)
	}
	b.ReportAllocs()
	for b.Loop() {
		newAutomaton(list)
	}
}

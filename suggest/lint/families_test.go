package lint

import (
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBeginFindsWhatStringsFinds compares with a search for each text by itself, over few letters, so that texts overlap.
func TestBeginFindsWhatStringsFinds(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	word := func(most int) string {
		var b strings.Builder
		for range 1 + random.Intn(most) {
			b.WriteString([]string{"a", "b", "c", " ", "é"}[random.Intn(5)])
		}
		return b.String()
	}
	for range 300 {
		f := &families{}
		for range 1 + random.Intn(12) {
			f.texts = append(f.texts, word(5))
		}
		slices.Sort(f.texts)
		f.texts = slices.Compact(f.texts)
		var got, want []string
		s := word(60)
		f.begin(s, func(text string) { got = append(got, text) })
		for _, text := range f.texts {
			if strings.HasPrefix(s, text) {
				want = append(want, text)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q in %q: %s", f.texts, s, diff)
		}
	}
}

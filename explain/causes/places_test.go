package causes

import (
	"strings"
	"testing"
)

// TestWordFinder: the finder finds each word of each list, where it begins, and no more often than is looked at.
func TestWordFinder(t *testing.T) {
	f := wordFinder()
	for list, words := range anchorLists {
		for _, w := range words {
			if found := f.find("ok" + w)[list]; len(found) == 0 || found[0].at < 2 {
				t.Errorf("%q of list %d was not found: %v", w, list, found)
			}
			for _, p := range f.find("ok" + w[:len(w)-1])[list] {
				if p.word == w {
					t.Errorf("%q was found where its end is missing", w)
				}
			}
		}
	}
	if found := f.find("Dear customer, nothing of that kind is here. Kind regards, Ines"); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	if found := f.find(strings.Repeat("our new iban, ", 3*maxPlaces))[accountWords.list]; len(found) != maxPlaces || found[1] != (place{"iban", 22}) {
		t.Errorf("found %v", found)
	}
}

func BenchmarkWordFinder(b *testing.B) {
	text := strings.Repeat("dear ines, please find our bank details for the delivery on thursday in the order. ", 75)
	f := wordFinder()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		f.find(text)
	}
}

func BenchmarkNewFinder(b *testing.B) {
	for b.Loop() {
		newFinder()
	}
}

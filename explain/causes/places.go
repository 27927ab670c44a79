package causes

import (
	"strings"
	"sync"
)

// anchors are words that are looked for everywhere in a text: those of all lists at once, and once for a message.
type anchors struct {
	words []string
	list  int
}

// anchorLists are all of them, by their number.
var anchorLists [][]string

// anchored makes a list of words, each of at least four bytes.
func anchored(words ...string) anchors {
	anchorLists = append(anchorLists, words)
	return anchors{words, len(anchorLists) - 1}
}

// place is where a word of a list begins.
type place struct {
	word string
	at   int
}

// finder finds the words of all lists in one pass: most places are ruled out by the four bytes that stand there. The automaton of
// the checks finds as much, and would take half a millisecond and 800 kB to build at every start: ten times as long, and sixteen times as much.
type finder struct {
	begins [1 << 10]uint64 // a bit for each hash of four bytes that a word begins with
	words  map[uint32][]anchor
}

type anchor struct {
	word string
	list int
}

const begin = 4 // bytes of a word that are hashed

var wordFinder = sync.OnceValue(newFinder)

func newFinder() *finder {
	f := &finder{words: map[uint32][]anchor{}}
	for list, words := range anchorLists {
		for _, w := range words {
			four := beginning(w)
			f.begins[bucket(four)/64] |= 1 << (bucket(four) % 64)
			f.words[four] = append(f.words[four], anchor{w, list})
		}
	}
	return f
}

func beginning(s string) uint32 {
	_ = s[begin-1]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func bucket(four uint32) uint32 { return four * 0x9e3779b1 >> 16 }

// find returns the places of words in text by list, each list in the order of the text. Of one word it takes no more than maxPlaces.
func (f *finder) find(text string) map[int][]place {
	var found map[int][]place
	var times map[string]int
	var four uint32
	for last := range len(text) {
		four = four>>8 | uint32(text[last])<<24
		if b := bucket(four); f.begins[b/64]&(1<<(b%64)) == 0 || last < begin-1 {
			continue
		}
		i := last - begin + 1
		for _, a := range f.words[four] {
			if !strings.HasPrefix(text[i:], a.word) {
				continue
			}
			if found == nil {
				found, times = map[int][]place{}, map[string]int{}
			}
			if times[a.word]++; times[a.word] <= maxPlaces {
				found[a.list] = append(found[a.list], place{a.word, i})
			}
		}
	}
	return found
}

package bayes

import (
	"strings"
	"unicode/utf8"
)

// maxTokens bounds the features of a message: a long newsletter has 5,000, and more text says nothing new.
const maxTokens = 12000

// Tokens calls f for every feature of d until f returns false or the limit is reached. A feature may come several times.
func (d *Document) Tokens(f func(Token) bool) {
	t := tokenizer{emit: f, left: maxTokens}
	t.words(InSubject, 0, d.Subject)
	t.list(InShapes, d.Shapes)
	t.list(InHosts, d.Hosts)
	t.list(InRoutes, d.Routes)
	for i, s := range d.Texts {
		t.words(InText, i, s[:listFooter(s)])
	}
}

type tokenizer struct {
	emit func(Token) bool
	left int
}

func (t *tokenizer) give(k Token) {
	if t.left > 0 {
		if t.left--; !t.emit(k) {
			t.left = 0
		}
	}
}

func (t *tokenizer) list(p Place, list []string) {
	for i, s := range list {
		t.give(Token{Hash: mix(hashWord(s), uint32(p)), Place: p, Index: int32(i), End: int32(len(s))})
	}
}

type word struct {
	hash       uint32
	start, end int
}

// words gives each word of s, and each pair with the word before it. What does not count (dates, addresses) may stand between the two. Pairs over
// two and three words were measured as well: they made twice the tokens, and the verdict no better.
func (t *tokenizer) words(p Place, text int, s string) {
	var last word
	for i := 0; i < len(s) && t.left > 0; {
		start, end := nextWord(s, i)
		if start == end {
			return
		}
		i = end
		h, ok := wordHash(s[start:end])
		if !ok {
			continue
		}
		t.give(Token{mix(h, uint32(p)), int32(text), int32(start), int32(end), p, false})
		if last.end > 0 {
			t.give(Token{mix(mix(last.hash, h), uint32(p)+16), int32(text), int32(last.start), int32(end), p, true})
		}
		last = word{h, start, end}
	}
}

// nextWord returns the next run of letters, digits and the marks that spam writes inside words. start == end: there is none.
func nextWord(s string, i int) (start, end int) {
	for i < len(s) && !wordByte[s[i]] {
		i++
	}
	start = i
	for i < len(s) && (wordByte[s[i]] || joinByte[s[i]] && i+1 < len(s) && wordByte[s[i+1]]) {
		i++
	}
	return start, i
}

// wordByte are the bytes that words are made of; joinByte keeps host names, addresses, prices and contractions together.
var wordByte, joinByte = byteTable("abcdefghijklmnopqrstuvwxyz0123456789$%!_#", true), byteTable(".@',-/:", false)

func byteTable(chars string, high bool) (t [256]bool) {
	for _, c := range []byte(chars) {
		t[c] = true
	}
	for c := utf8.RuneSelf; high && c < 256; c++ {
		t[c] = true
	}
	return t
}

const (
	rulerLength = 20  // underscores, as list software draws them
	footerMost  = 500 // bytes of a list's footer: two lines and an address
)

// listFooter returns where the footer of a list begins: behind a ruler near the end, and shorter than what stands before it. It says which
// list it was, and nothing of the message.
func listFooter(s string) int {
	from := max(len(s)-footerMost, len(s)/2)
	if i := strings.Index(s[from:], "____________________"[:rulerLength]); i >= 0 {
		return from + i
	}
	return len(s)
}

// maxWord bounds a word: what is longer is an identifier or garbage.
const maxWord = 40

// wordHash returns the hash of a word as it counts: numbers by their form, and no dates, addresses or hosts, which would teach the
// corpus and not spam. ok is false for what does not count.
func wordHash(w string) (h uint32, ok bool) {
	digits, letters := 0, 0
	for i := 0; i < len(w); i++ {
		switch c := w[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z' || c >= utf8.RuneSelf:
			letters++
		case c == '@' || c == '/' || c == ':':
			return 0, false
		case c == '.' && letters > 0 && i+2 < len(w):
			return 0, false
		}
	}
	switch {
	case len(w) > maxWord || letters == 0 && digits == 0 && len(w) > 3:
		return 0, false
	case letters == 0 && digits > 0:
		return hashForm(w), true
	case isDateWord(w):
		return 0, false
	}
	return hashWord(w), true
}

// hashForm hashes a number by its form: "$1,999" and "$2,499" are one token.
func hashForm(w string) uint32 {
	h := seed
	run := byte(0)
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c >= '0' && c <= '9' {
			if run == '0' {
				continue
			}
			c = '0'
		}
		run = c
		h = (h ^ uint32(c)) * prime
	}
	return h ^ uint32(min(len(w), 9))<<24
}

// isDateWord knows the names of days and months, but for "may" and "march", which are words as well.
func isDateWord(w string) bool {
	if len(w) < 3 || len(w) > 9 {
		return false
	}
	switch w {
	case "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"january", "february", "april", "june", "july", "august", "september", "october", "november", "december":
		return true
	}
	return false
}

const (
	seed  uint32 = 2166136261
	prime uint32 = 16777619
)

// hashWord is FNV-1a. It is stable for ever: models on disk are made of it.
func hashWord(w string) uint32 {
	h := seed
	for i := 0; i < len(w); i++ {
		h = (h ^ uint32(w[i])) * prime
	}
	return h
}

// mix combines two hashes so that their order counts. It never returns 0, which marks an empty slot.
func mix(a, b uint32) uint32 {
	h := a*0x9e3779b1 ^ b
	h ^= h >> 15
	h *= 0x85ebca6b
	return max(h^h>>13, 1)
}

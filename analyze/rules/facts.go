package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is how much of the visible text phrases are looked for in. A phrase that could only stand behind it is unknown.
const MaxText = 4 << 20

// memo keeps what several rules ask of one message.
type memo struct {
	text  string
	known Known
	read  bool
}

// Ready returns f with a memory, so that many rules read and fold the text of a message once. The result serves one goroutine.
func (f Facts) Ready() Facts {
	f.memo = &memo{}
	return f
}

// body returns the visible text in the form in which phrases are compared.
func (f *Facts) body() (string, Known) {
	if f.memo != nil && f.memo.read {
		return f.memo.text, f.memo.known
	}
	text, known := f.readBody()
	if f.memo != nil {
		*f.memo = memo{text, known, true}
	}
	return text, known
}

func (f *Facts) readBody() (string, Known) {
	if f.Body == nil {
		return "", Maybe
	}
	text, known := f.Body()
	if len(text) > MaxText {
		text, known = text[:MaxText], Maybe
	}
	return foldText(text), known
}

// foldText lowers case and makes each run of white space one space: a phrase may be wrapped anywhere.
func foldText(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		i += n
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}

func isFolded(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 0x80 || c >= 'A' && c <= 'Z' || c < ' ' || c == ' ' && i > 0 && s[i-1] == ' ' {
			return false
		}
	}
	return true
}

package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
)

// Clean makes text of a message, of the DNS or of a profile fit to print on one line. What could move the cursor, reorder the text
// or hide in it is shown as an escape: control characters, line and paragraph separators, bidirectional and zero-width characters,
// and bytes that are not UTF-8. Other kinds of space become a plain space.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	eachGlyph([]byte(s), func(g string, _, _ int) bool { b.WriteString(g); return true })
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// maxMarks bounds the combining marks on one letter: piled up they paint over the lines above and below. Vietnamese needs two,
// Hebrew with cantillation four.
const maxMarks = 4

// eachGlyph calls f for every character of b with what stands for it on the screen and the bytes at..at+size that it came from, until f
// returns false.
func eachGlyph(b []byte, f func(glyph string, at, size int) bool) {
	marks := 0
	for at := 0; at < len(b); {
		r, size := utf8.DecodeRune(b[at:])
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			marks++
		} else {
			marks = 0
		}
		g := glyph(r, b[at:at+size])
		if marks > maxMarks {
			g = escape(r)
		}
		if !f(g, at, size) {
			return
		}
		at += size
	}
}

func glyph(r rune, raw []byte) string {
	switch {
	case r == utf8.RuneError && len(raw) <= 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < ' ' || r == 0x7f:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= '~':
		return string(raw)
	case unicode.Is(unicode.Zs, r):
		return " "
	case !unicode.IsPrint(r) || invisible(r):
		return escape(r)
	}
	return string(raw)
}

func escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// invisible reports characters that count as printable and yet show nothing: spam hides words with them.
func invisible(r rune) bool {
	return r == 0x2800 || // BRAILLE PATTERN BLANK
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r)
}

// width returns the columns that clean text takes: the sum over its characters, as most terminals draw it.
func width(s string) int {
	if isPlain(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	if r <= '~' {
		return 1
	}
	return lipgloss.Width(string(r))
}

// cut shortens clean text to at most n columns and marks the cut with "…".
func cut(s string, n int) string {
	if width(s) <= n {
		return s
	}
	used, end := 0, 0
	for i, r := range s {
		w := runeWidth(r)
		if used+w > n-1 {
			break
		}
		used += w
		end = i + utf8.RuneLen(r)
	}
	return s[:end] + "…"
}

// pad fills clean text up to n columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-width(s))) }

// wrap breaks clean text at spaces into lines of at most n columns. A word longer than a line is cut through, never lost.
func wrap(s string, n int) []string {
	n = max(n, 10)
	var lines []string
	line, used := "", 0
	for _, word := range words(s) {
		w := width(word)
		if used > 0 && used+1+w <= n {
			line, used = line+" "+word, used+1+w
			continue
		}
		if used > 0 {
			lines = append(lines, line)
		}
		for w > n {
			head := cutExact(word, n)
			lines = append(lines, head)
			word = word[len(head):]
			w -= width(head)
		}
		line, used = word, w
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// words are what wrap keeps together: what stands between spaces, and a number with its percent sign.
func words(s string) []string {
	var out []string
	for word := range strings.FieldsSeq(s) {
		if n := len(out); n > 0 && word[0] == '%' && strings.ContainsRune("0123456789", rune(out[n-1][len(out[n-1])-1])) {
			out[n-1] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

// cutExact returns the longest prefix of at most n columns, but never an empty one.
func cutExact(s string, n int) string {
	used := 0
	for i, r := range s {
		used += runeWidth(r)
		if used > n && i > 0 {
			return s[:i]
		}
	}
	return s
}

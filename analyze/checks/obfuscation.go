package checks

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// obfuscationGroup is about text that is written so that a filter reads something else than a person.
var obfuscationGroup = group{
	name: "obfuscation", title: "is something hidden from filters or from the reader", cap: 5,
	list: []heuristic{
		{id: "obfuscation.mixed-scripts", title: "mixes letters of several alphabets in one word", shape: inText(mixedScript)},
		{id: "obfuscation.invisible", title: "has invisible characters inside words", shape: inText(invisibleInWord)},
		{id: "obfuscation.spaced-out", title: "spells a word with a gap after each letter", shape: inText(spacedOut)},
		{id: "obfuscation.comment-in-word", title: "cuts words with HTML comments", shape: func(l *look) (found, bool) {
			return l.html("comments inside words"), l.Comments >= 3
		}},
		{id: "obfuscation.hidden-text", title: "hides much of its text from the reader", shape: func(l *look) (found, bool) {
			return l.html("hidden by style"), l.Hidden >= 5
		}},
	},
}

// html points at the HTML part.
func (l *look) html(note string) found {
	for _, t := range l.Texts {
		if t.HTML {
			return found{firstLine(l.Message, t.Part.Body), note}
		}
	}
	return found{note: note}
}

// inText makes a shape of a scanner over visible text; the scanner returns the odd piece, or "".
func inText(scan func(string) string) func(*look) (found, bool) {
	return func(l *look) (found, bool) {
		if piece := scan(l.subject); piece != "" {
			return found{l.SubjectSpan, piece}, true
		}
		for _, t := range l.Texts {
			if piece := scan(t.Visible); piece != "" {
				return locate(l.Message, t.Part.Body, piece), true
			}
		}
		return found{}, false
	}
}

// locate points at piece where it stands as it is, or else at the part.
func locate(m *eml.Message, s eml.Span, piece string) found {
	if i := strings.Index(string(m.Bytes(eml.Span{Start: s.Start, End: min(s.End, s.Start+maxText)})), piece); i >= 0 {
		return found{span: eml.Span{Start: s.Start + i, End: s.Start + i + len(piece)}}
	}
	return found{firstLine(m, s), piece}
}

// mixedScript returns the first word that has Latin letters beside Cyrillic or Greek ones. Whole words of either are languages.
func mixedScript(s string) string {
	if isASCII(s) {
		return ""
	}
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if isASCII(word) || utf8.RuneCountInString(word) < 4 {
			continue
		}
		var latin, other int
		for _, r := range word {
			switch {
			case unicode.Is(unicode.Latin, r):
				latin++
			case unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r):
				other++
			}
		}
		if latin > 0 && other > 0 {
			return word
		}
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// invisibleInWord returns a word that is cut by zero-width characters or soft hyphens between Latin letters. Joiners are part of
// Indic and Persian writing and of emoji, where no Latin letter stands on both sides.
func invisibleInWord(s string) string {
	if isASCII(s) {
		return ""
	}
	count, first := 0, ""
	for i, r := range s {
		if (r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060' || r == '\ufeff' || r == '\u00ad') && i > 0 && isAlpha(s[i-1]) {
			if after := s[i+utf8.RuneLen(r):]; after != "" && isAlpha(after[0]) {
				if count++; count == 1 {
					first = s[max(0, i-3):min(len(s), i+utf8.RuneLen(r)+3)]
				}
			}
		}
	}
	if count < 3 { // one or two soft hyphens come out of word processors
		return ""
	}
	return strings.ToValidUTF8(first, "")
}

// spacedOut returns a run of five or more single letters with one gap each, as in "v i a g r a".
func spacedOut(s string) string {
	for i := 0; i+9 < len(s); i++ {
		// Five letters and four gaps: looking at the last gap first skips nearly everything.
		if !isGap[s[i+7]] || !isGap[s[i+1]] || !isGap[s[i+3]] || !isGap[s[i+5]] || i > 0 && isWordByte(s[i-1]) {
			continue
		}
		end := i
		for end < len(s) && isAlpha(s[end]) && (end+1 == len(s) || !isWordByte(s[end+1])) {
			end += 2
		}
		if end-i >= 10 {
			return strings.TrimRight(s[i:min(end, len(s))], " .-_*")
		}
	}
	return ""
}

// isGap are the characters that spell a word letter by letter.
var isGap = [256]bool{' ': true, '.': true, '-': true, '_': true, '*': true}

func isWordByte(c byte) bool { return isAlpha(c) || c >= '0' && c <= '9' || c >= utf8.RuneSelf }

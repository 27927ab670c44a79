package checks

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// obfuscationGroup is about text that is written so that a filter reads something else than a person.
var obfuscationGroup = group{
	name: "obfuscation", title: "is something hidden from filters or from the reader", cap: 4,
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
		{id: "obfuscation.digits-in-words", title: "writes digits for letters", shape: inText(digitsInWord)},
		{id: "obfuscation.gappy-subject", title: "fills the subject with gaps and a mark at its end", shape: gappySubject},
		{id: "obfuscation.invisible-subject", title: "has invisible characters in the subject or the author's name", shape: invisibleSubject},
		{id: "obfuscation.number-entities", title: "spells its HTML text in numbers", shape: numberEntities},
		{id: "obfuscation.base64-text", title: "encodes plain ASCII text in base64", shape: base64ASCII},
		{id: "obfuscation.text-differs", title: "says one thing as text and another as HTML", shape: textDiffers},
	},
}

// overrides turn the direction of what follows against its letters, as in photo_gpj.exe, which then reads photo_exe.jpg. Text of right-to-left
// scripts needs the other marks of direction, and not these.
const overrides = "\u202d\u202e"

func invisibleSubject(l *look) (found, bool) {
	if strings.ContainsAny(l.Subject, "\u200b\u200c\u200d\u2060\ufeff\u00ad"+overrides) {
		return found{span: l.SubjectSpan}, true
	}
	a, span, ok := l.author()
	return found{span: span}, ok && strings.ContainsAny(a.Name, overrides)
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

// Spot points at piece in a part where it stands as it is, or else at the part's first line.
func Spot(m *eml.Message, part eml.Span, piece string) eml.Span { return locate(m, part, piece).span }

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

// digitsInWord returns a word such as v1agra or fr33: digits between letters where they look like letters. Part numbers and names of
// standards have capitals or a block of digits, and are short.
func digitsInWord(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != '@' && !isDigit(c) || (i == 0 || !isAlpha(s[i-1])) && (i+1 == len(s) || !isAlpha(s[i+1])) {
			continue
		}
		start, end := i, i+1
		for start > 0 && isDisguise(s[start-1]) {
			start--
		}
		for end < len(s) && isDisguise(s[end]) {
			end++
		}
		if word := s[start:end]; len(word) <= 12 && disguised[undisguise(word)] {
			return word
		}
		i = end
	}
	return ""
}

func isDisguise(c byte) bool { return isAlpha(c) || isDigit(c) || c == '@' }

// disguised are words that spam writes with digits, and that nobody else does.
var disguised = map[string]bool{
	"viagra": true, "cialis": true, "levitra": true, "free": true, "casino": true, "pharmacy": true, "mortgage": true, "penis": true, "sex": true,
	"porn": true, "rolex": true, "replica": true, "credit": true, "bitcoin": true, "paypal": true, "password": true, "account": true, "prize": true,
	"winner": true, "lottery": true, "enlarge": true, "medication": true, "valium": true, "xanax": true, "ambien": true, "refinance": true,
}

var undisguiser = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a")

func undisguise(w string) string { return undisguiser.Replace(w) }

// gappySubject knows the subject that ends, behind a long gap, in a mark that tells the copies of one mailing apart.
func gappySubject(l *look) (found, bool) {
	s := strings.TrimRight(l.Subject, " ")
	gap := strings.LastIndex(s, "      ")
	if gap < 0 {
		return found{}, false
	}
	mark := strings.TrimSpace(s[gap:])
	return found{span: l.SubjectSpan, note: "ends in “" + mark + "”"}, len(mark) >= 3 && len(mark) <= 20 && !strings.Contains(mark, " ")
}

func numberEntities(l *look) (found, bool) {
	for _, t := range l.Texts {
		if !t.HTML {
			continue
		}
		n := 0
		for rest := l.Message.Bytes(t.Part.Body); n <= 40; {
			i := bytes.Index(rest, []byte("&#"))
			if i < 0 {
				break
			}
			// A number below 128 is an ASCII letter that needs no spelling; other scripts are spelled so by old programs.
			if v, _ := strconv.Atoi(string(leadingDigits(rest[i+2:]))); v >= 48 && v < 128 {
				n++
			}
			rest = rest[i+2:]
		}
		if n > 40 {
			return l.html("letters written as &#…;"), true
		}
	}
	return found{}, false
}

func leadingDigits(b []byte) []byte {
	n := 0
	for n < len(b) && n < 7 && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return b[:n]
}

// base64ASCII knows text that needs no encoding at all and hides in base64. Some programs encode everything in UTF-8, so a stated charset of
// ASCII or Latin is asked for.
func base64ASCII(l *look) (found, bool) {
	for _, t := range l.Texts {
		charset := strings.ToLower(t.Part.Charset)
		if t.Part.Encoding == "base64" && (charset == "" || charset == "us-ascii" || strings.HasPrefix(charset, "iso-8859-")) && len(t.Visible) > 80 && isASCII(t.Visible) {
			return found{firstLine(l.Message, t.Part.Header), "the text is plain ASCII"}, true
		}
	}
	return found{}, false
}

// maxCompared bounds the text whose words are looked for in the HTML: what differs, differs from the start.
const maxCompared = 2 << 10

// textDiffers compares the words of the plain part with those of the HTML part: the one is for filters, the other for the reader.
func textDiffers(l *look) (found, bool) {
	var plain, html string
	for _, t := range l.Texts {
		if t.HTML {
			html += t.Visible
		} else {
			plain += t.Visible
		}
	}
	if len(plain) < 200 || len(html) < 200 {
		return found{}, false
	}
	plain = plain[:min(len(plain), maxCompared)]
	var in [1 << 13]bool // a set of hashes: a collision makes two texts look a little more alike
	for w := range strings.FieldsSeq(html) {
		in[hashOf(w)%(1<<13)] = true
	}
	n, same := 0, 0
	for w := range strings.FieldsSeq(plain) {
		if len(w) > 3 && !strings.Contains(w, "/") {
			n++
			if in[hashOf(w)%(1<<13)] {
				same++
			}
		}
	}
	return l.html(fmt.Sprintf("of %d words of the text part %d stand in the HTML part", n, same)), n >= 20 && same*6 < n
}

// hashOf is FNV-1a.
func hashOf(w string) uint32 {
	h := uint32(2166136261)
	for i := range len(w) {
		h = (h ^ uint32(w[i])) * 16777619
	}
	return h
}

package dkim

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// offerSubject takes out marks in brackets, words that filters put in front, and undoes re-encoded words.
func (x *headerSearch) offerSubject(s *slot) {
	x.offerKept(s)
	if s.field == nil {
		return
	}
	raw := x.raw(*s.field)
	for _, v := range untagged(raw) {
		x.value(s, "subject-tag", v)
	}
	text := x.m.Text(*s.field)
	for _, v := range append([]string{text}, untagged(text)...) {
		kind := "words-reencoded"
		if v != text {
			kind = "subject-tag"
		}
		v = strings.TrimSpace(v)
		if v == "" {
			continue
		}
		if ascii(v) {
			x.value(s, kind, v)
			continue
		}
		for _, w := range encodedWords(v) {
			x.value(s, kind, w)
		}
	}
	x.value(s, "words-reencoded", text)
}

// marks that filters put in front of a subject without brackets.
var subjectMarks = []string{"***SPAM***", "*****SPAM*****", "*** SPAM ***", "**SPAM**", "SPAM:", "Spam:", "SPAM ", "EXTERNAL:", "External:", "EXTERNAL -", "EXT:", "CAUTION:", "{Spam?}", "{Disarmed}", "Suspected Spam:", "*SUSPECTED SPAM*", "(SPAM)", "RE:", "Re:", "AW:", "Fwd:"}

// untagged lists the subject without each mark, then without all of one kind; folds stay where they are.
func untagged(v string) []string {
	var out []string
	cut := func(i, j int) {
		before, after := v[:i], v[j:]
		out = append(out, before+strings.TrimLeft(after, " "), before+after, strings.TrimRight(before, " ")+after)
		if i == 0 || strings.TrimSpace(before) == "" {
			out = append(out, strings.TrimLeft(after, " \t\r\n"))
		}
	}
	for _, pair := range []string{"[]", "()", "{}", "<>"} {
		for i := 0; i < len(v) && len(out) < 24; i++ {
			if v[i] == pair[0] {
				if n := strings.IndexByte(v[i:], pair[1]); n > 0 {
					cut(i, i+n+1)
				}
			}
		}
	}
	for _, m := range subjectMarks {
		if i := strings.Index(v, m); i >= 0 {
			cut(i, i+len(m))
		}
	}
	// Mailman moves "Re:" in front of its tag, or takes a second one out.
	if i := strings.IndexByte(v, '['); i >= 0 && strings.Contains(v, "Re:") {
		if n := strings.IndexByte(v[i:], ']'); n > 0 {
			bare := strings.TrimSpace(strings.Replace(v[i+n+1:], "Re:", "", 1))
			out = append(out, "Re: "+bare, "RE: "+bare, "AW: "+bare, bare)
		}
	}
	return out
}

// maxSubject bounds the cuts that everyCut tries: their number grows with the square.
const maxSubject = 160

// everyCut lists the subject as it stands, and without each substring, short ones first.
func (x *headerSearch) everyCut(s slot) []alt {
	raw := x.raw(*s.field)
	out := s.alts[:1:1]
	if len(raw) > maxSubject {
		return out
	}
	head := string(x.m.Raw[s.field.Span.Start:s.field.Value.Start])
	for n := 1; n < len(raw); n++ {
		for at := 0; at+n <= len(raw); at++ {
			out = append(out, x.alt("subject-changed", []byte(head+raw[:at]+raw[at+n:]+crlf)))
		}
	}
	return out
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// encodedWords writes a text as RFC 2047 words the ways that programs do: whole, or each word that needs it; B or Q; utf-8 in either case.
func encodedWords(v string) []string {
	var out []string
	for _, charset := range []string{"UTF-8", "utf-8"} {
		for _, b := range []bool{true, false} {
			for _, upper := range []bool{true, false} {
				out = append(out, oneWord(v, charset, b, upper, 75), oneWord(v, charset, b, upper, 1<<20), wordByWord(v, charset, b, upper))
			}
		}
	}
	return out
}

// oneWord encodes all of v, split into words of at most width bytes that a fold separates.
func oneWord(v, charset string, b, upper bool, width int) string {
	head := wordHead(charset, b, upper)
	room := width - len(head) - 2
	var words []string
	var chunk []rune
	flush := func() {
		if len(chunk) > 0 {
			words = append(words, head+wordText(string(chunk), b)+"?=")
			chunk = nil
		}
	}
	for _, r := range v {
		if len(wordText(string(append(chunk, r)), b)) > room {
			flush()
		}
		chunk = append(chunk, r)
	}
	flush()
	return strings.Join(words, "\r\n ")
}

func wordHead(charset string, b, upper bool) string {
	letter := "q"
	if b {
		letter = "b"
	}
	if upper {
		letter = strings.ToUpper(letter)
	}
	return "=?" + charset + "?" + letter + "?"
}

func wordText(s string, b bool) string {
	if b {
		return base64.StdEncoding.EncodeToString([]byte(s))
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			out.WriteByte('_')
		case c >= utf8.RuneSelf || c < ' ' || strings.IndexByte("=?_", c) >= 0:
			out.WriteString("=" + string(hexDigits[c>>4]) + string(hexDigits[c&15]))
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// wordByWord encodes the run of words that need it and leaves the others.
func wordByWord(v, charset string, b, upper bool) string {
	words := strings.Split(v, " ")
	first, last := -1, -1
	for i, w := range words {
		if !ascii(w) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return v
	}
	mid := oneWord(strings.Join(words[first:last+1], " "), charset, b, upper, 75)
	return strings.TrimSpace(strings.Join(words[:first], " ") + " " + mid + " " + strings.Join(words[last+1:], " "))
}

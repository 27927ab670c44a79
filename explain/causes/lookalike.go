package causes

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// minLookalike: shorter names differ by one letter all the time without meaning anything.
const minLookalike = 5

// maxCompared bounds the names that are compared letter by letter.
const maxCompared = 63

// looksLike reports whether domain is another name than known and easily taken for it: one slip of a letter, letters that look alike, a word joined to
// it, or the whole of it in front of another domain. Names under one organisation are the same.
func looksLike(domain, known string) bool {
	a, b := label(domain), label(known)
	if a == b || len(b) < minLookalike || len(a) > maxCompared || len(b) > maxCompared {
		return false
	}
	whole := orgOf(known)
	switch {
	case strings.Contains(domain, whole+".") || strings.Contains(domain, strings.ReplaceAll(whole, ".", "-")+"."):
		return true
	case strings.HasPrefix(a, b+"-") || strings.HasSuffix(a, "-"+b):
		return true
	case strings.HasPrefix(a, b) && slices.Contains(joined, a[len(b):]) || strings.HasSuffix(a, b) && slices.Contains(joined, a[:len(a)-len(b)]):
		return true
	}
	return nearlySpelt(a, b)
}

// nearlySpelt reports whether one name is the other with a slip of a letter, or with letters that look alike.
func nearlySpelt(a, b string) bool { return a != b && (skeleton(a) == skeleton(b) || slips(a, b) == 1) }

// sameLabel reports whether two organisations bear one name under different top levels. Firms own several, and strangers share names.
func sameLabel(domain, known string) bool {
	return label(domain) == label(known) && len(label(known)) >= minLookalike && orgOf(domain) != orgOf(known)
}

// joined are the words that fraud writes to a name without a hyphen.
var joined = []string{"account", "accounts", "admin", "bank", "billing", "confirm", "corp", "finance", "global", "group", "help", "helpdesk", "hr", "inc", "invoice", "invoices", "invoicing",
	"login", "mail", "office", "online", "pay", "payment", "payments", "payroll", "portal", "secure", "security", "service", "services", "signin", "support", "team", "verify", "web"}

// label is the name that people read: the first label under the public suffix, out of punycode.
func label(domain string) string {
	l, _, _ := strings.Cut(orgOf(domain), ".")
	if u, err := idna.Punycode.ToUnicode(l); err == nil {
		return u
	}
	return l
}

// skeleton maps what looks alike to one letter.
func skeleton(s string) string { return alike.Replace(plainLetters(s)) }

var alike = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l", "5", "s", "-", "")

// plainLetters writes letters without their marks, and those of other alphabets that look Latin as Latin ones, in lower case.
func plainLetters(s string) string {
	s = strings.ToLower(s)
	if strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		if l, ok := twins[r]; ok {
			return l
		}
		return r
	}, norm.NFKD.String(s))
}

// twins are small letters that most fonts draw as Latin ones (Unicode UTS 39, confusables).
var twins = map[rune]rune{
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'ѕ': 's', 'і': 'i', 'ј': 'j', 'ԁ': 'd', 'ӏ': 'l', 'һ': 'h', 'в': 'b', 'к': 'k', 'м': 'm', 'т': 't', 'н': 'h', 'ԝ': 'w', 'ԛ': 'q', 'ո': 'n',
	'α': 'a', 'ο': 'o', 'ρ': 'p', 'ν': 'v', 'ι': 'i', 'κ': 'k', 'τ': 't', 'υ': 'u', 'χ': 'x', 'ı': 'i', 'ł': 'l', 'ø': 'o', 'đ': 'd', 'ɡ': 'g', 'ɑ': 'a',
}

// slips counts the typing slips between two names: a letter more, less, wrong, or two swapped (optimal string alignment).
func slips(x, y string) int {
	a, b := []rune(x), []rune(y)
	if d := len(a) - len(b); d > 1 || d < -1 {
		return 2
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

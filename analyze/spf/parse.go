package spf

import (
	"net/netip"
	"strconv"
	"strings"
)

// Term is one term of a record: a mechanism or a modifier, at its place.
type Term struct {
	Text      string       // as written
	Start     int          // byte offset in the record
	Qualifier byte         // '+', '-', '~', '?'; 0 for a modifier
	Name      string       // lower case: all include a mx ptr ip4 ip6 exists redirect exp, or an unknown modifier's
	Value     string       // domain-spec as written, macros and all; empty where there is none
	Target    string       // the domain after expansion of macros: whom the term asks about
	Prefix    netip.Prefix // of ip4 and ip6
	Bits4     int          // CIDR lengths of a and mx
	Bits6     int

	// What evaluation added. Error tells why the term could not be used, and with it the whole record.
	Matched bool
	Reached bool           // false: evaluation ended before this term, or at a syntax error
	Counted bool           // it is one of the ten
	Void    bool           // its DNS answer was empty
	Listed  []netip.Prefix // what the term lets in: for ip4, ip6, a, mx
	Error   string
	Tree    *Tree // of include and redirect
}

// Macro reports whether the term has macros, so that whom it lets in depends on the message.
func (t *Term) Macro() bool { return strings.Contains(t.Value, "%{") }

// syntaxError is a permerror with the paragraph of RFC 7208 that says so.
type syntaxError struct{ reason, paragraph string }

// maxTerms bounds one record. TXT records end at 64 KiB; real ones have some dozen terms.
const maxTerms = 500

// parseRecord splits a record, "v=spf1" first, into terms. A record with one bad term is bad as a whole (RFC 7208 4.6); the
// terms before it are returned all the same, and the bad one has Error.
func parseRecord(record string) (terms []*Term, err *syntaxError) {
	for start := len("v=spf1"); start < len(record); {
		if record[start] == ' ' {
			start++
			continue
		}
		text := record[start:]
		if end := strings.IndexByte(text, ' '); end >= 0 {
			text = text[:end]
		}
		if len(terms) == maxTerms {
			return terms, &syntaxError{"over " + strconv.Itoa(maxTerms) + " terms", ""}
		}
		t, bad := parseTerm(text)
		t.Start = start
		terms = append(terms, t)
		if bad != nil && err == nil {
			t.Error, err = bad.reason, bad
		}
		start += len(text)
	}
	if err == nil {
		err = onlyOnce(terms)
	}
	return terms, err
}

// onlyOnce: redirect and exp stand at most once each (RFC 7208 6).
func onlyOnce(terms []*Term) *syntaxError {
	seen := map[string]bool{}
	for _, t := range terms {
		if t.Qualifier != 0 || t.Name != "redirect" && t.Name != "exp" {
			continue
		}
		if seen[t.Name] {
			t.Error = t.Name + "= stands twice"
			return &syntaxError{t.Error, "RFC 7208 6"}
		}
		seen[t.Name] = true
	}
	return nil
}

func parseTerm(text string) (*Term, *syntaxError) {
	t := &Term{Text: text, Bits4: 32, Bits6: 128}
	for i := range len(text) {
		if text[i] >= 0x80 || text[i] < 0x21 {
			return t, &syntaxError{"bytes that are not ASCII", "RFC 7208 3.1"}
		}
	}
	if name, value, ok := modifier(text); ok {
		t.Name, t.Value = name, value
		return t, t.checkModifier()
	}
	rest := text
	t.Qualifier = '+'
	if rest != "" && strings.IndexByte("+-~?", rest[0]) >= 0 {
		t.Qualifier, rest = rest[0], rest[1:]
	}
	end := strings.IndexAny(rest, ":/")
	if end < 0 {
		end = len(rest)
	}
	t.Name = strings.ToLower(rest[:end])
	return t, t.parseMechanism(rest[end:])
}

// modifier splits name=value; a name begins with a letter (RFC 7208 4.6.1).
func modifier(text string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(text, "=")
	if !ok || name == "" || !letter(name[0]) {
		return "", "", false
	}
	for i := range len(name) {
		if c := name[i]; !letter(c) && !digit(c) && c != '-' && c != '_' && c != '.' {
			return "", "", false
		}
	}
	return strings.ToLower(name), value, true
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

func (t *Term) checkModifier() *syntaxError {
	if t.Name == "redirect" || t.Name == "exp" {
		return t.checkDomain("RFC 7208 6")
	}
	if _, ok := expandable(t.Value); !ok {
		return &syntaxError{"a macro is not well formed", "RFC 7208 7.1"}
	}
	return nil
}

func (t *Term) parseMechanism(rest string) *syntaxError {
	switch t.Name {
	case "all":
		if rest != "" {
			return &syntaxError{"all takes no argument", "RFC 7208 5.1"}
		}
		return nil
	case "include", "exists":
		t.Value = strings.TrimPrefix(rest, ":")
		if rest == "" || rest[0] != ':' {
			return &syntaxError{t.Name + " needs a domain", "RFC 7208 5"}
		}
		return t.checkDomain("RFC 7208 5")
	case "ptr":
		if rest == "" {
			return nil
		}
		t.Value = strings.TrimPrefix(rest, ":")
		if rest[0] != ':' {
			return &syntaxError{"ptr takes no prefix length", "RFC 7208 5.5"}
		}
		return t.checkDomain("RFC 7208 5.5")
	case "a", "mx":
		return t.parseHosts(rest)
	case "ip4", "ip6":
		return t.parseAddress(rest)
	}
	return &syntaxError{"there is no mechanism " + strconv.Quote(t.Name), "RFC 7208 4.6.1"}
}

// parseHosts reads [":" domain-spec] ["/" bits] ["//" bits].
func (t *Term) parseHosts(rest string) *syntaxError {
	value, bits4, bits6, ok := cutLengths(rest)
	if !ok {
		return &syntaxError{"the prefix length is not a number that fits", "RFC 7208 5.6"}
	}
	t.Bits4, t.Bits6 = bits4, bits6
	if value == "" {
		return nil
	}
	t.Value = strings.TrimPrefix(value, ":")
	if value[0] != ':' {
		return &syntaxError{"the prefix length is not a number that fits", "RFC 7208 5.6"}
	}
	return t.checkDomain("RFC 7208 5.3")
}

// cutLengths takes the prefix lengths off the end: "//" bits, then "/" bits. A slash before anything but digits is part of the
// domain-spec, which may hold any visible character.
func cutLengths(s string) (value string, bits4, bits6 int, ok bool) {
	value, bits4, bits6, ok = s, 32, 128, true
	if i := numberAt(value, "//"); i >= 0 {
		bits6, ok = length(value[i+2:], 128)
		value = value[:i]
	}
	if i := numberAt(value, "/"); i >= 0 && ok {
		bits4, ok = length(value[i+1:], 32)
		value = value[:i]
	}
	return value, bits4, bits6, ok
}

// numberAt returns where mark stands with digits, and nothing else, behind it; or -1.
func numberAt(s, mark string) int {
	i := len(strings.TrimRight(s, "0123456789")) - len(mark)
	if i < 0 || i+len(mark) == len(s) || s[i:i+len(mark)] != mark {
		return -1
	}
	return i
}

// length reads a prefix length without leading zeros (RFC 7208 12: ip4-cidr-length).
func length(s string, most int) (int, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most || strconv.Itoa(n) != s {
		return 0, false
	}
	return n, true
}

func (t *Term) parseAddress(rest string) *syntaxError {
	bad := &syntaxError{"this is not an address or network of " + t.Name, "RFC 7208 5.6"}
	if rest == "" || rest[0] != ':' {
		return bad
	}
	t.Value = rest[1:]
	text, bits, cut := strings.Cut(t.Value, "/")
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Zone() != "" || ip.Is4() != (t.Name == "ip4") {
		return bad
	}
	n := ip.BitLen()
	if cut {
		ok := false
		if n, ok = length(bits, ip.BitLen()); !ok {
			return &syntaxError{"the prefix length is not a number that fits", "RFC 7208 5.6"}
		}
	}
	t.Prefix = netip.PrefixFrom(ip, n).Masked()
	return nil
}

// checkDomain checks a domain-spec: well-formed macros, and an end that is a top label or a macro (RFC 7208 7.1).
func (t *Term) checkDomain(paragraph string) *syntaxError {
	if t.Value == "" {
		return &syntaxError{t.Name + " needs a domain", paragraph}
	}
	endsInMacro, ok := expandable(t.Value)
	if !ok {
		return &syntaxError{"a macro is not well formed", "RFC 7208 7.1"}
	}
	if !endsInMacro && !topLabel(t.Value) {
		return &syntaxError{strconv.Quote(t.Value) + " is not a domain name", "RFC 7208 7.1"}
	}
	return nil
}

// topLabel reports whether s ends in a dot and a label with a letter or hyphen inside, so that 1.2.3.4 is not a domain.
func topLabel(s string) bool {
	s = strings.TrimSuffix(s, ".")
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 {
		return false
	}
	label, alpha := s[dot+1:], false
	if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for i := range len(label) {
		c := label[i]
		if !letter(c) && !digit(c) && c != '-' {
			return false
		}
		alpha = alpha || !digit(c)
	}
	return alpha
}

// isName reports whether domain can be checked: two labels or more, each of 1 to 63 bytes, 253 in all, and not a literal.
func isName(domain string) bool {
	domain = strings.TrimSuffix(domain, ".")
	if len(domain) > 253 || !strings.Contains(domain, ".") || strings.HasPrefix(domain, "[") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}

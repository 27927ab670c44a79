package eml

import "bytes"

// strength says how surely a line starts a field.
type strength int

const (
	noStart  strength = iota // no name, or one that looks like data: CIP:, 12:12:48, https://
	weak                     // a word and a colon: a field where the one before is complete
	unspaced                 // a known name with text right behind the colon: a list of signed fields, or a sloppy writer
	strong                   // a known name, or one with a hyphen and a capital, then a colon and a space
)

// fieldStart reads the name at the start of a line that has no white space before it.
func fieldStart(b []byte) (name string, s strength) {
	n, s := startOf(b)
	if s == noStart {
		return "", noStart
	}
	return string(b[:n]), s
}

// startOf is fieldStart without making a string: n is the length of the name.
func startOf(b []byte) (n int, s strength) {
	colon := bytes.IndexByte(b[:min(len(b), maxFieldName+1)], ':')
	if colon <= 0 {
		return 0, noStart
	}
	raw := bytes.TrimRight(b[:colon], " \t")
	if !isNameToken(raw) {
		return 0, noStart
	}
	after := byte(' ')
	if colon+1 < len(b) {
		after = b[colon+1]
	}
	spaced := isWhite(after) || after == '\r' || after == '\n' || after == 0xC2
	switch k := knownToken(raw); {
	case k && spaced:
		return len(raw), strong
	case k:
		return len(raw), unspaced
	case !spaced || len(raw) != colon || isReplyPrefix(raw):
		return 0, noStart
	case raw[0] >= 'A' && raw[0] <= 'Z' && bytes.IndexByte(raw, '-') > 0:
		return len(raw), strong
	}
	return len(raw), weak
}

// isNameToken tells a field name from data with a colon in it. RFC 5322 allows more characters than names have: with "=" and "." come
// tags, hosts and addresses.
func isNameToken(b []byte) bool {
	if len(b) < 2 || len(b) > 76 || !isLetter(b[0]) {
		return false
	}
	for _, c := range b {
		if !isLetter(c) && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= lower(c) && lower(c) <= 'z' }

// isReplyPrefix knows what mail clients put before the subject of a reply, in the languages whose prefix looks like a field name.
func isReplyPrefix(name []byte) bool {
	switch string(name) {
	case "Re", "RE", "re", "Fw", "FW", "Fwd", "FWD", "AW", "Aw", "WG", "SV", "VS", "TR", "RV", "Antw", "Odp", "YNT", "ENC", "RES", "http", "https", "mailto":
		return true
	}
	return false
}

// looseField reads the name of a known field from a line as it stands in a paste: indented with any white space.
func looseField(b []byte) (string, bool) {
	name, s := fieldStart(trimLoose(b))
	return name, s == strong && isKnownName(name) || s == unspaced && !isNameList(trimLoose(b))
}

// isNameList reports whether a line is a list of names as in the h= of a signature: names with colons between, up to the end or a semicolon.
func isNameList(b []byte) bool {
	seen := 0
	for part := range bytes.SplitSeq(b, []byte(":")) {
		part = bytes.TrimSpace(part)
		seen++
		if i := bytes.IndexByte(part, ';'); i >= 0 {
			return seen > 1 && isNameToken(bytes.TrimSpace(part[:i]))
		}
		if len(part) > 0 && !isNameToken(part) {
			return false
		}
	}
	return seen > 1
}

// maxCheck bounds how many bytes of fields are read to say whether they are complete: a header made of unfinished fields would cost the
// square of its length.
const maxCheck = 64 << 20

// complete is the function of that name, within maxCheck for the whole paste.
func (d *doctor) complete(name string, value []byte) bool {
	d.checked += len(value)
	return d.checked < maxCheck && complete(name, value)
}

// complete reports whether a field has all that its grammar asks for, so that the next line may be another field.
func complete(name string, value []byte) bool {
	switch {
	case equalFold(name, "Received") || equalFold(name, "X-Received"):
		semi := bytes.LastIndexByte(value, ';')
		if semi < 0 {
			return false
		}
		_, ok := ParseDate(string(bytes.TrimSpace(value[semi+1:])))
		return ok
	case isSignature(name):
		return !openNames(value) && hasTag(value, "b")
	}
	value = bytes.TrimRight(value, " \t\r\n")
	if n := len(value); n > 0 && (value[n-1] == ',' || value[n-1] == '=') {
		return false
	}
	return balanced(value)
}

func isSignature(name string) bool {
	return equalFold(name, "DKIM-Signature") || equalFold(name, "ARC-Message-Signature") || equalFold(name, "ARC-Seal") ||
		equalFold(name, "X-Google-DKIM-Signature") || equalFold(name, "DomainKey-Signature")
}

// openNames reports whether the last tag is the list of signed fields and not yet closed by a semicolon, or is waited for.
func openNames(value []byte) bool {
	tag := bytes.TrimSpace(value[bytes.LastIndexByte(value, ';')+1:])
	name, list, ok := bytes.Cut(tag, []byte("="))
	if !ok || len(bytes.TrimSpace(name)) != 1 || name[0] != 'h' {
		return false
	}
	list = bytes.TrimSpace(list)
	return len(list) == 0 || list[len(list)-1] == ':' || !hasTag(value, "b")
}

// hasTag reports whether a tag list has a tag of that name with a value.
func hasTag(value []byte, name string) bool {
	for tag := range bytes.SplitSeq(value, []byte(";")) {
		n, v, ok := bytes.Cut(tag, []byte("="))
		if ok && string(bytes.TrimSpace(n)) == name && len(bytes.TrimSpace(v)) > 0 {
			return true
		}
	}
	return false
}

// balanced reports whether no comment, bracket or quote is open at the end of b.
func balanced(b []byte) bool {
	parens, angle, quoted := 0, false, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '\\' && (quoted || parens > 0):
			i++
		case c == '"' && parens == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			parens++
		case c == ')' && parens > 0:
			parens--
		case c == '<' && parens == 0:
			angle = true
		case c == '>':
			angle = false
		}
	}
	return parens == 0 && !angle && !quoted
}

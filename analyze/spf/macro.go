package spf

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// piece is literal text, or one macro: letter, how many labels from the right (0: all), reversed, split at which bytes.
type piece struct {
	text    string
	letter  byte
	digits  int
	reverse bool
	delims  string
}

// pieces splits a macro-string (RFC 7208 7.1). inExp admits the letters c, r and t, which only explanations have (7.2).
func pieces(s string, inExp bool) ([]piece, bool) {
	var out []piece
	for s != "" {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			return append(out, piece{text: s}), true
		}
		if i > 0 {
			out = append(out, piece{text: s[:i]})
		}
		if i+1 == len(s) {
			return nil, false
		}
		next := s[i+1]
		s = s[i+2:]
		switch next {
		case '%':
			out = append(out, piece{text: "%"})
		case '_':
			out = append(out, piece{text: " "})
		case '-':
			out = append(out, piece{text: "%20"})
		case '{':
			body, rest, ok := strings.Cut(s, "}")
			p, good := macro(body, inExp)
			if !ok || !good {
				return nil, false
			}
			out, s = append(out, p), rest
		default:
			return nil, false
		}
	}
	return out, true
}

// macro reads what stands between the braces: letter, digits, "r", delimiters.
func macro(body string, inExp bool) (piece, bool) {
	if body == "" {
		return piece{}, false
	}
	p := piece{letter: body[0], delims: "."}
	letters := "slodiphv"
	if inExp {
		letters += "crt"
	}
	if !letter(p.letter) || strings.IndexByte(letters, p.letter|0x20) < 0 {
		return p, false
	}
	rest := body[1:]
	n := 0
	for n < len(rest) && digit(rest[n]) {
		n++
	}
	if n > 0 {
		v, err := strconv.Atoi(rest[:n])
		if err != nil || v == 0 {
			return p, false
		}
		p.digits, rest = v, rest[n:]
	}
	if rest != "" && rest[0]|0x20 == 'r' {
		p.reverse, rest = true, rest[1:]
	}
	if strings.Trim(rest, ".-+,/_=") != "" {
		return p, false
	}
	if rest != "" {
		p.delims = rest
	}
	return p, true
}

// expandable reports whether s is a well-formed macro-string, and whether it ends in a macro or in an escape, which the
// grammar of domain-end takes for one.
func expandable(s string) (endsInMacro, ok bool) {
	ps, ok := pieces(s, false)
	if !ok || len(ps) == 0 {
		return false, ok
	}
	last := ps[len(ps)-1]
	return last.letter != 0 || strings.HasSuffix(s, "%%") || strings.HasSuffix(s, "%_") || strings.HasSuffix(s, "%-"), true
}

// maxExpanded bounds what macros make of a string: longer than any name, long enough for an explanation.
const maxExpanded = 4096

// expand puts the values in. domain is the one whose record is evaluated (%{d}).
func (e *evaluation) expand(s, domain string, inExp bool) (string, bool) {
	ps, ok := pieces(s, inExp)
	if !ok {
		return "", false
	}
	var out strings.Builder
	for _, p := range ps {
		if p.letter == 0 {
			out.WriteString(p.text)
		} else {
			out.WriteString(p.transform(e.value(p.letter|0x20, domain)))
		}
		if out.Len() > maxExpanded {
			return "", false
		}
	}
	return out.String(), true
}

// value of a macro letter (RFC 7208 7.2).
func (e *evaluation) value(letter byte, domain string) string {
	switch letter {
	case 's':
		return e.local + "@" + e.senderDomain
	case 'l':
		return e.local
	case 'o':
		return e.senderDomain
	case 'd':
		return domain
	case 'i':
		return dotted(e.req.IP)
	case 'p':
		return e.validatedName(domain)
	case 'v':
		if e.req.IP.Is4() {
			return "in-addr"
		}
		return "ip6"
	case 'h':
		return e.req.Helo
	case 'c':
		return e.req.IP.String()
	case 'r':
		if e.req.Receiver != "" {
			return e.req.Receiver
		}
	}
	return "unknown" // 't' too: the time is not ours to ask, and only explanations may want it
}

// dotted writes an IPv6 address as nibbles between dots.
func dotted(ip netip.Addr) string {
	if ip.Is4() {
		return ip.String()
	}
	var out []string
	for _, b := range ip.AsSlice() {
		out = append(out, strconv.FormatUint(uint64(b>>4), 16), strconv.FormatUint(uint64(b&15), 16))
	}
	return strings.Join(out, ".")
}

// transform splits, reverses, keeps the last labels, and joins with dots; a capital letter asks for URL escaping (7.3).
func (p piece) transform(v string) string {
	parts := split(v, p.delims)
	if p.reverse {
		slices.Reverse(parts)
	}
	if p.digits > 0 && p.digits < len(parts) {
		parts = parts[len(parts)-p.digits:]
	}
	v = strings.Join(parts, ".")
	if p.letter >= 'A' && p.letter <= 'Z' {
		v = urlEscape(v)
	}
	return v
}

// split cuts at every delimiter. Empty parts stay: two dots in a local part are two dots in the name.
func split(s, delims string) []string {
	var out []string
	for {
		i := strings.IndexAny(s, delims)
		if i < 0 {
			return append(out, s)
		}
		out, s = append(out, s[:i]), s[i+1:]
	}
}

// urlEscape keeps the unreserved characters of RFC 3986 2.3 alone.
func urlEscape(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if c := s[i]; letter(c) || digit(c) || strings.IndexByte("-._~", c) >= 0 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

// cutLeft shortens an expanded name to 253 bytes by whole labels from the left (RFC 7208 7.3).
func cutLeft(name string) string {
	for len(strings.TrimSuffix(name, ".")) > 253 {
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			break
		}
		name = rest
	}
	return name
}

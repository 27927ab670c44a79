package resolve

import (
	"strings"

	"github.com/miekg/dns"
)

// Invalid reports whether name cannot be asked for in the DNS: a label over 63 bytes, an empty label, over 255 bytes in all
// (RFC 1035 2.3.4). Every resolver but Off answers such a question with NXDOMAIN, since no such name can exist.
func Invalid(name string) bool {
	_, ok := canonical(name)
	return !ok
}

// canonical returns name in the one spelling that questions are compared by: lower case, absolute, and bytes with a meaning
// in master files escaped. Names come from hostile messages; ok is false for one that no server could hold.
func canonical(name string) (string, bool) {
	if plain(name) {
		return name, true
	}
	if name == "" || len(name) > 1024 { // 255 bytes, each of them four characters when escaped
		return "", false
	}
	wire := make([]byte, 256)
	n, err := dns.PackDomainName(dns.Fqdn(strings.TrimSpace(name)), wire, 0, nil, false)
	if err != nil {
		return "", false
	}
	text, _, err := dns.UnpackDomainName(wire[:n], 0)
	if err != nil {
		return "", false
	}
	return strings.ReplaceAll(dns.CanonicalName(text), `\ `, `\032`), true
}

// plain reports whether name is already canonical: the usual case, without a copy.
func plain(name string) bool {
	label := 0
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c == '.' && label > 0:
			label = 0
			continue
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
			label++
		default:
			return false
		}
		if label > 63 {
			return false
		}
	}
	return len(name) > 1 && len(name) <= 254 && name[len(name)-1] == '.'
}

// unescape undoes the escapes of a master-file string: \DDD is a byte, and a backslash before any other byte is that byte
// (RFC 1035 5.1).
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		if v, ok := decimal(s[i+1:]); ok {
			out = append(out, v)
			i += 3
			continue
		}
		i++
		out = append(out, s[i])
	}
	return string(out)
}

func decimal(s string) (byte, bool) {
	if len(s) < 3 {
		return 0, false
	}
	v := 0
	for i := range 3 {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		v = v*10 + int(s[i]-'0')
	}
	return byte(v), v < 256
}

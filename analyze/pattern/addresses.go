package pattern

import "strings"

// ReplaceAddresses gives replace every local@domain in a line of text, and puts what it returns in its place. What has no local part or no domain stays.
func ReplaceAddresses(s string, replace func(address string) string) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '@')
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		start, end := at, at+1
		for start > 0 && IsLocal(s[start-1]) {
			start--
		}
		for end < len(s) && IsHost(s[end]) {
			end++
		}
		b.WriteString(s[:start])
		if start < at && end > at+1 {
			b.WriteString(replace(s[start:end]))
		} else {
			b.WriteString(s[start:end])
		}
		s = s[end:]
	}
}

// IsLocal reports whether a byte may stand in the part of an address before the @, without quotes (RFC 5322 3.2.3, RFC 6532 3.2).
func IsLocal(c byte) bool { return IsHost(c) || strings.IndexByte("!#$%&'*+/=?^_`{|}~", c) >= 0 }

// IsHost reports whether a byte may stand in the name of a host, of any script.
func IsHost(c byte) bool {
	return c >= 0x80 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.'
}

package eml

import "strings"

// Text returns the value of f unfolded, with RFC 2047 words decoded, as valid UTF-8.
func (m *Message) Text(f Field) string { return strings.ToValidUTF8(m.Unfold(f), "\uFFFD") }

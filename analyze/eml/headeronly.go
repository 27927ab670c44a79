package eml

import (
	"bytes"
	"strconv"
	"strings"
)

// emptyBodies are the hashes of an empty body: SHA-256 relaxed and simple, SHA-1 relaxed and simple (RFC 6376 3.4.3, 3.4.4).
var emptyBodies = []string{
	"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	"frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=",
	"2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
	"uoq1oCgLlTqpdDX/iUbLy7J1Wic=",
}

// announcesBody reports whether the fields speak of a body: then an empty one means that only the header was handed over.
func (m *Message) announcesBody() bool {
	if f, ok := m.First("Content-Type"); ok && len(m.Bytes(f.Value)) > 0 {
		if strings.HasPrefix(strings.ToLower(m.Unfold(f)), "multipart/") {
			return true
		}
	}
	if f, ok := m.First("Content-Length"); ok {
		if n, err := strconv.Atoi(m.Unfold(f)); err == nil && n > 0 {
			return true
		}
	}
	for _, f := range m.All("DKIM-Signature") {
		if bh := bodyHash(m.Bytes(f.Value)); bh != "" && !isEmptyBodyHash(bh) {
			return true
		}
	}
	return false
}

// isEmptyBodyHash reports whether a bh= value, without white space, is the hash of an empty body.
func isEmptyBodyHash(bh string) bool {
	for _, h := range emptyBodies {
		if bh == h {
			return true
		}
	}
	return false
}

// bodyHash returns the bh= tag of a signature without its white space, or "".
func bodyHash(value []byte) string {
	for tag := range bytes.SplitSeq(value, []byte(";")) {
		name, hash, _ := bytes.Cut(tag, []byte("="))
		if string(bytes.TrimSpace(name)) == "bh" {
			return strings.Join(strings.Fields(string(hash)), "")
		}
	}
	return ""
}

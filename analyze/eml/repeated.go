package eml

import (
	"slices"
	"strconv"
)

// onceFields may stand once in a message (RFC 5322 3.6, RFC 2045 3, RFC 2183 2, RFC 5322 3.6.7 for Return-Path), as they are spelled there.
var onceFields = []string{
	"From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Content-Description", "Return-Path",
}

// Repeated is a field that may stand only once and stands more often.
type Repeated struct {
	Name   string  // as the RFC spells it
	Fields []Field // topmost first
	Used   int     // index in Fields of the one that First returns and everything here works with
	Why    string  // in words, for the report
}

// Repeated returns the fields that stand more often than they may, in the order of RFC 5322 3.6. The topmost one is used; mail clients
// and filters differ, and attackers use that: one From for the filter, another for the eye.
func (m *Message) Repeated() []Repeated {
	var out []Repeated
	for _, name := range onceFields {
		all := m.All(name)
		if len(all) < 2 {
			continue
		}
		why := "the topmost of " + strconv.Itoa(len(all)) + " is used here; others take the last one, or show all"
		if m.sameText(all) {
			why += "; all say the same"
		}
		out = append(out, Repeated{Name: name, Fields: all, Why: why})
	}
	return out
}

// sameText reports whether all fields have the same value: then it does not matter which one is read.
func (m *Message) sameText(fields []Field) bool {
	first := m.Unfold(fields[0])
	return !slices.ContainsFunc(fields[1:], func(f Field) bool { return m.Unfold(f) != first })
}

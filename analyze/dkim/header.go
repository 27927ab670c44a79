package dkim

import (
	"bytes"
	"context"
	"hash"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// alt is a way in which a signed field may have stood: text is the whole field, nil that it was not there.
type alt struct {
	kind  string
	text  []byte
	canon []byte
}

// slot is one name of h= and the field that it picks now (nil: none). alts[0] is the field as it stands.
type slot struct {
	name  string
	field *eml.Field
	alts  []alt
}

// headerSearch looks for the header that was signed.
type headerSearch struct {
	m     *eml.Message
	s     *Signature
	f     *finding // what is known about the body
	slots []slot
	own   []byte
	want  []byte // the digest inside the signature; nil for Ed25519
	h     hash.Hash
	sum   []byte
	pick  []int // chosen alt of each slot
	tries int   // left
	tried int
}

const (
	// maxHeaderTries: 0.3 to 1 µs each for RSA, whose digest is recovered once; fewer where the header is large.
	maxHeaderTries = 100_000
	maxHeaderBytes = 256 << 20
	// maxEd25519Tries: 75 µs each, since Ed25519 has no such short cut.
	maxEd25519Tries = 400
	// maxAlts bounds what is offered for one field where several may have changed.
	maxAlts = 80
	// maxSlots: h= has ten to forty names; pairs of fields grow with the square.
	maxSlots = 120
	// maxOffered: longer fields are no subjects or addresses that a program rewrites.
	maxOffered = 8 << 10
)

func newHeaderSearch(ctx context.Context, m *eml.Message, s *Signature, f *finding) *headerSearch {
	if f == nil {
		f = &finding{}
	}
	x := &headerSearch{m: m, s: s, f: f, h: s.sig.alg.new(), tries: maxHeaderTries}
	if s.sig.key.rsa != nil {
		x.want = s.sig.key.recoverDigest(s.sig.alg.hash, s.sig.b)
	} else {
		x.tries = maxEd25519Tries
	}
	e := NewEngine(ctx, m, nil, Options{})
	e.round++
	for _, name := range s.SignedHeaders {
		sl := slot{name: name}
		if field, ok := e.pick(name); ok {
			sl.field = &field
			sl.alts = []alt{x.alt("", m.Bytes(field.Span))}
		} else {
			sl.alts = []alt{{}}
		}
		x.slots = append(x.slots, sl)
	}
	x.own = appendOwnField(nil, m.Raw, s)
	size := len(x.own) + candidateCost
	for _, sl := range x.slots {
		size += len(sl.alts[0].canon)
	}
	x.tries = min(x.tries, maxHeaderBytes/size)
	x.pick = make([]int, len(x.slots))
	return x
}

func (x *headerSearch) alt(kind string, text []byte) alt {
	if text == nil {
		return alt{kind: kind}
	}
	return alt{kind, text, appendHeader(nil, text, x.s.sig.headerRelaxed)}
}

// otherKey reports that the signature was not made with this key: RSA signatures open to a padded digest under their own key alone.
func (x *headerSearch) otherKey() bool { return x.s.sig.key.rsa != nil && x.want == nil }

// find tries one changed field, then two, then more, then every cut in the subject.
func (x *headerSearch) find() *finding {
	if x.otherKey() || len(x.slots) > maxSlots {
		return nil
	}
	for i := range x.slots {
		x.offer(&x.slots[i])
	}
	offered := x.slots
	for _, vary := range []func([]slot) bool{x.one, x.two, x.all, x.cuts} {
		if vary(offered) {
			return x.chosen()
		}
	}
	return nil
}

// mimeAlts is how many alternatives of the MIME fields go together with those of the others: what changes a body changes them as well.
const mimeAlts = 6

// with tries the slots with the alternatives that most allows, the MIME fields besides.
func (x *headerSearch) with(offered []slot, mime int, most func(int) int) bool {
	x.slots = slices.Clone(offered)
	for i, s := range offered {
		n := most(i)
		if strings.HasPrefix(s.name, "content-") {
			n = max(n, mime)
		}
		x.slots[i].alts = s.alts[:min(len(s.alts), n)]
	}
	return x.try()
}

// one: one field was changed.
func (x *headerSearch) one(offered []slot) bool {
	mime := 1
	if len(x.f.kinds) > 0 {
		mime = mimeAlts
	}
	for i := range offered {
		if len(offered[i].alts) > 1 && x.with(offered, mime, only(i, i)) {
			return true
		}
	}
	return false
}

// two: two fields were changed.
func (x *headerSearch) two(offered []slot) bool {
	mime := 1
	if len(x.f.kinds) > 0 {
		mime = 2
	}
	for i := range offered {
		for j := i + 1; j < len(offered); j++ {
			if len(offered[i].alts) > 1 && len(offered[j].alts) > 1 && x.with(offered, mime, only(i, j)) {
				return true
			}
		}
	}
	return false
}

func only(i, j int) func(int) int {
	return func(k int) int {
		if k == i || k == j {
			return maxAlts
		}
		return 1
	}
}

// all: any number of fields, as far as the number of tries reaches.
func (x *headerSearch) all(offered []slot) bool {
	return x.with(offered, maxAlts, func(int) int { return maxAlts })
}

// cuts takes every substring out of the subject.
func (x *headerSearch) cuts(offered []slot) bool {
	i := slices.IndexFunc(offered, func(s slot) bool { return s.name == "subject" && s.field != nil })
	if i < 0 {
		return false
	}
	cut := slices.Clone(offered)
	cut[i].alts = x.everyCut(offered[i])
	all := func(k int) int {
		if k == i {
			return len(cut[i].alts)
		}
		return 1
	}
	return x.with(cut, 1, all) || len(x.f.kinds) > 0 && x.with(cut, 4, all)
}

// try walks over the product of the alternatives. Where it is too large, the longest lists are cut: the likely ones stand first.
func (x *headerSearch) try() bool {
	for product(x.slots) > x.tries {
		longest := 0
		for i := range x.slots {
			if len(x.slots[i].alts) > len(x.slots[longest].alts) {
				longest = i
			}
		}
		if len(x.slots[longest].alts) < 2 {
			return false
		}
		x.slots[longest].alts = x.slots[longest].alts[:len(x.slots[longest].alts)*3/4] // at least one stays
	}
	x.h.Reset()
	return x.walk(0)
}

func product(slots []slot) int {
	n := 1
	for _, s := range slots {
		if n *= len(s.alts); n > 1<<30 {
			return n
		}
	}
	return n
}

func (x *headerSearch) walk(i int) bool {
	for i < len(x.slots) && len(x.slots[i].alts) == 1 {
		x.pick[i] = 0
		x.h.Write(x.slots[i].alts[0].canon)
		i++
	}
	if i == len(x.slots) {
		return x.leaf()
	}
	state := saveState(x.h, nil)
	for k, a := range x.slots[i].alts {
		if k > 0 {
			loadState(x.h, state)
		}
		x.pick[i] = k
		x.h.Write(a.canon)
		if x.walk(i + 1) {
			return true
		}
		if x.tries <= 0 {
			return false
		}
	}
	return false
}

func (x *headerSearch) leaf() bool {
	x.tries--
	x.tried++
	x.h.Write(x.own)
	x.sum = x.h.Sum(x.sum[:0])
	if x.want != nil {
		return bytes.Equal(x.sum, x.want)
	}
	return x.s.sig.key.Verify(x.s.sig.alg.hash, x.sum, x.s.sig.b)
}

// chosen turns the alternatives that fit into edits.
func (x *headerSearch) chosen() *finding {
	f := &finding{}
	for i, k := range x.pick {
		if k == 0 {
			continue
		}
		s, a := x.slots[i], x.slots[i].alts[k]
		f.kinds = append(f.kinds, a.kind)
		e := edit{text: a.text, span: eml.Span{Start: x.m.Header.End, End: x.m.Header.End}}
		if s.field != nil {
			e.span = s.field.Span
		}
		f.edits = append(f.edits, e)
	}
	return f
}

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

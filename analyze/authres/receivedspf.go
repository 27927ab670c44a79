package authres

import (
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// SPF is one Received-SPF field (RFC 7208 9.1), or its relatives that Microsoft, Google and policy servers write.
type SPF struct {
	Field        eml.Field
	Result       string // lower case: "pass", "softfail"; empty: could not be read
	Comment      string
	ClientIP     netip.Addr // not valid: not written
	Helo         string
	EnvelopeFrom string // without angle brackets
	Receiver     string
	Identity     string // "mailfrom" or "helo"
	IPSpan       eml.Span
	Props        []Prop
	Malformed    string
}

// spfResults are the results of RFC 7208 2.6, and the words that older software writes for them.
var spfResults = map[string]bool{"pass": true, "fail": true, "softfail": true, "neutral": true, "none": true, "temperror": true, "permerror": true, "error": true, "unknown": true}

// ParseSPF reads f, which should be a Received-SPF field of m. It never fails; see Malformed.
func ParseSPF(m *eml.Message, f eml.Field) SPF {
	r := SPF{Field: f}
	s := newScanner(m, f)
	s.skip()
	word, _ := s.word(":")
	r.Result = strings.ToLower(word)
	if !spfResults[r.Result] {
		r.Result, r.Malformed = "", "the field does not begin with a result"
	}
	var hold Method
	for n := 0; n < maxProps && !s.eof(); n++ {
		if s.peek() == ';' {
			s.pos++
		}
		s.pair(&hold)
	}
	r.Comment, r.Props = strings.Join(s.comment, "; "), hold.Props
	if s.fault != "" && r.Malformed == "" {
		r.Malformed = s.fault
	}
	r.fill()
	return r
}

// AllSPF reads every Received-SPF field of m, topmost first.
func AllSPF(m *eml.Message) []SPF {
	var out []SPF
	for _, f := range m.All("Received-SPF") {
		out = append(out, ParseSPF(m, f))
	}
	return out
}

// pair reads one "key=value"; what is not one is passed over, since several servers write prose between the pairs.
func (s *scanner) pair(m *Method) {
	s.skip()
	start := s.pos
	name, _ := s.word("=")
	s.skip()
	if s.peek() != '=' || name == "" {
		if s.pos == start && !s.eof() && s.peek() != ';' {
			s.pos++
		}
		return
	}
	m.Props = append(m.Props, s.value(name, start))
}

func (r *SPF) fill() {
	for _, p := range r.Props {
		switch p.Name {
		case "client-ip":
			ip, err := netip.ParseAddr(strings.Trim(p.Value, "[]"))
			if err == nil && !r.ClientIP.IsValid() {
				r.ClientIP, r.IPSpan = ip.Unmap(), p.At
			}
		case "helo":
			r.Helo = first(r.Helo, p.Value)
		case "envelope-from", "x-envelope-from":
			r.EnvelopeFrom = first(r.EnvelopeFrom, strings.Trim(p.Value, "<>"))
		case "receiver":
			r.Receiver = first(r.Receiver, p.Value)
		case "identity":
			r.Identity = first(r.Identity, strings.ToLower(p.Value))
		}
	}
	if !r.ClientIP.IsValid() { // QUIRK: Google's older form has the address in the comment alone
		r.ClientIP = Method{Comment: r.Comment}.SenderIP()
	}
}

func first(have, new string) string {
	if have != "" {
		return have
	}
	return new
}

// Package authres reads what receivers wrote about authentication: Authentication-Results, ARC-Authentication-Results and
// Received-SPF. It reads what real mail has, and says nothing of whether the field can be believed: ask trace.Belief.
package authres

import (
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Limits: a field of a real receiver has some ten results of some ten properties.
const (
	maxResults = 100
	maxProps   = 100
	maxBytes   = 64 << 10 // longer values are read up to here, and are Malformed
)

// Result is one Authentication-Results field (RFC 8601) or one ARC-Authentication-Results field (RFC 8617 4.1.1).
type Result struct {
	Field      eml.Field
	AuthservID string   // empty: the field names none (Microsoft), or could not be read
	IDSpan     eml.Span // where it stands
	Version    string   // "" or "1"
	Instance   int      // i= of ARC-Authentication-Results; 0: none
	None       bool     // "none": the receiver looked and there was nothing to say
	Methods    []Method
	Malformed  string // why the field cannot be relied on; empty: it can. What was read before the fault is kept
}

// Method is one resinfo of RFC 8601 2.2, such as "dkim=pass (good) header.d=example.com".
type Method struct {
	Name    string // lower case: "spf", "dkim", "dmarc", "compauth"
	Version string // of the method, as in "dkim/1"
	Value   string // result in lower case: "pass", "softfail", "bestguesspass"
	Reason  string // reason=, without quotes
	Comment string // the comments behind the result, without brackets, joined by "; "
	Props   []Prop
	Span    eml.Span // from the name to the end of its last property
	Result  eml.Span // the result word
}

// Prop is one property, such as header.d=example.com or, from Microsoft, action=none.
type Prop struct {
	Name  string   // lower case, with its ptype: "smtp.mailfrom"
	Value string   // without quotes
	Span  eml.Span // name and value
	At    eml.Span // the value, without quotes
}

// Parse reads f, which should be an Authentication-Results or ARC-Authentication-Results field of m. It never fails: a field that
// cannot be read has Malformed set, and no authserv-id, so that whoever compares ids finds no match.
func Parse(m *eml.Message, f eml.Field) Result {
	r := Result{Field: f}
	s := newScanner(m, f)
	s.head(&r)
	for n := 0; !s.eof(); n++ {
		if n == maxResults {
			r.Malformed = "too many results"
			break
		}
		s.result(&r)
	}
	if s.fault != "" {
		r.Malformed = s.fault
	}
	if r.Malformed != "" {
		r.AuthservID, r.IDSpan = "", eml.Span{}
	}
	return r
}

// All reads every Authentication-Results field of m, topmost first.
func All(m *eml.Message) []Result { return parseAll(m, "Authentication-Results") }

// AllARC reads every ARC-Authentication-Results field of m, topmost first.
func AllARC(m *eml.Message) []Result { return parseAll(m, "ARC-Authentication-Results") }

func parseAll(m *eml.Message, name string) []Result {
	var out []Result
	for _, f := range m.All(name) {
		out = append(out, Parse(m, f))
	}
	return out
}

// Method returns every result of that method, such as "dkim".
func (r Result) Method(name string) []Method {
	var out []Method
	for _, m := range r.Methods {
		if m.Name == name {
			out = append(out, m)
		}
	}
	return out
}

// Prop returns the first property of that name, such as "smtp.mailfrom".
func (m Method) Prop(name string) (Prop, bool) {
	for _, p := range m.Props {
		if p.Name == name {
			return p, true
		}
	}
	return Prop{}, false
}

// Get returns the value of a property, or "".
func (m Method) Get(name string) string {
	p, _ := m.Prop(name)
	return p.Value
}

// SenderIP returns the address that Microsoft writes into the comment of spf: "sender IP is 192.0.2.1", and Google into
// "designates 192.0.2.1 as permitted sender". It is not valid where there is none, as in "sender IP is )" of mail that was made
// inside the tenant.
func (m Method) SenderIP() netip.Addr {
	for _, before := range []string{"sender IP is ", "designates ", "designate "} {
		if ip := addrAfter(m.Comment, before); ip.IsValid() {
			return ip
		}
	}
	for _, name := range []string{"smtp.remote-ip", "policy.iprev", "smtp.client-ip"} {
		if ip, err := netip.ParseAddr(strings.Trim(m.Get(name), "[]")); err == nil {
			return ip
		}
	}
	return netip.Addr{}
}

func addrAfter(s, word string) netip.Addr {
	_, rest, ok := strings.Cut(s, word)
	if !ok {
		return netip.Addr{}
	}
	rest, _, _ = strings.Cut(rest, " ")
	ip, _ := netip.ParseAddr(strings.Trim(rest, "();,"))
	return ip
}

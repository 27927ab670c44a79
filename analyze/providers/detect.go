package providers

import (
	"bytes"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Match says that a message passed a service, or claims to have.
type Match struct {
	Provider *Provider
	By       string   // "host", "marker", "return-path" or "dkim"
	Span     eml.Span // the bytes that say so; empty for a host that stands nowhere in the header
	Note     string
}

// Detect names the built-in services in m; see Set.Detect.
func Detect(m *eml.Message, hosts []string) []Match { return builtIn.Detect(m, hosts) }

// Limits of Detect: real mail stays far below them, and a hostile header must not cost more than a long one.
const (
	maxDetectHosts  = 64
	maxDetectFields = 2000
)

// Detect names the services in m, each once per kind of evidence: from hosts (names that the caller read from the path), from
// marker fields, from Return-Path and from the d= of DKIM signatures. Markers are claims of whoever wrote the field.
func (s *Set) Detect(m *eml.Message, hosts []string) []Match {
	s.index()
	d := detector{set: s, m: m, seen: map[string]bool{}}
	for _, h := range hosts[:min(len(hosts), maxDetectHosts)] {
		if p := s.ByHost(h); p != nil {
			d.add(Match{p, "host", d.find(h), Host(h) + " is a host of " + p.Title})
		}
	}
	for _, f := range m.Fields[:min(len(m.Fields), maxDetectFields)] {
		d.field(f)
	}
	return d.out
}

type detector struct {
	set   *Set
	m     *eml.Message
	seen  map[string]bool
	lower []byte // the value of the field that is looked at, once it is needed
	out   []Match
}

func (d *detector) add(m Match) {
	key := m.By + " " + m.Provider.Name
	if !d.seen[key] {
		d.seen[key] = true
		d.out = append(d.out, m)
	}
}

func (d *detector) field(f eml.Field) {
	name := strings.ToLower(f.Name)
	d.lower = nil
	for _, e := range d.set.fields[name] {
		d.marker(e, f)
	}
	for _, e := range d.set.prefix {
		if strings.HasPrefix(name, e.prefix) {
			d.marker(e, f)
		}
	}
	switch name {
	case "return-path":
		d.domain(f, "return-path", afterAt(d.m.Unfold(f)), func(p *Provider) []string { return p.ReturnPath })
	case "dkim-signature":
		d.domain(f, "dkim", tag(d.m.Unfold(f), "d"), func(p *Provider) []string { return p.DKIM })
	}
}

func (d *detector) marker(e marked, f eml.Field) {
	if e.text != "" && d.lower == nil {
		d.lower = bytes.ToLower(d.m.Bytes(f.Value))
	}
	if e.text != "" && !bytes.Contains(d.lower, []byte(e.text)) {
		return
	}
	d.add(Match{e.p, "marker", f.Span, "the field " + f.Name + " is one that " + e.p.Title + " writes"})
}

func (d *detector) domain(f eml.Field, by, domain string, patterns func(*Provider) []string) {
	if domain == "" {
		return
	}
	for _, p := range d.set.list {
		if MatchAny(patterns(p), domain) {
			d.add(Match{p, by, f.Value, domain + " is a domain of " + p.Title})
		}
	}
}

// find returns where host stands in a Received field.
func (d *detector) find(host string) eml.Span {
	for _, f := range d.m.All("Received") {
		if i := bytes.Index(bytes.ToLower(d.m.Bytes(f.Value)), []byte(strings.ToLower(host))); i >= 0 && host != "" {
			return eml.Span{Start: f.Value.Start + i, End: f.Value.Start + i + len(host)}
		}
	}
	return eml.Span{}
}

func afterAt(s string) string {
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		return ""
	}
	return strings.Trim(s[i+1:], "<> \t")
}

// tag returns a tag of a tag list (RFC 6376 3.2).
func tag(list, name string) string {
	for list != "" {
		var part string
		part, list, _ = strings.Cut(list, ";")
		if k, v, ok := strings.Cut(part, "="); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

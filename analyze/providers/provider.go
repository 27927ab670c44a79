// Package providers knows the filters, mailbox providers, senders, signature tools, web hosts and lists that mail passes: whose
// host is this, which fields does it write, and which of the sender's does it take out.
package providers

import (
	"net/netip"
	"strings"
	"sync"
)

// Kind says what a provider does with mail.
type Kind string

// The kinds. A filter stands in front of a mailbox; a mailbox provider keeps the mail; software runs on anybody's host.
const (
	Filter        Kind = "filter"
	Mailbox       Kind = "mailbox"
	Sender        Kind = "sender"
	SignatureTool Kind = "signature-tool"
	WebHost       Kind = "web-host"
	List          Kind = "list"
	Software      Kind = "software"
)

// Kinds lists every kind, in the order of the documentation.
var Kinds = []Kind{Filter, Mailbox, Sender, SignatureTool, WebHost, List, Software}

// Position says where a provider writes a field, seen from its own Received line.
type Position string

// The positions. Above is what RFC 5321 and RFC 8601 lead one to expect; the two others are why position alone does not tell
// who wrote a field.
const (
	Above       Position = "above"        // over its own Received line
	OwnLine     Position = "own-line"     // directly under its own Received line, as milters do
	BelowOldest Position = "below-oldest" // under the oldest Received line, among the author's fields
)

// Stamp is a field that the provider writes on mail that it takes in. Field may end in "*".
type Stamp struct {
	Field    string
	Position Position
}

// Marker is a field that gives the provider away. Field may end in "*"; Contains, where given, must stand in the value in any
// case. Whoever writes the message can write a marker: it names a service, and proves nothing.
type Marker struct {
	Field    string
	Contains string
}

// Provider is what is known of one service or program. Host patterns are "host.example.com" for one name or "*.example.com" for
// every name under it.
type Provider struct {
	Name     string
	Title    string
	Kind     Kind
	Summary  string   // one sentence for the page
	Hosts    []string // its hosts, by the name in "by" or by reverse DNS
	Outbound []string // those of Hosts that send for any customer: a peer with such a name is outside
	Relays   []string // networks from which it delivers, as published
	Internal []string // networks inside it: a peer there is another of its hosts

	AuthservIDs   []string // RFC 8601 2.5; patterns as for hosts
	Stamps        []Stamp
	Strips        []string // fields that it removes or renames when they come from outside; may end in "*"
	QueueID       []string // fields that repeat the queue id of the border's line, which no sender can know
	Markers       []Marker
	OutboundMarks []Marker // markers of mail that a customer sends out through it

	Domains    []string // domains of mailboxes that have no filter of their own in front
	SPFInclude []string
	ReturnPath []string // domains of its envelope senders; patterns as for hosts
	DKIM       []string // d= that all its customers share
	Shared     bool     // its hosts send for every customer: a rule on the host lets all of them in
	Refines    string   // name of the provider whose hosts it uses; told apart by the markers

	Sources  []string // where the facts stand
	Reviewed string   // date of the last review, YYYY-MM-DD
}

// Set is a list of providers with its indexes. Use Default, and With to add the profile's own.
type Set struct {
	list   []*Provider
	once   sync.Once
	byName map[string]*Provider
	hosts  map[string]*Provider // pattern -> provider; "*.example.com" is kept as ".example.com"
	nets   map[*Provider]networks
	fields map[string][]marked // marker fields by lower-case name
	prefix []marked            // marker fields that end in "*"
}

type networks struct{ relays, internal []netip.Prefix }

type marked struct {
	p      *Provider
	prefix string // lower case, without the "*"
	text   string // lower case
}

var builtIn = &Set{list: table}

// Default returns the providers that ship with fpcheck.
func Default() *Set { return builtIn }

// With returns a set that knows ps as well. Where both know a name or a host, ps wins.
func (s *Set) With(ps ...*Provider) *Set {
	if len(ps) == 0 {
		return s
	}
	out := &Set{}
	replaced := map[string]bool{}
	for _, p := range ps {
		replaced[p.Name] = true
	}
	for _, p := range s.list {
		if !replaced[p.Name] {
			out.list = append(out.list, p)
		}
	}
	out.list = append(out.list, ps...)
	return out
}

// All returns every built-in provider, sorted by name.
func All() []*Provider { return builtIn.All() }

// ByName returns the built-in provider called name.
func ByName(name string) (*Provider, bool) { return builtIn.ByName(name) }

// ByHost returns the built-in provider that owns host, or nil; see Set.ByHost.
func ByHost(host string) *Provider { return builtIn.ByHost(host) }

// All returns every provider of the set.
func (s *Set) All() []*Provider { return s.list }

// ByName returns the provider called name.
func (s *Set) ByName(name string) (*Provider, bool) {
	s.index()
	p, ok := s.byName[name]
	return p, ok
}

// ByHost returns the provider that owns host, or nil. The longest pattern wins; a pattern matches whole labels only, so
// "evil-ppe-hosted.com" is nobody's.
func (s *Set) ByHost(host string) *Provider {
	s.index()
	host = Host(host)
	if p := s.hosts[host]; p != nil {
		return p
	}
	for i := strings.IndexByte(host, '.'); i >= 0 && i+1 < len(host); {
		if p := s.hosts[host[i:]]; p != nil {
			return p
		}
		n := strings.IndexByte(host[i+1:], '.')
		if n < 0 {
			return nil
		}
		i += n + 1
	}
	return nil
}

// maxHost is the longest domain name (RFC 1035 2.3.4); what is longer is not looked up, which also keeps ByHost bounded.
const maxHost = 255

// Host returns a host name as it is compared: lower case, without the root dot; empty when it is too long to be one.
func Host(host string) string {
	host = strings.TrimSuffix(strings.TrimSpace(host), ".")
	if len(host) > maxHost {
		return ""
	}
	return strings.ToLower(host)
}

// MatchHost reports whether host is pattern, or stands under it where the pattern begins with "*.".
func MatchHost(pattern, host string) bool {
	pattern, host = Host(pattern), Host(host)
	if suffix, ok := strings.CutPrefix(pattern, "*"); ok && strings.HasPrefix(suffix, ".") {
		return len(host) > len(suffix) && strings.HasSuffix(host, suffix)
	}
	return host != "" && host == pattern
}

// MatchAny reports whether host matches one of patterns.
func MatchAny(patterns []string, host string) bool {
	for _, p := range patterns {
		if MatchHost(p, host) {
			return true
		}
	}
	return false
}

// Relay reports whether p publishes that it delivers from ip.
func (s *Set) Relay(p *Provider, ip netip.Addr) bool {
	return p != nil && within(s.networks(p).relays, ip)
}

// Internal reports whether ip is an address inside p, seen by its own hosts alone.
func (s *Set) Internal(p *Provider, ip netip.Addr) bool {
	return p != nil && within(s.networks(p).internal, ip)
}

// ByRelay returns the provider of that kind that publishes that it delivers from ip, or nil.
func (s *Set) ByRelay(kind Kind, ip netip.Addr) *Provider {
	for _, p := range s.list {
		if p.Kind == kind && s.Relay(p, ip) {
			return p
		}
	}
	return nil
}

func (s *Set) networks(p *Provider) networks {
	s.index()
	return s.nets[p]
}

func within(nets []netip.Prefix, ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	for _, n := range nets {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// index is built at the first look-up and not at start-up: most commands need few providers, some none.
func (s *Set) index() {
	s.once.Do(func() {
		s.byName = make(map[string]*Provider, len(s.list))
		s.hosts = make(map[string]*Provider, 4*len(s.list))
		s.nets = make(map[*Provider]networks, len(s.list))
		s.fields = make(map[string][]marked, 2*len(s.list))
		for _, p := range s.list {
			s.add(p)
		}
	})
}

func (s *Set) add(p *Provider) {
	s.byName[p.Name] = p
	if p.Refines == "" {
		for _, h := range p.Hosts {
			s.hosts[strings.TrimPrefix(strings.ToLower(h), "*")] = p
		}
	}
	s.nets[p] = networks{prefixes(p.Relays), prefixes(p.Internal)}
	for _, m := range p.Markers {
		e := marked{p: p, text: strings.ToLower(m.Contains)}
		name := strings.ToLower(m.Field)
		if pre, ok := strings.CutSuffix(name, "*"); ok {
			e.prefix = pre
			s.prefix = append(s.prefix, e)
			continue
		}
		s.fields[name] = append(s.fields[name], e)
	}
}

// prefixes leaves out what is not a network: Decode refuses such data, so nothing is lost here.
func prefixes(in []string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range in {
		if n, err := netip.ParsePrefix(s); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// MatchField reports whether name is pattern, in any case, or begins with it where the pattern ends in "*".
func MatchField(pattern, name string) bool {
	if pre, ok := strings.CutSuffix(pattern, "*"); ok {
		return len(name) >= len(pre) && strings.EqualFold(name[:len(pre)], pre)
	}
	return strings.EqualFold(pattern, name)
}

// StampOf returns where p writes the field called name; ok is false when it writes none. Of a field that it writes above and below its own
// line the place below is returned: what stands above the border is ours whoever wrote it.
func (p *Provider) StampOf(name string) (pos Position, ok bool) {
	for _, s := range p.Stamps {
		if !MatchField(s.Field, name) {
			continue
		}
		if pos, ok = s.Position, true; pos != Above {
			break
		}
	}
	return pos, ok
}

// StripsField reports whether p removes or renames the sender's own field called name.
func (p *Provider) StripsField(name string) bool {
	for _, s := range p.Strips {
		if MatchField(s, name) {
			return true
		}
	}
	return false
}

// Package profile reads the organisation's facts: its domains, sending servers, border MTAs, filter and thresholds.
package profile

import (
	"net/netip"

	"github.com/fpcheck/fpcheck/analyze/pattern"
)

// Profile is what an organisation states about itself. The zero value states nothing and is valid, as is nil in its methods.
type Profile struct {
	Path               string // file it came from; empty: none
	Domains            []string
	SendingServers     []netip.Prefix
	DedicatedServers   []netip.Prefix // addresses that nobody else sends from; they need not be sending servers yet
	Border             []string       // patterns of hosts that write the first trusted Received line
	AuthservIDs        []string
	Filters            []string // filter: a name or a list in mail-flow order
	Tenant             string   // microsoft-365.tenant
	AllowedSenders     []string
	BlockedSenders     []string
	Exceptions         []string            // domains exempt from the filter's DMARC, DKIM and SPF policies ("Manage Exceptions")
	RuleFiles          []string            // as written, relative to the profile; see RulePaths
	Groups             map[string][]string // members of the groups that rules are scoped to
	Colleagues         []string            // names of own people, as they stand before an address
	Lists              []string            // keys of the blocklists to ask
	Tickets            string              // link to a ticket, with %s for its number
	ProvidersYAML      []byte              // providers of one's own, as written; analyze/providers reads them
	OutboundFiltering  string              // "yes", "no" or "" (not stated)
	Quarantine, Reject float64             // thresholds in points; 0: the default of policy

	lines  map[string]Line
	values map[string]map[string]Line
}

// Line is where a key stands in the profile's file.
type Line struct {
	Number int
	Text   string
}

// Line returns where key (such as "sending-servers") stands; ok is false when the profile does not state it. Keys inside
// another are written "thresholds.quarantine".
func (p *Profile) Line(key string) (Line, bool) {
	if p == nil {
		return Line{}, false
	}
	l, ok := p.lines[key]
	return l, ok
}

// LineOf returns where one value of key stands, in a list over several lines; it falls back to the line of the key. value is
// as the fields of Profile hold it.
func (p *Profile) LineOf(key, value string) (Line, bool) {
	if p != nil {
		if l, ok := p.values[key][value]; ok {
			return l, true
		}
	}
	return p.Line(key)
}

// IsOwnDomain reports whether domain is one of the organisation's. A sub-domain counts only where the profile says so
// ("*.widget.com"): sub-domains are often handed to newsletter services, and filters want each domain listed, too.
func (p *Profile) IsOwnDomain(domain string) bool {
	if p == nil || domain == "" {
		return false
	}
	for _, d := range p.Domains {
		if pattern.MatchHost(d, domain) {
			return true
		}
	}
	return false
}

// IsSendingServer reports whether ip is stated to send as the organisation's domains.
func (p *Profile) IsSendingServer(ip netip.Addr) bool {
	if p == nil {
		return false
	}
	_, ok := within(p.SendingServers, ip)
	return ok
}

// IsDedicated reports whether ip is stated to be used by the organisation alone.
func (p *Profile) IsDedicated(ip netip.Addr) bool {
	if p == nil {
		return false
	}
	_, ok := within(p.DedicatedServers, ip)
	return ok
}

func within(prefixes []netip.Prefix, ip netip.Addr) (netip.Prefix, bool) {
	ip = ip.Unmap()
	for _, prefix := range prefixes {
		if prefix.Contains(ip) {
			return prefix, true
		}
	}
	return netip.Prefix{}, false
}

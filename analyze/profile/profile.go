// Package profile reads the organisation's facts: its domains, sending servers, border MTAs, filter and thresholds.
package profile

import "net/netip"

// Profile is what an organisation states about itself. The zero value states nothing and is valid.
type Profile struct {
	Path               string // file it came from; empty: none
	Domains            []string
	SendingServers     []netip.Prefix
	Border             []string // patterns of hosts that write the first trusted Received line
	AuthservIDs        []string
	Filters            []string // filter: a name or a list in mail-flow order
	Tenant             string   // microsoft-365.tenant
	AllowedSenders     []string
	BlockedSenders     []string
	RuleFiles          []string
	OutboundFiltering  string  // "yes", "no" or "" (not stated)
	Quarantine, Reject float64 // thresholds in points; 0: the default of analyze

	lines map[string]Line
}

// Line is where a key stands in the profile's file.
type Line struct {
	Number int
	Text   string
}

// Line returns where key (such as "sending-servers") stands; ok is false when the profile does not state it.
func (p *Profile) Line(key string) (Line, bool) {
	if p == nil {
		return Line{}, false
	}
	l, ok := p.lines[key]
	return l, ok
}

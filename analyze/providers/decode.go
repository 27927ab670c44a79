package providers

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// document is a provider as its YAML file writes it. The profile's own providers have the same form.
type document struct {
	Name     string   `yaml:"name"`
	Title    string   `yaml:"title"`
	Kind     Kind     `yaml:"kind"`
	Summary  string   `yaml:"summary"`
	Hosts    []string `yaml:"hosts"`
	Outbound []string `yaml:"outbound"`
	Relays   []string `yaml:"relays"`
	Internal []string `yaml:"internal"`

	AuthservIDs   []string            `yaml:"authserv-ids"`
	Stamps        map[string][]string `yaml:"stamps"` // position -> fields
	Strips        []string            `yaml:"strips-inbound"`
	QueueID       []string            `yaml:"queue-id"`
	Markers       []string            `yaml:"markers"` // "Field" or "Field: text"
	OutboundMarks []string            `yaml:"outbound-marks"`

	Domains    []string `yaml:"domains"`
	SPFInclude []string `yaml:"spf-include"`
	ReturnPath []string `yaml:"return-path"`
	DKIM       []string `yaml:"dkim"`
	Shared     bool     `yaml:"shared"`
	Refines    string   `yaml:"refines"`

	Sources  []string `yaml:"source"`
	Reviewed string   `yaml:"reviewed"`
}

// Decode reads one provider in YAML. A key that it does not know, a network that is none and a kind or position that does not
// exist are errors that name the place.
func Decode(b []byte) (*Provider, error) {
	var d document
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&d); err != nil {
		return nil, fmt.Errorf("reading provider: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("reading provider %q: %w", d.Name, err)
	}
	return d.provider(), nil
}

// Extend returns the built-in set with the providers of a profile's "providers:" key, a list in the form of Decode; where a name is built in,
// the profile's provider takes its place. Nothing stated gives the built-in set.
func Extend(list []byte) (*Set, error) {
	if len(bytes.TrimSpace(list)) == 0 {
		return builtIn, nil
	}
	var docs []document
	if err := yaml.NewDecoder(bytes.NewReader(list), yaml.Strict()).Decode(&docs); err != nil {
		return nil, fmt.Errorf("reading providers: %w", err)
	}
	var own []*Provider
	for _, d := range docs {
		if err := d.check(); err != nil {
			return nil, fmt.Errorf("reading provider %q: %w", d.Name, err)
		}
		own = append(own, d.provider())
	}
	return builtIn.With(own...), nil
}

func (d *document) check() error {
	if d.Name == "" || d.Title == "" {
		return errors.New("name and title are needed")
	}
	if !slices.Contains(Kinds, d.Kind) {
		return fmt.Errorf("kind %q: one of %v is needed", d.Kind, Kinds)
	}
	for _, n := range slices.Concat(d.Relays, d.Internal) {
		if _, err := netip.ParsePrefix(n); err != nil {
			return fmt.Errorf("network %q: %w", n, err)
		}
	}
	for _, h := range slices.Concat(d.Hosts, d.Outbound, d.AuthservIDs, d.ReturnPath) {
		if strings.Contains(strings.TrimPrefix(h, "*."), "*") || h != strings.ToLower(h) {
			return fmt.Errorf("host %q: a lower-case name, or one after \"*.\", is needed", h)
		}
	}
	for pos := range d.Stamps {
		if p := Position(pos); p != Above && p != OwnLine && p != BelowOldest {
			return fmt.Errorf("stamps: position %q is not known", pos)
		}
	}
	return nil
}

func (d *document) provider() *Provider {
	p := &Provider{
		Name: d.Name, Title: d.Title, Kind: d.Kind, Summary: d.Summary, Hosts: d.Hosts, Outbound: d.Outbound, Relays: d.Relays,
		Internal: d.Internal, AuthservIDs: d.AuthservIDs, Strips: d.Strips, QueueID: d.QueueID, Markers: markers(d.Markers),
		OutboundMarks: markers(d.OutboundMarks), Domains: d.Domains, SPFInclude: d.SPFInclude, ReturnPath: d.ReturnPath,
		DKIM: d.DKIM, Shared: d.Shared, Refines: d.Refines, Sources: d.Sources, Reviewed: d.Reviewed,
	}
	for _, pos := range []Position{Above, OwnLine, BelowOldest} {
		for _, f := range d.Stamps[string(pos)] {
			p.Stamps = append(p.Stamps, Stamp{f, pos})
		}
	}
	return p
}

func markers(in []string) []Marker {
	var out []Marker
	for _, s := range in {
		name, text, _ := strings.Cut(s, ":")
		out = append(out, Marker{strings.TrimSpace(name), strings.TrimSpace(text)})
	}
	return out
}

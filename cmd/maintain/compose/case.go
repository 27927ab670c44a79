package compose

import (
	"fmt"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
)

// Case is one fixture: what happened, and what must be found.
type Case struct {
	Name    string
	What    string // one sentence
	Twin    string // the case that is nearly the same, and differs in what must be found
	Start   string // RFC 3339 time at which it is written; empty: a fixed day
	Profile string // profile.yaml; empty: none
	Rules   string // rules.yaml, which the profile names; empty: none
	History string // history.list: what the receiver has learnt of addresses; empty: nothing
	SPF     string // result for the envelope domain at the border
	DMARC   string // result at the border
	Steps   []Step
	Truth   Truth
	Expect  Expect
}

// Truth is how a case was made and what therefore holds, never what a tool said.
type Truth struct {
	FalsePositive bool      `yaml:"false-positive"`
	Cause         string    `yaml:"cause"`
	Not           []string  `yaml:"not,flow,omitempty"`
	Direction     string    `yaml:"direction"`
	Origin        string    `yaml:"origin"`
	Damage        string    `yaml:"damage,omitempty"`
	Delivered     time.Time `yaml:"delivered"`
	Border        *Peer     `yaml:"border,omitempty"`
	SPF           string    `yaml:"spf,omitempty"`
	DKIM          []string  `yaml:"dkim,flow,omitempty"`
	DMARC         string    `yaml:"dmarc,omitempty"`
}

// Peer is the host that handed the message to the border.
type Peer struct {
	IP   string `yaml:"ip"`
	Host string `yaml:"host,omitempty"` // name of the address in the DNS
	Helo string `yaml:"helo"`
	By   string `yaml:"by"`
}

// Expect is what a tool must say, written by hand.
type Expect struct {
	Decision string   `yaml:"decision,omitempty"`
	Stage    string   `yaml:"stage,omitempty"` // that decides, where the case is about it
	Speaks   []string `yaml:"speaks,flow,omitempty"`
	Silent   []string `yaml:"silent,flow,omitempty"`
}

// caseFile is case.yaml.
type caseFile struct {
	What   string `yaml:"what"`
	Twin   string `yaml:"twin,omitempty"`
	Truth  Truth  `yaml:"truth"`
	Expect Expect `yaml:"expect"`
}

// start is the time at which cases begin, unless they say otherwise: a Tuesday.
var start = time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)

// Make lets the steps of the case happen.
func (c Case) Make() *Mail {
	m := &Mail{Name: c.Name, At: start, Zone: &Zone{}, Truth: c.Truth}
	if c.Start != "" {
		at, err := time.Parse(time.RFC3339, c.Start)
		if err != nil {
			panic("compose: " + c.Name + ": " + err.Error())
		}
		m.At = at
	}
	m.Truth.SPF, m.Truth.DMARC = c.SPF, c.DMARC
	m.Truth.Direction = or(m.Truth.Direction, "inbound")
	m.Zone.lists()
	for _, s := range c.Steps {
		s(m)
	}
	m.Truth.DKIM = m.dkimResults()
	if m.Truth.Delivered.IsZero() {
		m.Truth.Delivered = m.At
	}
	return m
}

func (m *Mail) dkimResults() []string {
	var out []string
	for _, s := range m.Sigs {
		out = append(out, s.Result)
	}
	return out
}

// Files returns the files of the case by name.
func (c Case) Files() map[string][]byte {
	m := c.Make()
	out := map[string][]byte{
		"message.eml": m.Bytes(),
		"dns.zone":    m.Zone.Text(c.Name, m.Truth.Delivered.Add(5*time.Second+m.Asked)),
	}
	if c.Profile != "" {
		out["profile.yaml"] = []byte(c.Profile)
	}
	if c.Rules != "" {
		out["rules.yaml"] = []byte(c.Rules)
	}
	if c.History != "" {
		out["history.list"] = []byte(c.History)
	}
	text, err := yaml.Marshal(caseFile{c.What, c.Twin, m.Truth, c.Expect})
	if err != nil {
		panic(fmt.Sprintf("compose: %s: %v", c.Name, err))
	}
	out["case.yaml"] = append([]byte("# How the message was made, and what is therefore true. Written by `go run ./cmd/maintain fixtures`.\n"), text...)
	return out
}

// Cases returns every case, in the order of its family. What a case is caused by, its twin must not be.
func Cases() []Case {
	all := slices.Concat(webForms(), marketing(), loops(), practices(), reputation(), records(), damaged(), alignment(), bad(), outgoing(), odd(), verdicts(), ruled(), plain(), unproven(), learnt())
	place := map[string]int{}
	for i, c := range all {
		place[c.Name] = i
	}
	for _, c := range all {
		i, ok := place[c.Twin]
		if ok && c.Truth.Cause != "" && all[i].Truth.Cause != c.Truth.Cause {
			all[i].Truth.Not = appendNew(slices.Clone(all[i].Truth.Not), c.Truth.Cause)
		}
	}
	return all
}

// Package rules holds fpcheck's neutral filter rule: parse it, and match it against what is known of a message.
package rules

import (
	"net/netip"
	"time"
)

// Direction of a message, seen from the organisation of the profile.
type Direction int

// Directions. Internal means own sender, own recipient, and a path that is ours.
const (
	DirectionUnknown Direction = iota
	Inbound
	Outbound
	Internal
)

// String returns "unknown", "inbound", "outbound" or "internal".
func (d Direction) String() string {
	return [...]string{"unknown", "inbound", "outbound", "internal"}[d]
}

// Known tells a proven yes from a proven no and from "could not look".
type Known int

// The three answers to a yes-or-no question about a message.
const (
	Maybe Known = iota // could not look
	Yes
	No
)

// Fact is a value that a filter would act on, whether it is known, and why not.
type Fact struct {
	Value string
	Known Known // Yes: Value holds; No: proven absent; Maybe: could not look
	Why   string
}

// Signer is a DKIM signature that verifies, or is recorded by the border as such.
type Signer struct {
	Domain, Selector, Identity string // d=, s=, i=
	Status                     string // pass, fail, neutral, temperror, permerror, unknown
	Aligned                    bool   // with the From domain, relaxed (RFC 9989)
}

// Facts is what rules see of a message. analyze fills it; nothing here reads a message.
type Facts struct {
	From        []string // addresses of all From fields, lower-case domain; a rule's sender needs exactly one
	HeaderFroms int      // number of From fields
	MailFrom    Fact
	Helo        Fact
	BorderIP    Fact
	IP          netip.Addr
	BorderHost  Fact // verified name of the host that connected to the border
	Rcpt        []Fact
	DKIM        []Signer
	DKIMKnown   Known
	OwnSender   Fact // yes: authenticated, or from a sending server of the profile
	Direction   Direction
	Header      func(name string) []string // decoded, unfolded values of all fields of that name; of "": "Name: value" of every field
	Subject     string
	Body        func() (string, Known) // visible text; Maybe on headers only
	Groups      map[string][]string    // members of the groups that the profile states, for the scope of rules
	Tenant      Fact                   // as written: X-MS-Exchange-CrossTenant-Id or X-OriginatorOrg
	Today       time.Time

	memo *memo // of Ready
}

// Rule is one rule of a rule file: the conditions in When are ANDed, the values of one condition are ORed.
type Rule struct {
	Name        string
	Scope       string // "company", "group: NAME", "user: ADDRESS"
	Direction   Direction
	When        Conditions
	Unless      Conditions
	Action      Action
	Stop        bool
	Ticket      string
	Reason      string
	Owner       string
	Expires     time.Time // zero: never; the first instant at which the rule no longer applies, 00:00 UTC of the day written
	Installed   time.Time
	Filter      string   // the filter it is installed in
	Skips       []string // the checks that it bypasses there
	Tests       Tests
	Unsupported []string // what an import could not express, kept as text
	File        string
	Line        int // of the rule's name in File
	LastLine    int // of the rule in File
}

// Action is what a rule does to a message that it matches.
type Action string

// The actions.
const (
	Allow      Action = "allow"
	Quarantine Action = "quarantine"
	Block      Action = "block"
)

// Tests are the paths of messages that the rule must match, and must not.
type Tests struct{ Match, Miss []string }

// Conditions of a rule; an empty list does not restrict. In When all of them must hold; in Unless one is enough to stop the rule. What is proven (DKIM, BorderHost, BorderIP, OwnSender) and what is
// merely written (Headers, Subject, Phrase, TenantAsWritten) have different names on purpose.
type Conditions struct {
	Sender          []string // the one mailbox of the one From field: address, "@domain"; "*@*.domain": its sub-domains
	MailFrom        []string // envelope sender, likewise; "<>": the null sender
	Recipient       []string // envelope recipient
	BorderHost      []string // verified name of the host that connected; ".example.com": suffix
	BorderIP        []netip.Prefix
	DKIM            []string // domain of a verifying signature, ".example.com": a sub-domain; "aligned"; "none"
	OwnSender       *bool
	Headers         []HeaderCondition
	Subject         []string // contains, case-insensitive
	Phrase          []string // contained in the visible text
	TenantAsWritten []string
}

// HeaderCondition matches a field as it is written, by whomever: anybody can write a field. The values of Contains are ORed and
// compared without case; with Matches, both must hold of one field. To ask for two tokens, write two conditions.
type HeaderCondition struct {
	Name     string // empty: any field
	Contains []string
	Matches  string // RE2
}

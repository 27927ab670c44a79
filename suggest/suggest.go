// Package suggest proposes the narrowest safe change after which a good message is delivered, and proves it on forged copies.
package suggest

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
)

// Attacker is who could send a forged copy.
type Attacker string

// The attackers, from the weakest.
const (
	Outsider  Attacker = "outsider"       // anybody on the internet
	Insider   Attacker = "insider"        // another customer of the same host, tenant or service
	KnowsRule Attacker = "knows the rule" // an outsider who has read the rule
)

// Delivery is a message as a filter gets it: bytes, envelope, and what the filter looks up about the peer.
type Delivery struct {
	Name     string // of the variant; "genuine" for the message itself
	Attacker Attacker
	Note     string // what was forged, in words
	Raw      []byte
	Facts    rules.Facts // what a correct border knows of this delivery
}

// Rule text for one filter.
type Text struct {
	Target    string
	Title     string
	Files     []File // for engines with configuration files
	Worksheet []Step // for filters with a web page
	Notes     []string
	Proof     string            // "run in the real engine", "simulated, not proven: ..."
	NameMap   map[string]string // rule name -> name in the target, where it had to change
}

// File is one piece of configuration.
type File struct{ Path, Content string }

// Step is one line of a click path: the label on the page and the value to enter.
type Step struct{ Label, Value string }

// Refusal says why a rule is not written for a target, and what to do instead.
type Refusal struct {
	Rule, Name, Reason, Instead string // Name is stable and names the docs page
}

// Target writes neutral rules in the syntax of one filter, and knows how that filter would match them.
type Target struct {
	Name, Title string
	Emit        func([]rules.Rule) (Text, []Refusal)
	Matches     func(rules.Rule, Delivery) (bool, error)
}

// Result is what one forged copy (or the message itself) did to a rule.
type Result struct {
	Variant  string
	Attacker Attacker
	Matched  bool
	Note     string
}

// Remedy is one change that would let the message through.
type Remedy struct {
	Kind     string // stable: "fix-at-source", "sending-server", "rule-dkim", "rule-ip", "rule-host", "contains-token", ...
	Title    string
	Party    explain.Party
	Lasting  bool
	Text     string // what to do, without any filter's syntax
	Rule     *rules.Rule
	Residual []string // what stays open
}

// Suggestion is a remedy written for a filter, with its proof.
type Suggestion struct {
	Remedy   Remedy
	Text     *Text
	Refused  *Refusal
	Proof    []Result
	Decision string // what the message's decision would be with it
}

// Report is the outcome of suggest for one message.
type Report struct {
	Analysis    *analyze.Report
	Diagnosis   *explain.Diagnosis
	Suggestions []Suggestion
	NotOffered  []Refusal
	Refused     *Refusal // the message gets no rule at all
}

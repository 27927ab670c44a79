// Package suggest proposes the narrowest safe change after which a good message is delivered, and proves it on forged copies.
package suggest

import (
	"context"
	"net/netip"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/explain"
)

// Attacker is who could send a forged copy.
type Attacker string

// The attackers, from the weakest.
const (
	Outsider  Attacker = "outsider"       // anybody on the internet, with what is public: addresses, host names, MX records
	KnowsRule Attacker = "knows the rule" // an outsider who has read the rule, or holds a copy of the genuine message
	Insider   Attacker = "insider"        // another customer of the same host, tenant or service
)

// Envelope is what the peer did at the door of the border, and what the border saw of it.
type Envelope struct {
	IP       netip.Addr
	RDNS     string // name of IP that leads back to it; empty: none
	Helo     string // as the peer said it
	MailFrom string // without angle brackets; empty: the null sender
	Rcpt     []string
}

// Delivery is a message as a filter gets it: bytes, envelope, what the DNS says of it, and what a correct border knows.
type Delivery struct {
	Name     string // stable: "helo-is-host"; "genuine" for the message itself
	Attacker Attacker
	Note     string // what was forged, in words
	Raw      []byte // with the Received line of the border, and of what stands behind it, on top
	Message  *eml.Message
	Envelope Envelope
	DNS      string      // master-file text: what the DNS says of this delivery beyond that of the genuine one
	Facts    rules.Facts // of the pipeline, run over Raw with DNS laid over the resolver of the report
}

// Header returns the header block as it stands in the bytes, with its folds.
func (d Delivery) Header() []byte {
	if d.Message == nil {
		return nil
	}
	return d.Raw[:min(d.Message.Body.Start, len(d.Raw))]
}

// Site is what a target must know of the receiving side to write a rule that binds. The zero value knows nothing: a target
// that needs more refuses.
type Site struct {
	Border     *trace.Hop   // nil: unknown
	BorderLine string       // the value of its Received field, unfolded
	BorderAt   int          // position among the Received fields, from 0 for the newest; Sieve's :index is one more
	Fields     []string     // names of the fields above the border's line, as written: who else stands behind it
	Lines      []string     // the physical lines of the genuine header, for filters that look for text in one line
	Host       string       // verified name of the host that connected; empty: unknown
	Domains    []string     // own domains
	MailFrom   string       // envelope sender of the genuine message; empty: unknown
	Tenant     string       // own Microsoft 365 tenant, of the profile
	Gateway    string       // filter in front of this one, of the profile; empty: none
	Stage      policy.Stage // of this filter's order, that stopped the message; empty: unknown
}

// Text is a rule in the words of one filter.
type Text struct {
	Target    string
	Title     string
	Files     []File            // for engines with configuration files
	Worksheet []Step            // for filters with a web page, in the order of the page
	Notes     []string          // what the reader must know to install it
	Proof     string            // "run in the real engine", "simulated, not proven: ..."
	NameMap   map[string]string // rule name -> name in the target, where it had to change
}

// File is one piece of configuration. Path is where it belongs; of several with one path, each is added.
type File struct{ Path, Content string }

// Step is one line of a click path: the label on the page and the value to enter. A step without a value is a heading.
type Step struct{ Label, Value string }

// Refusal says why a rule is not written for a target, or a change not offered, and what to do instead.
type Refusal struct {
	Rule    string // name of the rule; empty: the change as a whole
	Name    string // stable, and names the docs page: "from-only"
	What    string // what is not offered, in words
	Reason  string
	Instead string
}

// Target writes neutral rules in the syntax of one filter, and knows how that filter would match them.
type Target struct {
	Name, Title string
	Filters     []string // filters (of profiles and of analyze/providers) whose rules these are; Name need not be repeated
	Binds       bool     // it can ask who connected or who signed; false: it can only ask what is written
	Turns       []string // knobs of analyze/policy that its rules turn beside those of allow rules: its rule is an exemption of another stage, too
	// Emit writes rules that belong together. Each rule is either in Text or in a refusal.
	Emit func([]rules.Rule, Site) (Text, []Refusal)
	// Set writes a remedy that is a setting and no rule (sending servers, safe list, exception); nil, or a nil result: there are no
	// words of this filter for it.
	Set func(Remedy, Site, *analyze.Report) *Text
	// Matches reports whether the rule, as Emit writes it, would match d in that filter: by its own way of matching and not by
	// the neutral one. An error: the rule is one that Emit refuses.
	Matches func(rules.Rule, Site, Delivery) (bool, error)
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
	Kind     string // one of the Kind constants
	Title    string
	Party    explain.Party
	Lasting  bool
	Text     string   // what to do, without any filter's syntax
	Steps    []string // of Text, one for each line: a record to publish must not run into the next step; empty: Text is one
	Rule     *rules.Rule
	Knob     string   // of analyze/policy, that the change turns; empty: it mends the cause
	Works    string   // "yes", "sources conflict", "no": does the stage that fired yield to it; empty: it mends the cause
	Residual []string // what stays open
	Warnings []Refusal
}

// Kinds of remedies, from the safest.
const (
	FixAtSource   = "fix-at-source"
	SendingServer = "sending-server"
	RuleDKIM      = "rule-dkim"
	RuleIP        = "rule-ip"
	RuleHost      = "rule-host"
	RuleSuffix    = "rule-host-suffix"
	ContainsToken = "contains-token" // what a rule becomes where the filter can only look for text
	Exception     = "exception"
	SafeSender    = "safe-sender"
	UserRule      = "outgoing-user-rule"
	PhraseRule    = "phrase-rule"
	ReportVendor  = "report-to-vendor"
	AskSomebody   = "ask"
)

// Suggestion is a remedy written for a filter, with its proof.
type Suggestion struct {
	Remedy   Remedy
	Target   string
	Text     *Text
	Refused  *Refusal // this remedy cannot be written for Target
	Proof    []Result // the message itself first
	Decision string   // what the message's decision would be with it; empty: unknown
}

// Matched returns the forged copies that the rule lets in, by this attacker.
func (s Suggestion) Matched(a Attacker) []Result {
	var out []Result
	for _, r := range s.Proof {
		if r.Matched && r.Attacker == a {
			out = append(out, r)
		}
	}
	return out
}

// Forge returns forged copies of the message of a report, by attackers of whom some know the given rules.
type Forge func(context.Context, *analyze.Report, ...rules.Rule) []Delivery

// Options are what the user asks for. The zero value writes neutral rules without ticket and expiry, tried on nothing.
type Options struct {
	Targets   []*Target // to write for, in this order
	Forge     Forge     // nil: nothing is proven, so no rule is offered
	Ticket    string
	Owner     string // who is asked when the rule ends
	Expires   time.Time
	Phrase    string          // of a signature, for outgoing mail
	Dedicated bool            // the user states that nobody else sends from the connecting address
	Verdict   explain.Verdict // of the explanation; empty: by the nature of the diagnosis alone
	Confirmed bool            // the user has asked the sender, who sent it
	Reason    string          // for the rule; empty: the diagnosis's sentence
}

// Report is the outcome of suggest for one message.
type Report struct {
	Analysis    *analyze.Report
	Diagnosis   *explain.Diagnosis
	Suggestions []Suggestion
	NotOffered  []Refusal
	Refused     *Refusal   // the message gets no rule at all
	Copies      int        // forged copies that rules were tried on
	Phrase      *Judgement // of Options.Phrase; nil: none was named, or no rule may be made
	Bound       []Remedy   // the rules that match the message and no forged copy of an outsider, whether or not the stage that fired asks rules
}

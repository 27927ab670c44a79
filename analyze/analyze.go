// Package analyze runs the checks of a mail filter over one message and collects what each found, with evidence.
package analyze

import (
	"context"
	"time"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/reputation"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/analyze/verdict"
)

// Input is everything that a run may look at. Time, DNS and files come in here: no check asks the machine.
type Input struct {
	Name         string       // how the user named the input: a path, or "-"
	Handed       *intake.Item // what the message was found in, and what that says; nil: it was handed over as it is
	Message      *eml.Message
	Trace        *trace.Trace
	Author       []eml.Address // every mailbox of all From fields
	Froms        int           // number of From fields
	Direction    rules.Direction
	DirectionWhy string
	Profile      *profile.Profile
	Providers    *providers.Set // the built-in ones, and those of the profile
	Rules        []rules.Rule   // of the profile, parsed
	Resolve      resolve.Resolver
	DNSMode      string              // "live", "snapshot" or "offline"
	Category     string              // what the filter's own log calls the message (--category); empty: not stated
	Log          *verdict.Log        // what was read from the text of the log (--log-text); nil: none was given
	Delivered    time.Time           // time at the border; zero: unknown
	Today        time.Time           // for expiry and ageing
	Weights      map[string]float64  // points by finding id; see analyze/checks/weights.yaml
	History      *reputation.History // of senders, as the user taught it; may be nil
	Classifier   *bayes.Classifier   // with what the user taught it; nil: the built-in model alone
	Parallel     bool                // run independent checks side by side: worth it where DNS is live
}

// Check is one question that the pipeline asks of a message. Needs means "runs before", not "must succeed".
type Check struct {
	Name  string // stable: it stands in people's CI, and names the docs page
	Title string // the question, in words
	Spec  string // RFC paragraph or source
	Stage policy.Stage
	Needs []*Check
	Reads []Aspect // what the check looks at, so that Rerun knows what to run again
	Run   func(*Pass) (any, error)
}

// Aspect is a part of the input that a what-if may change.
type Aspect string

// The aspects. A check that names none reads the message alone.
const (
	ReadsDNS     Aspect = "dns"
	ReadsPath    Aspect = "path"
	ReadsProfile Aspect = "profile"
)

// Toward says where a finding pushes the message.
type Toward int

// Neutral findings carry no points; they inform.
const (
	Neutral Toward = iota
	Spam
	Ham
)

// String returns "neutral", "spam" or "ham", as in the JSON.
func (t Toward) String() string { return [...]string{"neutral", "spam", "ham"}[t] }

// Evidence points at what made us say it: bytes of the message, a DNS answer, or a line of the profile.
type Evidence struct {
	Span    eml.Span
	DNS     *resolve.Question
	Answer  string // what the DNS said, in short, beside DNS
	Profile string // key of the profile, such as "sending-servers"
	Note    string
}

// Finding is one thing that a check noticed. Score is in points: positive toward spam; set from the weights by Pass.Report.
type Finding struct {
	ID       string
	Score    float64
	Toward   Toward
	Summary  string
	Evidence []Evidence
}

// Status of a check.
type Status int

// Skipped means "could not look", with a reason; Failed is a bug or fault of ours.
const (
	Done Status = iota
	Skipped
	Failed
)

// Outcome is what became of one check.
type Outcome struct {
	Check    *Check
	Status   Status
	Code     string // stable skip code, such as "offline"
	Reason   string
	Findings []Finding
	Result   any
}

// Report is the outcome of a run, in the order of the list of checks.
type Report struct {
	Input    *Input
	Outcomes []Outcome
	Facts    rules.Facts
	Decision policy.Decision   // of the first filter, or of the neutral order where none is known
	Filters  []policy.Decision // one for each filter of the profile, in mail-flow order

	index map[*Check]int
}

// Pass is a check's view of a run.
type Pass struct {
	Context context.Context
	*Input
	report  *Report
	outcome *Outcome
}

// Package policy knows the order in which a filter decides: door, authentication, anti-spoofing, rules, lists, score.
package policy

// Stage is a step of a filter's order of decision.
type Stage string

// The stages that our checks feed. A filter may have others that are not ours; they are named as not looked at.
const (
	StageDoor  Stage = "door"       // reputation of the connecting address: a 550 at SMTP time
	StageAuth  Stage = "auth"       // SPF, DKIM, DMARC policies
	StageSpoof Stage = "anti-spoof" // own domain from an address that is not ours
	StageRules Stage = "rules"      // filter rules
	StageLists Stage = "lists"      // sender lists
	StageScore Stage = "score"      // the spam engine's sum
	StageVirus Stage = "anti-virus" // not ours; decides only where the user says that the filter's log calls the message so
	StageNone  Stage = ""           // informs; decides nothing
)

// Vote is one finding as the filter weighs it.
type Vote struct {
	Finding string
	Stage   Stage
	Score   float64
}

// Action is what becomes of the message.
type Action string

// The actions, from the mildest.
const (
	Deliver    Action = "deliver"
	Quarantine Action = "quarantine"
	Reject     Action = "reject"
)

// The thresholds in points where the profile states none: the scale of SpamAssassin, which people know.
const (
	DefaultQuarantine = 5.0
	DefaultReject     = 15.0
)

// Decision is the trace through a filter's order: the stage that ended it, and what the later stages would have said.
type Decision struct {
	Filter    string // name of the filter whose order this is
	Title     string // the filter's name in words
	Action    Action
	Score     float64  // the sum of all votes
	Threshold float64  // in points, for quarantine
	RejectAt  float64  // in points, for rejection
	Stage     Stage    // that decided
	Trace     []Step   // in the filter's order
	NotLooked []string // stages of the filter that are not ours (anti-virus, attachment sandbox)
}

// Step is one stage's word. Steps behind the one that decided say what they would have done.
type Step struct {
	Stage    Stage
	Title    string
	Result   string  // one of the Result constants
	Score    float64 // the sum of the stage's own votes
	Reason   string
	YieldsTo []Knob // what a user can set so that this stage lets the message through
	Decided  bool
}

// What a stage says to a message.
const (
	ResultPass       = "pass"
	ResultAllow      = "allow"
	ResultQuarantine = "quarantine"
	ResultReject     = "reject"
	ResultUnknown    = "unknown"
)

// Knob is a setting of a filter that overrides a stage, with the source of that knowledge and how sure it is.
type Knob struct {
	Name   string // one of the Knob constants
	Title  string // what the filter calls it, or where it stands
	Source string
	Sure   float64 // 0..1; below 0.7: sources conflict or are silent, and the user should be told both ways
}

// Names of knobs. Those that Decide finds in the profile and the rules flip the stage; KnobVendor has no counterpart there.
const (
	KnobSendingServers = "sending-servers"   // the connecting address is stated to be one of ours
	KnobAllowRule      = "allow-rule"        // a filter rule that allows
	KnobBoundRule      = "bound-rule"        // an allow rule on sender and infrastructure (host, address or DKIM domain)
	KnobSafeSender     = "safe-sender"       // an entry in the list of allowed senders
	KnobExceptions     = "manage-exceptions" // a domain exempt from DMARC, DKIM and SPF policies
	KnobVendor         = "vendor"            // only the vendor or the sender can mend it
)

// Step returns the step of a stage; ok is false where the filter has none.
func (d Decision) Step(s Stage) (Step, bool) {
	for _, step := range d.Trace {
		if step.Stage == s {
			return step, true
		}
	}
	return Step{}, false
}

// DecidedBy returns the step that ended the decision.
func (d Decision) DecidedBy() Step {
	for _, step := range d.Trace {
		if step.Decided {
			return step
		}
	}
	return Step{}
}

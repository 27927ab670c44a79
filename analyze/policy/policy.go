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

// Decision is the trace through a filter's order: the stage that ended it, and what the later stages would have said.
type Decision struct {
	Filter    string // name of the filter whose order this is
	Action    Action
	Score     float64
	Threshold float64
	Stage     Stage // that decided
	Trace     []Step
	NotLooked []string // stages of the filter that are not ours (anti-virus, attachment sandbox)
}

// Step is one stage's word.
type Step struct {
	Stage    Stage
	Title    string
	Result   string // "pass", "allow", "quarantine", "reject", "unknown", "not reached"
	Reason   string
	YieldsTo []Knob // what a user can set so that this stage lets the message through
	Decided  bool
}

// Knob is a setting of a filter that overrides a stage, with the source of that knowledge and how sure it is.
type Knob struct {
	Name   string // "sending-servers", "allow-rule", "safe-sender", "manage-exceptions"
	Source string
	Sure   float64
}

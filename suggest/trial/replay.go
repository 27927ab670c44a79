package trial

import (
	"slices"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// maxExamples bounds the messages that are named for each rule: a reader looks at a few.
const maxExamples = 5

// Example is one message that a rule matched.
type Example struct {
	Name   string // of the message
	Score  float64
	Before policy.Action // what would have become of it without any rule
	After  policy.Action // and with this rule alone
	Spam   string        // why it looks like spam; empty: it does not
}

// Radius is what one rule does to an archive.
type Radius struct {
	Rule     *rules.Rule
	Matched  int
	LetIn    int // stopped without the rule, delivered with it
	KeptOut  int // delivered without the rule, stopped with it
	Same     int // matched, and the decision is what it would have been anyway
	Spam     int // of LetIn: look like spam
	Unknown  int // messages of which the rule could not be judged
	Examples []Example
}

// Tally counts what rules do to messages. Add is not safe for several goroutines at once.
type Tally struct {
	Messages int
	Stopped  int // without any rule
	Rules    []Radius

	spam func(*analyze.Report) string
}

// NewTally prepares a count. spam says why a message looks like spam, or "": it is asked only of messages that a rule lets in.
func NewTally(rs []rules.Rule, spam func(*analyze.Report) string) *Tally {
	t := &Tally{Rules: make([]Radius, len(rs)), spam: spam}
	for i := range rs {
		t.Rules[i].Rule = &rs[i]
	}
	return t
}

// Hits returns how many messages each rule matched, by name.
func (t *Tally) Hits() map[string]int {
	out := make(map[string]int, len(t.Rules))
	for _, r := range t.Rules {
		out[r.Rule.Name] += r.Matched
	}
	return out
}

// Add counts one message.
func (t *Tally) Add(r *analyze.Report) {
	t.Messages++
	votes, in := r.Votes(), r.Input
	facts := r.Facts.Ready()
	before := decide(votes, facts, nil, in)
	if before.Action != policy.Deliver {
		t.Stopped++
	}
	why, asked := "", false
	for i := range t.Rules {
		x := &t.Rules[i]
		o := x.Rule.Match(facts)
		switch o.Result {
		case rules.Maybe:
			x.Unknown++
		case rules.Yes:
			after := decide(votes, facts, adopted([]rules.Rule{*x.Rule}, in), in)
			e := Example{Name: in.Name, Score: before.Score, Before: before.Action, After: after.Action}
			if before.Action != policy.Deliver && after.Action == policy.Deliver {
				if !asked && t.spam != nil {
					why, asked = t.spam(r), true
				}
				e.Spam = why
			}
			x.count(e)
		}
	}
}

func decide(votes []policy.Vote, facts rules.Facts, rs []rules.Rule, in *analyze.Input) policy.Decision {
	return policy.Decide(votes, facts, rs, in.Profile, policy.Stated{Category: in.Category})
}

// adopted lets rules of a filter that the profile does not name count as if they were those of the filter that decides: what is asked is
// what they would do to these messages.
func adopted(rs []rules.Rule, in *analyze.Input) []rules.Rule {
	if !slices.ContainsFunc(rs, func(r rules.Rule) bool { return r.Filter != "" }) {
		return rs
	}
	out := slices.Clone(rs)
	for i := range out {
		if in.Profile == nil || !slices.Contains(in.Profile.Filters, out[i].Filter) {
			out[i].Filter = ""
		}
	}
	return out
}

func (x *Radius) count(e Example) {
	x.Matched++
	switch {
	case e.Before == e.After:
		x.Same++
	case e.After == policy.Deliver:
		x.LetIn++
	case e.Before == policy.Deliver:
		x.KeptOut++
	default:
		x.Same++
	}
	if e.Spam != "" {
		x.Spam++
	}
	if len(x.Examples) < maxExamples && e.Before != e.After {
		x.Examples = append(x.Examples, e)
	}
}

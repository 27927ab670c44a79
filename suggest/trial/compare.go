package trial

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// maxChanges bounds the messages that are named: a reviewer who gets a thousand reads the numbers.
const maxChanges = 200

// Change is a message whose decision differs between two versions of the rules.
type Change struct {
	Name             string
	Before, After    policy.Action
	OldRule, NewRule string // that decided; empty: none
	Score            float64
	Spam             string // why it looks like spam; empty: it does not
}

// Comparison counts what a change of the rules changes.
type Comparison struct {
	Messages int
	Allowed  int // newly delivered
	Spam     int // of these: look like spam
	Stopped  int // newly quarantined or rejected
	Changes  []Change

	Old, New []rules.Rule
	spam     func(*analyze.Report) string
}

// NewComparison prepares a comparison; spam is as for NewTally.
func NewComparison(old, changed []rules.Rule, spam func(*analyze.Report) string) *Comparison {
	return &Comparison{Old: old, New: changed, spam: spam}
}

// Add decides one message by both versions.
func (c *Comparison) Add(r *analyze.Report) {
	c.Messages++
	votes, facts := r.Votes(), r.Facts.Ready()
	old, changed := adopted(c.Old, r.Input), adopted(c.New, r.Input)
	before := decide(votes, facts, old, r.Input)
	after := decide(votes, facts, changed, r.Input)
	if before.Action == after.Action {
		return
	}
	x := Change{Name: r.Input.Name, Before: before.Action, After: after.Action, OldRule: decider(old, facts, before.Filter), NewRule: decider(changed, facts, after.Filter), Score: after.Score}
	if after.Action == policy.Deliver {
		c.Allowed++
		if c.spam != nil {
			x.Spam = c.spam(r)
		}
		if x.Spam != "" {
			c.Spam++
		}
	} else {
		c.Stopped++
	}
	if len(c.Changes) < maxChanges {
		c.Changes = append(c.Changes, x)
	}
}

// decider names the first rule of the filter that matches.
func decider(rs []rules.Rule, f rules.Facts, filter string) string {
	for _, r := range rs {
		if (r.Filter == "" || r.Filter == filter) && r.Matches(f) {
			return r.Name
		}
	}
	return ""
}

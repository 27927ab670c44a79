// Package trial tries rules on messages: on their own tests and forged copies of them, on an archive, and before and after a change.
package trial

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Kind says what a case is.
type Kind string

// The kinds of cases.
const (
	Match  Kind = "match"  // a message that the rule must match
	Miss   Kind = "miss"   // one that it must not match
	Forged Kind = "forged" // a forged copy of one that it must match
)

// Case is one message that a rule was tried on.
type Case struct {
	Kind     Kind
	Path     string // of the message, as the rule names it
	Copy     string // name of the forged copy
	Attacker suggest.Attacker
	Note     string // what was forged
	Err      error  // the message could not be read
	Matched  bool
	Outcome  rules.Outcome
	Passed   bool
}

// Result is what became of one rule.
type Result struct {
	Rule  *rules.Rule
	Cases []Case
	Idle  []string // conditions that never decided: without them, every case would have come out the same
}

// Failed returns the cases that came out wrong.
func (r Result) Failed() []Case {
	return slices.DeleteFunc(slices.Clone(r.Cases), func(c Case) bool { return c.Passed })
}

// Tester tries rules.
type Tester struct {
	Load  func(ctx context.Context, r *rules.Rule, path string) (*analyze.Report, error) // reads a test message
	Forge suggest.Forge                                                                  // nil: no forged copies are tried
	// Matches says whether a rule matches a forged copy of the message of a report; nil: as fpcheck itself matches. Targets match in other ways.
	Matches func(rules.Rule, *analyze.Report, suggest.Delivery) (bool, error)
}

// Run tries one rule on its tests, and on forged copies of each message that it must match. A rule that has expired is tried as if it had
// not: that it has is for lint to say.
func (t *Tester) Run(ctx context.Context, rule *rules.Rule) Result {
	res := Result{Rule: rule}
	r := *rule
	r.Expires = time.Time{}
	cover := newCoverage(r)
	for _, path := range r.Tests.Match {
		report, c := t.one(ctx, &r, Match, path)
		res.Cases = append(res.Cases, c)
		if c.Err != nil || !c.Matched || t.Forge == nil {
			continue
		}
		for _, d := range t.Forge(ctx, report, r) {
			res.Cases = append(res.Cases, t.forged(r, path, report, d))
			cover.see(d.Facts)
		}
	}
	for _, path := range r.Tests.Miss {
		report, c := t.one(ctx, &r, Miss, path)
		res.Cases = append(res.Cases, c)
		if c.Err == nil {
			cover.see(report.Facts)
		}
	}
	if len(r.Tests.Match) > 0 {
		res.Idle = cover.idle(len(r.Tests.Miss) > 0)
	}
	return res
}

// one tries a message that the rule names.
func (t *Tester) one(ctx context.Context, r *rules.Rule, kind Kind, path string) (*analyze.Report, Case) {
	c := Case{Kind: kind, Path: path}
	report, err := t.Load(ctx, r, path)
	if err != nil {
		c.Err = err
		return nil, c
	}
	c.Outcome = r.Match(report.Facts)
	c.Matched = c.Outcome.Applies()
	c.Passed = c.Matched == (kind == Match)
	return report, c
}

// forged tries a forged copy. Insiders may get in where the rule can only ask who connected: that is told, and is no failure.
func (t *Tester) forged(r rules.Rule, path string, report *analyze.Report, d suggest.Delivery) Case {
	c := Case{Kind: Forged, Path: path, Copy: d.Name, Attacker: d.Attacker, Note: d.Note, Outcome: r.Match(d.Facts)}
	c.Matched = c.Outcome.Applies()
	if t.Matches != nil {
		c.Matched, c.Err = t.Matches(r, report, d)
	}
	c.Passed = c.Err == nil && (!c.Matched || r.Action != rules.Allow || d.Attacker == suggest.Insider)
	return c
}

// Why says in words why a case failed.
func (c Case) Why() string {
	switch {
	case c.Err != nil:
		return fmt.Sprintf("%s: %v", c.Path, c.Err)
	case c.Kind == Match:
		return fmt.Sprintf("%s must match, and does not: %s", c.Path, c.Outcome.Why)
	case c.Kind == Miss:
		return c.Path + " must not match, and does"
	}
	return fmt.Sprintf("a forged copy of %s gets in: %s (%s, %s)", c.Path, c.Note, c.Copy, c.Attacker)
}

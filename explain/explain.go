// Package explain ties findings together into root causes: what happened, what proves it, and who has to mend it.
package explain

import (
	"context"
	"slices"
	"sort"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
)

// Party is who can mend a cause.
type Party string

// The parties.
const (
	You         Party = "you"            // the receiving organisation's admin
	SenderAdmin Party = "sender's admin" // postmaster of the sending domain
	IPProvider  Party = "IP's provider"  // who runs the address: PTR
	Service     Party = "service"        // marketing or form service
	List        Party = "list"           // owner of a mailing list
	Forwarder   Party = "forwarder"
	Vendor      Party = "filter vendor"
	Nobody      Party = "nobody"
)

// Nature says whether a cause makes the message a false positive.
type Nature int

// Good causes explain why good mail was caught; Bad ones why it should stay caught; Unclear ones ask somebody.
const (
	Good Nature = iota
	Bad
	Unclear
)

// Cause is one root cause. Match returns nil where it does not speak.
type Cause struct {
	Name   string // stable, and names the docs page: "web-form-unlisted-server"
	Title  string // the sentence that one would say on the phone
	Nature Nature
	Match  func(*analyze.Report) *Diagnosis
}

// Fix is what one party has to do.
type Fix struct {
	Party Party
	Text  string
}

// WhatIf is one change and what the decision would be with it.
type WhatIf struct {
	Change string
	Action policy.Action
	Score  float64
	Flips  bool // the message would be delivered, and is not today
}

// Verdict is the desk's first word.
type Verdict string

// The three words.
const (
	Release      Verdict = "RELEASE"
	DoNotRelease Verdict = "DO NOT RELEASE"
	AskTheSender Verdict = "ASK THE SENDER"
)

// The steps of confidence: what Diagnosis.Sure has reached.
const (
	SureAt   = 0.9 // proven: a hash, a DNS answer or the profile says so, and without it the decision would be another
	LikelyAt = 0.6 // several things speak for it and nothing against it
)

// Confidence names a Sure number: "sure", "likely" or "possible".
func Confidence(sure float64) string {
	switch {
	case sure >= SureAt:
		return "sure"
	case sure >= LikelyAt:
		return "likely"
	}
	return "possible"
}

// Diagnosis is a cause as it applies to one message.
type Diagnosis struct {
	Cause        *Cause
	Title        string  // the cause's sentence with this message's names; empty: Cause.Title
	Sure         float64 // see SureAt
	For, Against []analyze.Finding
	WhoFixes     Party
	Fixes        []Fix
	Do           string           // the one next step, for the desk
	Clears       []string         // ids of findings that this cause is to blame for: without them, what would the decision be
	Changes      []analyze.Change // changes worth trying: the fixes, and those that people expect to help and that do not
	WhatIf       []WhatIf         // filled by Run: the counterfactual first
	Decisive     bool             // filled by Run: without it the decision flips, or the filter itself named it
	Stated       bool             // our side's filter names this cause
}

// Sentence returns what one would say on the phone.
func (d *Diagnosis) Sentence() string {
	if d.Title != "" {
		return d.Title
	}
	return d.Cause.Title
}

// Explanation is what explain has to say about one message.
type Explanation struct {
	Report  *analyze.Report
	First   *Diagnosis   // never nil: where nothing can be told it is the cause "cannot-tell"
	Others  []*Diagnosis // further causes, by rank
	Remarks []*Diagnosis // defects that are there and change nothing
	Verdict Verdict
	Sure    float64
}

// maxWhatIf is how many what-if runs a message gets: they are the dear part, and the sixth cause helps nobody.
const maxWhatIf = 5

// Run matches every cause against r, tries what would change the decision, and ranks. cannotTell takes first place where no cause speaks.
func Run(ctx context.Context, r *analyze.Report, causes []*Cause, cannotTell *Cause) *Explanation {
	e := &Explanation{Report: r}
	var found []*Diagnosis
	for _, c := range causes {
		if d := c.Match(r); d != nil {
			d.Cause = c
			found = append(found, d)
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return rank(found[i]) > rank(found[j]) })
	e.weigh(ctx, found)
	e.place(found)
	if e.First == nil {
		e.First = cannotTell.Match(r)
		e.First.Cause = cannotTell
	}
	e.Verdict, e.Sure = verdict(e.First)
	return e
}

// rank orders diagnoses before anything was tried: what must not be released comes first, then the surest.
func rank(d *Diagnosis) float64 {
	n := d.Sure
	if d.Cause.Nature == Bad {
		n += 1
	}
	if d.Stated {
		n += 0.5
	}
	return n
}

// weigh runs the counterfactuals: is the message delivered without what this cause is to blame for.
func (e *Explanation) weigh(ctx context.Context, found []*Diagnosis) {
	left := maxWhatIf
	for _, d := range found {
		if len(d.Clears) > 0 && left > 0 && e.caught() {
			left--
			d.try(ctx, e.Report, without(d.Clears))
		}
		d.Decisive = d.Stated || slices.ContainsFunc(d.WhatIf, func(w WhatIf) bool { return w.Flips })
	}
	for _, d := range found {
		for _, c := range d.Changes {
			if left > 0 {
				left--
				d.try(ctx, e.Report, c)
			}
		}
	}
}

func (e *Explanation) caught() bool { return e.Report.Decision.Action != policy.Deliver }

func without(ids []string) analyze.Change {
	return analyze.Change{Name: "without this", Without: func(f analyze.Finding) bool { return slices.Contains(ids, f.ID) }}
}

func (d *Diagnosis) try(ctx context.Context, r *analyze.Report, c analyze.Change) {
	again := analyze.Rerun(ctx, r, c).Decision
	d.WhatIf = append(d.WhatIf, WhatIf{Change: c.Name, Action: again.Action, Score: again.Score,
		Flips: again.Action == policy.Deliver && r.Decision.Action != policy.Deliver})
}

// place sorts what was found into the first cause, others, and remarks. A defect without which the message is caught all the same is a remark,
// unless nothing else explains the catch, or our own estimate would have delivered and so cannot tell what tipped the filter.
func (e *Explanation) place(found []*Diagnosis) {
	for _, d := range found {
		if e.caught() && !d.Decisive && len(d.Clears) > 0 && d.Cause.Nature != Bad {
			e.Remarks = append(e.Remarks, d)
			continue
		}
		if e.First == nil {
			e.First = d
		} else {
			e.Others = append(e.Others, d)
		}
	}
	if e.First == nil && len(e.Remarks) > 0 {
		e.First, e.Remarks = e.Remarks[0], e.Remarks[1:]
		e.First.Sure = min(e.First.Sure, LikelyAt)
	}
}

func verdict(d *Diagnosis) (Verdict, float64) {
	switch d.Cause.Nature {
	case Bad:
		return DoNotRelease, d.Sure
	case Unclear:
		return AskTheSender, d.Sure
	}
	return Release, d.Sure
}

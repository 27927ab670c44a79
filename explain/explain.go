// Package explain ties findings together into root causes: what happened, what proves it, and who has to mend it.
package explain

import (
	"context"
	"slices"
	"sort"
	"strings"

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
	Name     string // stable, and names the docs page: "web-form-unlisted-server"
	Title    string // the sentence that one would say on the phone, where a message fills in no names
	Nature   Nature
	Families []Family // of a filter's tests, where its own verdict can name this cause
	Match    func(*View) *Diagnosis
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
	Decisive     bool             // without it the decision flips, or the filter itself named it; filled by Run, or by a cause that reads it off the decision
	Stated       bool             // our side's filter names this cause
	Proven       bool             // the cause itself proves that the message is one's own or the sender's
	NoLogin      bool             // it is after money alone: nobody who answered has to change a password
	Known        bool             // who reads the sentence knows by himself whether it is true: his own form, his own service
	Open         bool             // it leaves open what stopped the message

	share float64 // of the filter's verdict
}

// Sentence returns what one would say on the phone.
func (d *Diagnosis) Sentence() string {
	if rest, ok := strings.CutPrefix(d.Title, "your filter"); ok {
		return "Your filter" + rest
	}
	if d.Title != "" {
		return d.Title
	}
	return d.Cause.Title
}

// Explanation is what explain has to say about one message.
type Explanation struct {
	Report  *analyze.Report
	View    *View
	First   *Diagnosis   // never nil: where nothing can be told it is the cause "cannot-tell"
	Others  []*Diagnosis // further causes, by rank
	Remarks []*Diagnosis // defects that are there and change nothing
	Caught  bool         // by our side's filter, by the user's word, or by our estimate
	Verdict Verdict
	Sure    float64
}

// maxWhatIf is how many what-if runs a message gets: they are the dear part, and the sixth cause helps nobody.
const maxWhatIf = 5

// maxCounterfactuals leaves the rest of the runs to the changes that the first cause proposes.
const maxCounterfactuals = 3

// How sure a cause can be at the most where a proof is missing.
const (
	undecidedAtMost = 0.85 // the message is caught, and would be without this, too
	uncaughtAtMost  = 0.55 // nothing that we can see caught the message
	unvouchedAtMost = 0.75 // nothing proves who sent it: a forger could have arranged the same picture
)

// Run matches every cause against r, tries what would change the decision, and ranks. cannotTell takes first place where no cause speaks;
// it must match every report.
func Run(ctx context.Context, r *analyze.Report, causes []*Cause, cannotTell *Cause) *Explanation {
	v := NewView(ctx, r)
	e := &Explanation{Report: r, View: v, Caught: v.Caught()}
	var found []*Diagnosis
	for _, c := range causes {
		if d := c.Match(v); d != nil {
			d.Cause = c
			if v.Filter.Caught {
				d.share = v.Filter.share(c.Families)
				d.Stated = d.share > 0
				if v.Filter.Vague {
					d.share = 0
				}
			}
			found = append(found, d)
		}
	}
	sortByRank(found)
	left := e.counterfactuals(ctx, found)
	for _, d := range found {
		e.limit(d)
	}
	sortByRank(found)
	e.place(found)
	if e.First == nil || v.Filter.Infected && e.First.Cause.Nature != Bad {
		e.abstain(cannotTell)
	}
	e.mention()
	e.changes(ctx, left)
	e.Verdict, e.Sure = e.verdict()
	return e
}

// abstain takes cannotTell for the first cause. What an anti-virus stopped is not released for a defect of the sender that was found besides.
func (e *Explanation) abstain(cannotTell *Cause) {
	if e.First != nil {
		e.Remarks = append([]*Diagnosis{e.First}, append(e.Others, e.Remarks...)...)
		e.Others = nil
	}
	e.First = cannotTell.Match(e.View)
	e.First.Cause = cannotTell
	if e.View.Filter.Infected {
		e.First.Title = "The anti-virus of your filter stopped it; whether it was wrong can only be found out by its maker."
		e.First.Sure, e.First.WhoFixes = LikelyAt, Vendor
		e.First.Do = "Do not release it. If the sender is known to you and the attachment was expected, send the file to the maker of the anti-virus as a false alarm, and ask the sender for it over another way."
		e.First.Fixes = []Fix{{Party: Vendor, Text: "Look into the file that was reported as a false alarm."}}
		e.First.For, e.First.Against, e.First.Changes = nil, nil, nil
	}
}

// mention adds to a first cause that leaves open what stopped the message the defect that may have counted. Filters add up, and write no reason.
func (e *Explanation) mention() {
	if !e.First.Open || e.View.Allowed() || len(e.Remarks) == 0 || !e.Remarks[0].ofServer() || !e.weighs(e.Remarks[0]) {
		return
	}
	said := e.Remarks[0].Sentence()
	for _, word := range []string{"The ", "A "} {
		if rest, ok := strings.CutPrefix(said, word); ok {
			said = strings.ToLower(word) + rest
		}
	}
	e.First.Title = e.First.Sentence() + " What may have counted: " + said
}

func sortByRank(found []*Diagnosis) {
	sort.SliceStable(found, func(i, j int) bool { return rank(found[i]) > rank(found[j]) })
}

// rank orders diagnoses: what must not be released comes first, then what only a call can tell, whatever defect was found besides, then what decides,
// then the surest; the list of causes breaks ties.
func rank(d *Diagnosis) float64 {
	n := d.Sure
	switch d.Cause.Nature {
	case Bad:
		n += 8
	case Unclear:
		n += 4
	}
	n += 2 * d.share
	if d.Decisive {
		n++
	}
	return n
}

// counterfactuals asks for the first causes whether the message is delivered without what they are to blame for, and returns how many
// runs are left.
func (e *Explanation) counterfactuals(ctx context.Context, found []*Diagnosis) int {
	left := maxWhatIf
	for _, d := range found {
		if e.Caught && len(d.Clears) > 0 && left > maxWhatIf-maxCounterfactuals && e.Report.Decision.Action != policy.Deliver {
			left--
			d.try(ctx, e.Report, without(d.Clears))
		}
		d.Decisive = d.Decisive || d.Stated || slices.ContainsFunc(d.WhatIf, func(w WhatIf) bool { return w.Flips })
	}
	return left
}

// changes tries what the first cause proposes.
func (e *Explanation) changes(ctx context.Context, left int) {
	for _, c := range e.First.Changes[:min(left, len(e.First.Changes))] {
		e.First.try(ctx, e.Report, c)
	}
}

// limit holds back a cause that nothing proves to have decided, and one that would release what nobody vouches for.
func (e *Explanation) limit(d *Diagnosis) {
	if d.Cause.Nature == Good && !e.View.Vouched() && !d.Proven {
		d.Sure = min(d.Sure, unvouchedAtMost)
	}
	switch {
	case d.Decisive || d.Cause.Nature == Bad:
	case e.Caught:
		d.Sure = min(d.Sure, undecidedAtMost)
	default:
		d.Sure = min(d.Sure, uncaughtAtMost)
	}
}

func without(ids []string) analyze.Change {
	return analyze.Change{Name: "if this were not so", Without: func(f analyze.Finding) bool { return f.Toward != analyze.Ham && matches(ids, f.ID) }}
}

func (d *Diagnosis) try(ctx context.Context, r *analyze.Report, c analyze.Change) {
	again := analyze.Rerun(ctx, r, c).Decision
	d.WhatIf = append(d.WhatIf, WhatIf{Change: c.Name, Action: again.Action, Score: again.Score,
		Flips: again.Action == policy.Deliver && r.Decision.Action != policy.Deliver})
}

// place sorts what was found into the first cause, others, and remarks. A defect without which the message is caught all the same is a remark.
// Where several defects caught it together, the weightiest of them is named, and not as sure: words and habits only where what stopped it looks at those.
func (e *Explanation) place(found []*Diagnosis) {
	for _, d := range found {
		switch {
		case e.isRemark(d):
			e.Remarks = append(e.Remarks, d)
		case e.First == nil:
			e.First = d
		default:
			e.Others = append(e.Others, d)
		}
	}
	if len(e.Remarks) == 0 || !e.weighs(e.Remarks[0]) {
		return
	}
	switch vague := e.View.Filter.Vague && e.First != nil && e.First.Stated && e.First.share == 0; {
	case vague && e.Remarks[0].ofServer(): // "spam" names the sum of all, and of its parts this one can be seen
		e.Others = append([]*Diagnosis{e.First}, e.Others...)
	case e.First != nil || !e.Caught || !e.Remarks[0].ofServer() && !e.looksAtText():
		return
	}
	e.First, e.Remarks = e.Remarks[0], e.Remarks[1:]
	e.First.Sure = min(e.First.Sure, LikelyAt)
}

// looksAtText reports whether what stopped the message asks what it looks like: the filter's own word, and where it gives none the stage by our estimate.
// Anti-spoofing does not.
func (e *Explanation) looksAtText() bool {
	if f := e.View.Filter; f.Caught && len(f.Families) > 0 {
		return slices.ContainsFunc(f.Families, func(f Family) bool { return f != FamilySpoof && f != FamilyDMARC && f != FamilySPF && f != FamilyDKIM })
	}
	return e.Report.Decision.Stage != policy.StageSpoof
}

// ofServer reports whether a cause is a fact about the server, its address or its domain, and no opinion of a filter about the text: another filter's is another.
func (d *Diagnosis) ofServer() bool {
	return !slices.ContainsFunc(d.Cause.Families, func(f Family) bool { return f == FamilyWords || f == FamilyClassifier })
}

// isRemark reports whether a diagnosis is a defect that decides nothing. A cause that blames no finding and that no filter names is not
// one: it tells what the message is. So does one that asks somebody.
func (e *Explanation) isRemark(d *Diagnosis) bool {
	blames := len(d.Clears) > 0 || len(d.Cause.Families) > 0
	return blames && !d.Decisive && d.Cause.Nature == Good
}

// weighs reports whether a remark is more than a trifle: the estimate counts it with a fifth of what quarantines.
func (e *Explanation) weighs(d *Diagnosis) bool {
	sum := 0.0
	for _, f := range e.View.Find(d.Clears...) {
		sum += f.Score
	}
	return sum >= e.Report.Decision.Threshold/5
}

// verdict is the desk's first word. A good cause releases a message only where somebody vouches for it, or the reader can: a forger could
// have arranged the rest.
func (e *Explanation) verdict() (Verdict, float64) {
	d := e.First
	switch {
	case d.Cause.Nature == Bad, e.View.Filter.Infected:
		return DoNotRelease, d.Sure
	case d.Cause.Nature == Unclear:
		return AskTheSender, d.Sure
	case e.View.Filter.Fraud && !d.Proven && !d.Known && !e.View.Sent() && !e.View.Authentic(): // the name of a server is no answer to that
		return AskTheSender, d.Sure
	case e.View.Vouched(), d.Proven, d.Known:
		return Release, d.Sure
	}
	return AskTheSender, d.Sure
}

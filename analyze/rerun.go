package analyze

import (
	"context"
	"slices"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Change is a what-if: what would the decision be if this were otherwise.
type Change struct {
	Name    string             // for the reader: "203.0.113.10 in sending-servers"
	Aspects []Aspect           // what Edit touches; only checks that read it run again
	Edit    func(*Input)       // changes a copy; what it points to must be copied before it is changed
	Checks  []*Check           // where not nil: of the checks that read Aspects, only these are concerned (an SPF record is no DKIM key)
	Without func(Finding) bool // findings to leave out, as if they had not been there
}

// Rerun returns the report of r's message under change. Outcomes of checks that do not read what changed, nor need a check that does, are
// taken over as they are.
func Rerun(ctx context.Context, r *Report, change Change) *Report {
	in := *r.Input
	if change.Edit != nil {
		change.Edit(&in)
	}
	checks := make([]*Check, len(r.Outcomes))
	for i := range r.Outcomes {
		checks[i] = r.Outcomes[i].Check
	}
	again := newReport(&in, checks)
	touched := map[*Check]bool{}
	for _, level := range levels(checks) {
		var run []*Check
		for _, c := range level {
			if touched[c] = c.touchedBy(&change, touched); touched[c] {
				run = append(run, c)
			} else {
				again.Outcomes[again.index[c]] = r.Outcomes[r.index[c]]
			}
		}
		again.runAll(ctx, run)
	}
	again.drop(change.Without)
	again.decide()
	return again
}

func (c *Check) touchedBy(change *Change, touched map[*Check]bool) bool {
	concerned := change.Checks == nil || slices.Contains(change.Checks, c)
	return concerned && slices.ContainsFunc(c.Reads, func(a Aspect) bool { return slices.Contains(change.Aspects, a) }) ||
		slices.ContainsFunc(c.Needs, func(need *Check) bool { return touched[need] })
}

func (r *Report) drop(without func(Finding) bool) {
	if without == nil {
		return
	}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		o.Findings = slices.DeleteFunc(slices.Clone(o.Findings), without)
	}
}

// decide fills facts and decisions from the outcomes. The facts are the result of the check that collects them.
func (r *Report) decide() {
	for i := range r.Outcomes {
		if f, ok := r.Outcomes[i].Result.(rules.Facts); ok {
			r.Facts = f
		}
	}
	stated := policy.Stated{Category: r.Input.Category}
	if names := r.Input.FilterNames(); len(names) > 0 {
		stated.Filter = names[0]
	}
	r.Filters = policy.DecideAll(r.Votes(), r.Facts, r.Input.Rules, r.Input.Profile, stated)
	r.Decision = r.Filters[0]
}

package analyze

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/fpcheck/fpcheck/analyze/policy"
)

// Run runs the checks over in, in the order of their needs, and returns what each said. The order of the list is that of the
// report. A check that panics is reported as failed; it does not stop the others.
func Run(ctx context.Context, in *Input, checks []*Check) *Report {
	r := newReport(in, checks)
	for _, level := range levels(checks) {
		r.runAll(ctx, level)
	}
	r.decide()
	return r
}

func newReport(in *Input, checks []*Check) *Report {
	r := &Report{Input: in, Outcomes: make([]Outcome, len(checks)), index: make(map[*Check]int, len(checks))}
	for i, c := range checks {
		r.Outcomes[i].Check = c
		r.index[c] = i
	}
	return r
}

// levels sorts checks so that each stands behind what it needs. A need that is not in the list is not run.
func levels(checks []*Check) [][]*Check {
	depth := make(map[*Check]int, len(checks))
	for _, c := range checks {
		depth[c] = 0
	}
	var out [][]*Check
	for _, c := range checks {
		d := depthOf(c, depth, 0)
		for len(out) <= d {
			out = append(out, nil)
		}
		out[d] = append(out[d], c)
	}
	return out
}

// depthOf counts the longest chain of needs below c. A cycle is a bug of the list, which a test looks for; nesting bounds it.
func depthOf(c *Check, known map[*Check]int, nesting int) int {
	d := 0
	for _, need := range c.Needs {
		if _, listed := known[need]; listed && nesting < len(known) {
			d = max(d, 1+depthOf(need, known, nesting+1))
		}
	}
	return d
}

func (r *Report) runAll(ctx context.Context, checks []*Check) {
	if !r.Input.Parallel {
		for _, c := range checks {
			r.runOne(ctx, c)
		}
		return
	}
	var wg sync.WaitGroup
	for _, c := range checks {
		wg.Go(func() { r.runOne(ctx, c) })
	}
	wg.Wait()
}

func (r *Report) runOne(ctx context.Context, c *Check) {
	o := &r.Outcomes[r.index[c]]
	defer func() {
		if v := recover(); v != nil {
			*o = Outcome{Check: c, Status: Failed, Code: "panic", Reason: fmt.Sprintf("bug in check %s: %v\n%s", c.Name, v, debug.Stack())}
		}
	}()
	result, err := c.Run(&Pass{Context: ctx, Input: r.Input, report: r, outcome: o})
	o.Result = result
	var skip *skipError
	switch {
	case errors.As(err, &skip):
		o.Status, o.Code, o.Reason = Skipped, skip.code, brief(skip.reason)
	case err != nil:
		o.Status, o.Code, o.Reason = Failed, "error", brief(err.Error())
	}
}

type skipError struct{ code, reason string }

func (e *skipError) Error() string { return e.reason }

// Skip says that a check could not look. code is stable and stands in the JSON ("offline", "no-border", "header-only").
func Skip(code, format string, args ...any) error {
	return &skipError{code, fmt.Sprintf(format, args...)}
}

// Report adds a finding. The points come from the weights; the sign of the points sets Toward where the finding leaves it open.
func (p *Pass) Report(f Finding) {
	if w, ok := p.Weights[f.ID]; ok && f.Score == 0 {
		f.Score = w
	}
	if f.Toward == Neutral && f.Score > 0 {
		f.Toward = Spam
	} else if f.Toward == Neutral && f.Score < 0 {
		f.Toward = Ham
	}
	p.add(f)
}

// Note adds a finding that informs and weighs nothing, whatever the weights say of its id.
func (p *Pass) Note(f Finding) {
	f.Score, f.Toward = 0, Neutral
	p.add(f)
}

func (p *Pass) add(f Finding) {
	f.Summary = brief(f.Summary)
	for i := range f.Evidence {
		f.Evidence[i].Note = brief(f.Evidence[i].Note)
	}
	p.outcome.Findings = append(p.outcome.Findings, f)
}

// maxWord is how long a word may be, in bytes, of what we say: an address has at most 320 (RFC 5321 4.5.3.1), a name 253.
const maxWord = 400

// brief takes the middle out of longer words: a message makes them to push the answer off the screen. The spans point at the whole.
func brief(s string) string {
	if len(s) <= maxWord {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		if len(w) > maxWord {
			words[i] = strings.ToValidUTF8(w[:maxWord/2], "") + "…" + strings.ToValidUTF8(w[len(w)-maxWord/4:], "")
		}
	}
	return strings.Join(words, " ")
}

// Limit says which part of the check's question could not be looked at, though the check as a whole was done.
func (p *Pass) Limit(code, format string, args ...any) {
	p.outcome.Code, p.outcome.Reason = code, brief(fmt.Sprintf(format, args...))
}

// Skipped returns why c could not look, for checks that build on it; ok is false when c was done or is not in the list.
func (p *Pass) Skipped(c *Check) (code, reason string, ok bool) {
	i, listed := p.report.index[c]
	if !listed || p.report.Outcomes[i].Status == Done {
		return "", "", false
	}
	return p.report.Outcomes[i].Code, p.report.Outcomes[i].Reason, true
}

// Get returns the result of a check that ran before.
func Get[T any](p *Pass, c *Check) (T, bool) { return ResultOf[T](p.report, c) }

// ResultOf returns the typed result of c; ok is false when it was skipped, failed, or is not in the report.
func ResultOf[T any](r *Report, c *Check) (T, bool) {
	var zero T
	i, listed := r.index[c]
	if !listed || r.Outcomes[i].Status != Done {
		return zero, false
	}
	v, ok := r.Outcomes[i].Result.(T)
	return v, ok
}

// Findings returns all findings in the order of the report.
func (r *Report) Findings() []Finding {
	var out []Finding
	for i := range r.Outcomes {
		out = append(out, r.Outcomes[i].Findings...)
	}
	return out
}

// Finding returns the first finding with that id.
func (r *Report) Finding(id string) (Finding, bool) {
	for i := range r.Outcomes {
		for _, f := range r.Outcomes[i].Findings {
			if f.ID == id {
				return f, true
			}
		}
	}
	return Finding{}, false
}

// Votes returns the findings as the policy weighs them.
func (r *Report) Votes() []policy.Vote {
	var out []policy.Vote
	for i := range r.Outcomes {
		for _, f := range r.Outcomes[i].Findings {
			out = append(out, policy.Vote{Finding: f.ID, Stage: r.Outcomes[i].Check.Stage, Score: f.Score})
		}
	}
	return out
}

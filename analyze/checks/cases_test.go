package checks

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/policy"
)

func loadCase(tb testing.TB, name string) (*analyze.Input, casetest.Case) {
	in, c := casetest.Read(tb, name)
	in.Weights = Weights()
	return in, c
}

// TestCases runs the whole pipeline over every mail case and compares with how the message was made.
func TestCases(t *testing.T) {
	for _, name := range casetest.Names(t) {
		t.Run(name, func(t *testing.T) {
			in, truth := loadCase(t, name)
			r := analyze.Run(context.Background(), in, All())
			checkTruth(t, r, truth)
			if t.Failed() {
				for _, f := range r.Findings() {
					t.Logf("%+.1f %s: %s", f.Score, f.ID, f.Summary)
				}
				t.Logf("border %d: %s; %s", in.Trace.Border, in.Trace.Why, in.DirectionWhy)
			}
		})
	}
}

func checkTruth(t *testing.T, r *analyze.Report, c casetest.Case) {
	same(t, "direction", r.Input.Direction.String(), c.Truth.Direction)
	same(t, "decision", string(r.Decision.Action), c.Expect.Decision)
	h := r.Input.Trace.Handover
	if c.Truth.Border.IP != "" {
		same(t, "border ip", h.IP.String(), c.Truth.Border.IP)
		same(t, "border host", r.Facts.BorderHost.Value, c.Truth.Border.Host)
		same(t, "border helo", h.Helo, c.Truth.Border.Helo)
	}
	if s, ok := analyze.ResultOf[SPFResult](r, SPF); ok {
		same(t, "spf", string(s.Verdict), c.Truth.SPF)
	}
	if d, ok := analyze.ResultOf[DKIMResult](r, DKIM); ok && c.Truth.DKIM != nil {
		var got []string
		for _, s := range d.Status {
			if s == dkim.PermError || s == dkim.Neutral { // the case says that it does not count, whatever the word for it
				s = dkim.Fail
			}
			got = append(got, string(s))
		}
		same(t, "dkim", strings.Join(got, " "), strings.Join(c.Truth.DKIM, " "))
	}
	if d, ok := analyze.ResultOf[DMARCResult](r, DMARC); ok {
		same(t, "dmarc", string(d.Verdict), c.Truth.DMARC)
	}
	for _, id := range c.Expect.Speaks {
		if !speaks(r, id) {
			t.Errorf("%s does not speak", id)
		}
	}
	for _, id := range c.Expect.Silent {
		if speaks(r, id) {
			t.Errorf("%s speaks", id)
		}
	}
	for _, o := range r.Outcomes {
		if o.Status == analyze.Failed {
			t.Errorf("check %s failed: %s", o.Check.Name, o.Reason)
		}
	}
}

// same compares where the case states something.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	if want != "" && got != want {
		t.Errorf("%s is %q, want %q", what, got, want)
	}
}

// ruleAllows is no finding: it stands for a rule of the profile that lets the message in.
const ruleAllows = "rule.allow"

// speaks reports whether a finding has that id, or an id that makes it more precise: dmarc.fail is said by dmarc.fail-reject.
func speaks(r *analyze.Report, id string) bool {
	if id == ruleAllows {
		return slices.ContainsFunc(r.Decision.Trace, func(s policy.Step) bool { return s.Stage == policy.StageRules && s.Result == policy.ResultAllow })
	}
	for _, f := range r.Findings() {
		if f.ID == id || strings.HasPrefix(f.ID, id+"-") {
			return true
		}
	}
	return false
}

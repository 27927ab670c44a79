package suggest_test

import (
	"context"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
)

// TestQuarantineGetsNoRule asks for each message of a generated quarantine, as one does for a ticket: what was made to cheat or to sell gets neither a rule
// nor another way past the filter, and what is honest gets them as long as nobody has to be asked first.
func TestQuarantineGetsNoRule(t *testing.T) {
	if testing.Short() {
		t.Skip("explains 900 messages")
	}
	good, helped, bad := 0, 0, 0
	for _, c := range compose.Quarantine(300, 400, 200, 3) {
		in := casetest.Make(t, c.Name, c.Files())
		e := explain.Run(context.Background(), analyze.Run(context.Background(), in, checks.All()), causes.All(), causes.CannotTell)
		honest := c.Truth.FalsePositive || c.Truth.Cause == ""
		o := suggest.Options{Verdict: e.Verdict, Forge: noCopies}
		if honest {
			o.Forge = impostor.Variants
		}
		opens := false
		for _, s := range suggest.Run(context.Background(), e.Report, e.First, o).Suggestions {
			opens = opens || s.Remedy.Rule != nil || s.Remedy.Knob != ""
		}
		switch {
		case honest:
			if good++; opens {
				helped++
			}
		default:
			if bad++; opens {
				t.Errorf("%s is %s, called %s (%s), and a way past the filter is offered", c.Name, c.Truth.Cause, e.First.Cause.Name, e.Verdict)
			}
		}
	}
	t.Logf("%d of %d honest messages get a rule or a setting, none of %d others should", helped, good, bad)
	if helped*100 < good*75 {
		t.Errorf("%d of %d honest messages get a rule or a setting: want 75 of 100", helped, good)
	}
}

// noCopies lets every rule through that would be offered if all forged copies missed it.
func noCopies(ctx context.Context, r *analyze.Report, rs ...rules.Rule) []suggest.Delivery {
	return impostor.Variants(ctx, r, rs...)[:1]
}

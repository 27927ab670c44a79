package causes

import (
	"context"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/explain"
)

// TestExplainCostsNoMoreThanAnalyze counts allocations, which do not depend on what else the machine does. BenchmarkExplain has the times.
func TestExplainCostsNoMoreThanAnalyze(t *testing.T) {
	ctx := context.Background()
	for _, name := range casetest.Names(t) {
		in, _ := loadCase(t, name)
		var r *analyze.Report
		run := testing.AllocsPerRun(1, func() { r = analyze.Run(ctx, in, checks.All()) })
		again := testing.AllocsPerRun(1, func() { explain.Run(ctx, r, All(), CannotTell) })
		if again > run {
			t.Errorf("%s: explain allocates %.0f times, analyze %.0f times", name, again, run)
		}
	}
}

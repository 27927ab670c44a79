package causes

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/explain"
)

// TestExplainCostsNoMoreThanAnalyze counts allocations, which do not depend on what else the machine does. BenchmarkExplain has the times.
func TestExplainCostsNoMoreThanAnalyze(t *testing.T) {
	ctx := context.Background()
	for _, dir := range caseDirs(t) {
		in, _ := loadCase(t, dir)
		var r *analyze.Report
		run := testing.AllocsPerRun(1, func() { r = analyze.Run(ctx, in, checks.All()) })
		again := testing.AllocsPerRun(1, func() { explain.Run(ctx, r, All(), CannotTell) })
		if again > run {
			t.Errorf("%s: explain allocates %.0f times, analyze %.0f times", filepath.Base(dir), again, run)
		}
	}
}

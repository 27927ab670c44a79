package causes

import (
	"testing"

	"github.com/fpcheck/fpcheck/explain"
)

// TestVerdicts: the first word where one's own domain comes from outside. Nearly equal cases must get different words, and what nothing settles the
// word that asks.
func TestVerdicts(t *testing.T) {
	for name, want := range map[string]explain.Verdict{
		"web-form-ident-line": explain.Release, "web-form-ident-unverified": explain.DoNotRelease, "web-form-ident-access-line": explain.DoNotRelease,
		"tenant-loop": explain.Release, "tenant-loop-forged": explain.DoNotRelease,
		"tenant-loop-header": explain.Release, "tenant-loop-header-forged": explain.DoNotRelease, "tenant-loop-snippet": explain.AskTheSender,
	} {
		in, _ := loadCase(t, name)
		if e := explained(in); e.Verdict != want {
			t.Errorf("%s: %s (%s), want %s", name, e.Verdict, e.First.Cause.Name, want)
		}
	}
}

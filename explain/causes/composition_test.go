package causes

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
	"github.com/fpcheck/fpcheck/explain"
)

var update = flag.Bool("update", false, "write the golden table")

// tally counts what became of the samples of one label.
type tally map[string]int

// TestComposition explains every sample of the generator. The label says what really happened; the table of label against first cause is
// golden. 99 of 100 must be right, and none wrong and sure. A sample that nothing stops is right where nothing is blamed.
func TestComposition(t *testing.T) {
	table := map[string]tally{}
	right, wrong, abstained, sureAndWrong, total := 0, 0, 0, 0, 0
	for _, c := range compose.Composition() {
		in := casetest.Make(t, c.Name, t.TempDir(), c.Files())
		in.Weights = checks.Weights()
		e := explained(in)
		total++
		first, want := e.First.Cause.Name, c.Truth.Cause
		if table[want] == nil {
			table[want] = tally{}
		}
		table[want][first]++
		switch {
		case first == want, want == "" && idle(e):
			right++
		case first == CannotTell.Name, first == nothingWrong.Name:
			abstained++
			t.Logf("%s: abstains, want %q", c.Name, want)
			note(t, e)
		default:
			wrong++
			if e.Sure >= explain.SureAt {
				sureAndWrong++
			}
			t.Logf("%s: %s (%.2f), want %q", c.Name, first, e.Sure, want)
			note(t, e)
		}
		if bad := e.First.Cause.Nature == explain.Bad; bad && (c.Truth.FalsePositive || want == "") {
			t.Errorf("%s: good mail is called %s", c.Name, first)
		} else if !bad && !c.Truth.FalsePositive && want != "" {
			t.Errorf("%s: %s is called %s", c.Name, want, first)
		}
	}
	t.Logf("%d samples: %d right, %d wrong, %d abstained, %d wrong and sure", total, right, wrong, abstained, sureAndWrong)
	if total < 500 || right*100 < total*99 || sureAndWrong > 0 {
		t.Errorf("want 500 samples or more, 99 of 100 right, and none wrong and sure")
	}
	golden(t, "composition.txt", table)
}

// idle reports whether nobody is blamed.
func idle(e *explain.Explanation) bool {
	return e.First.Cause.Name == nothingWrong.Name || e.First.Cause.Name == CannotTell.Name
}

func note(t *testing.T, e *explain.Explanation) {
	t.Helper()
	if testing.Verbose() {
		describe(t, e)
	}
}

// golden compares the table with the one in testdata.
func golden(t *testing.T, file string, table map[string]tally) {
	t.Helper()
	var b strings.Builder
	for _, label := range keys(table) {
		for _, first := range keys(table[label]) {
			fmt.Fprintf(&b, "%-32s %-32s %d\n", or(label, "(nothing stops it)"), first, table[label][first])
		}
	}
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != b.String() {
		t.Errorf("%s is not what came out (%v); go test ./explain/causes -update writes it:\n%s", path, err, b.String())
	}
}

func keys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

package checks

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/docs"
)

func TestEveryCheckHasAPage(t *testing.T) {
	known := map[string]bool{}
	for _, c := range All() {
		known["checks/"+c.Name] = true
		page, ok := docs.Page("checks/" + c.Name)
		if !ok {
			t.Errorf("check %s has no page docs/checks/%[1]s.md", c.Name)
		}
		if !strings.HasPrefix(page, "# "+c.Name+": ") {
			t.Errorf("the page of %s does not begin with its name", c.Name)
		}
	}
	for _, name := range docs.Names() {
		if strings.HasPrefix(name, "checks/") && !known[name] {
			t.Errorf("docs/%s.md belongs to no check", name)
		}
	}
}

func TestNeedsStandBefore(t *testing.T) {
	seen := map[*analyze.Check]bool{}
	for _, c := range All() {
		for _, need := range c.Needs {
			if !seen[need] && !listed(need) {
				t.Errorf("%s needs %s, which is not in the list", c.Name, need.Name)
			}
		}
		if seen[c] {
			t.Errorf("%s stands twice", c.Name)
		}
		seen[c] = true
	}
}

func listed(c *analyze.Check) bool {
	for _, x := range All() {
		if x == c {
			return true
		}
	}
	return false
}

// TestWeightsAreYAML reads weights.yaml with a real parser: ours reads a subset.
func TestWeightsAreYAML(t *testing.T) {
	want := map[string]float64{}
	if err := yaml.Unmarshal([]byte(weightsYAML), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, Weights()); diff != "" {
		t.Error(diff)
	}
}

// A heuristic without a weight is mute.
func TestEveryHeuristicHasAWeight(t *testing.T) {
	for _, g := range groups {
		for _, h := range g.list {
			if Weights()[h.id] == 0 {
				t.Errorf("%s has no weight", h.id)
			}
		}
	}
}

// TestEveryFindingIsOnItsPage: whoever meets an id in a report or in CI finds it with fpcheck docs ID.
func TestEveryFindingIsOnItsPage(t *testing.T) {
	ids := findingIDs(t)
	for id := range Weights() {
		ids[id] = true
	}
	for id := range ids {
		group, _, _ := strings.Cut(id, ".")
		page, ok := docs.Page("checks/" + group)
		if !ok {
			page, ok = docs.Page("checks/" + group + "s")
		}
		if !ok || !strings.Contains(page, "`"+id+"`") {
			t.Errorf("the page of %s does not tell of %s", group, id)
		}
	}
}

// TestEverySkipCodeIsTold: the codes stand in the JSON, and people's scripts ask for them.
func TestEverySkipCodeIsTold(t *testing.T) {
	page, _ := docs.Page("guide/json")
	codes := []string{goneSince, afterRepair}
	for _, m := range skipped.FindAllStringSubmatch(source(t), -1) {
		codes = append(codes, m[1])
	}
	for _, k := range []resolve.Kind{resolve.ServFail, resolve.Timeout, resolve.NotRecorded, resolve.Offline} {
		codes = append(codes, skipCode(k))
	}
	for _, code := range codes {
		if !strings.Contains(page, "`"+code+"`") {
			t.Errorf("docs/guide/json.md does not tell of the code %s", code)
		}
	}
	if len(codes) < 15 {
		t.Errorf("only %d codes were found", len(codes))
	}
}

var skipped = regexp.MustCompile(`(?:Skip|Limit)\("([a-z-]+)"`)

var findingID = regexp.MustCompile(`"([a-z]+\.[a-z]+(?:-[a-z]+)*)"`)

// findingIDs are those that the checks of this package report, as they stand in its source. Some are put together from a result: those have weights.
func findingIDs(t *testing.T) map[string]bool {
	t.Helper()
	out, groups := map[string]bool{}, map[string]bool{}
	for id := range Weights() {
		group, _, _ := strings.Cut(id, ".")
		groups[group] = true
	}
	for _, c := range All() {
		groups[c.Name] = true
	}
	for _, m := range findingID.FindAllStringSubmatch(source(t), -1) {
		if group, _, _ := strings.Cut(m[1], "."); groups[group] {
			out[m[1]] = true
		}
	}
	return out
}

// source is that of this package, without its tests.
func source(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

// A signature that was not handed over is not missing: one Received line says nothing of it, and a header does.
func TestNoSignatureInAPiece(t *testing.T) {
	for text, want := range map[string]analyze.Status{
		"Received: from a.example by b.example; Tue, 3 Mar 2026 09:00:00 +0000\n":                            analyze.Skipped,
		"Received: from a.example by b.example; Tue, 3 Mar 2026 09:00:00 +0000\nFrom: a@example.net\n\nHi\n": analyze.Done,
	} {
		in := analyze.Prepare(eml.Doctor([]byte(text)), nil, analyze.Stated{})
		in.Resolve = resolve.Off()
		for _, o := range analyze.Run(context.Background(), in, []*analyze.Check{DKIM}).Outcomes {
			if o.Status != want || (want == analyze.Done) != (len(o.Findings) == 1) {
				t.Errorf("%q: %v %v", text, o.Status, o.Findings)
			}
		}
	}
}

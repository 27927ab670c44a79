package causes

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/explain"
)

// remarkOnly are causes that only ever stand under the first one; a case shows them there.
var remarkOnly = []string{"dkim-test-mode"}

// TestEveryCauseIsComplete: each cause has a file and a page of its name, a mail case of which it is the first cause, and another, nearly the
// same, in which it does not speak.
func TestEveryCauseIsComplete(t *testing.T) {
	speaks, silent := map[string][]string{}, map[string][]string{}
	twins := map[string][]string{}
	for _, caseName := range casetest.Names(t) {
		in, c := loadCase(t, caseName)
		e := explained(in)
		speaks[e.First.Cause.Name] = append(speaks[e.First.Cause.Name], caseName)
		for _, d := range e.Remarks {
			if slices.Contains(remarkOnly, d.Cause.Name) {
				speaks[d.Cause.Name] = append(speaks[d.Cause.Name], caseName)
			}
		}
		named := namedIn(e)
		for _, cause := range append(All(), CannotTell) {
			if !slices.Contains(named, cause.Name) {
				silent[cause.Name] = append(silent[cause.Name], caseName)
			}
		}
		twins[c.Twin] = append(twins[c.Twin], caseName)
		twins[caseName] = append(twins[caseName], c.Twin)
	}
	seen := map[string]bool{}
	for _, cause := range append(All(), CannotTell) {
		if seen[cause.Name] {
			t.Errorf("%s stands twice in the list", cause.Name)
		}
		seen[cause.Name] = true
		if cause.Title == "" || !strings.HasSuffix(cause.Title, ".") {
			t.Errorf("%s: the title is no sentence: %q", cause.Name, cause.Title)
		}
		if _, err := os.Stat(strings.ReplaceAll(cause.Name, "-", "_") + ".go"); err != nil {
			t.Errorf("%s has no file of its name", cause.Name)
		}
		if page, ok := docs.Page("causes/" + cause.Name); !ok || !strings.HasPrefix(page, "# "+cause.Name+": ") {
			t.Errorf("%s has no page docs/causes/%s.md that begins with its name", cause.Name, cause.Name)
		}
		if len(speaks[cause.Name]) == 0 {
			t.Errorf("%s speaks in no case", cause.Name)
		}
		if !nearSilent(speaks[cause.Name], silent[cause.Name], twins) {
			t.Errorf("%s: no twin of %v in which it is silent", cause.Name, speaks[cause.Name])
		}
	}
	for _, page := range docs.Names() {
		if name, ok := strings.CutPrefix(page, "causes/"); ok && !seen[name] {
			t.Errorf("docs/%s.md is the page of no cause", page)
		}
	}
}

// namedIn lists the causes that are put forward: the first, those that decide beside it, and what can only be a remark.
func namedIn(e *explain.Explanation) []string {
	out := []string{e.First.Cause.Name}
	for _, d := range append(slices.Clone(e.Others), e.Remarks...) {
		if d.Decisive || slices.Contains(remarkOnly, d.Cause.Name) {
			out = append(out, d.Cause.Name)
		}
	}
	return out
}

// nearSilent reports whether a case that names one of those as its twin, or is named by one, is silent.
func nearSilent(speaking, silent []string, twins map[string][]string) bool {
	return slices.ContainsFunc(speaking, func(name string) bool {
		return slices.ContainsFunc(twins[name], func(twin string) bool { return slices.Contains(silent, twin) })
	})
}

// TestEveryDiagnosisHelps: what is said of every case names somebody who mends it, a next step, and points at what it rests on.
func TestEveryDiagnosisHelps(t *testing.T) {
	for _, name := range casetest.Names(t) {
		in, _ := loadCase(t, name)
		e := explained(in)
		for _, d := range append([]*explain.Diagnosis{e.First}, e.Others...) {
			if d.Do == "" || d.WhoFixes == "" || len(d.Fixes) == 0 {
				t.Errorf("%s: %s leaves the reader alone: do %q, who %q, %d fixes", name, d.Cause.Name, d.Do, d.WhoFixes, len(d.Fixes))
			}
			if d.Cause.Nature == explain.Bad && (strings.Contains(strings.ToLower(d.Do), "allow") || slices.ContainsFunc(d.Fixes, func(f explain.Fix) bool { return strings.Contains(f.Text, "allow rule") })) {
				t.Errorf("%s: %s speaks of an allow rule", name, d.Cause.Name)
			}
			if d.Sure > 0 && len(d.For) == 0 && d.Cause != nothingWrong {
				t.Errorf("%s: %s rests on nothing", name, d.Cause.Name)
			}
			for _, f := range append(slices.Clone(d.For), d.Against...) {
				for _, ev := range f.Evidence {
					if ev.Span.Start < 0 || ev.Span.End > len(in.Message.Raw) || ev.Span.Start > ev.Span.End {
						t.Errorf("%s: %s points outside the message: %v", name, d.Cause.Name, ev.Span)
					}
				}
			}
		}
		if n := whatIfs(e); n > 5 {
			t.Errorf("%s: %d what-if runs", name, n)
		}
	}
}

func whatIfs(e *explain.Explanation) int {
	n := len(e.First.WhatIf)
	for _, d := range append(slices.Clone(e.Others), e.Remarks...) {
		n += len(d.WhatIf)
	}
	return n
}

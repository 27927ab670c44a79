package causes

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/fixtures"
)

// today is when the cases are looked at.
var today = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// caseTruth is what case.yaml says of how the message was made.
type caseTruth struct {
	Twin  string
	Truth struct {
		FalsePositive bool `yaml:"false-positive"`
		Cause         string
		Not           []string
	}
}

// input prepares a message with its DNS and profile, as files hold them.
func input(tb testing.TB, dir string, message, zone, prof []byte) *analyze.Input {
	tb.Helper()
	p := &profile.Profile{}
	var rs []rules.Rule
	if len(prof) > 0 {
		var err error
		if p, err = profile.Parse(filepath.Join(dir, "profile.yaml"), prof); err != nil {
			tb.Fatal(err)
		}
		if rs, err = rules.Load(p.RulePaths(), os.ReadFile); err != nil {
			tb.Fatal(err)
		}
	}
	in := analyze.Prepare(eml.Parse(message), p, analyze.Stated{})
	r, err := resolve.Snapshot("dns.zone", strings.NewReader(string(zone)))
	if err != nil {
		tb.Fatal(err)
	}
	in.Resolve, in.DNSMode, in.Rules, in.Weights, in.Today = r, "snapshot", rs, checks.Weights(), today
	return in
}

func loadCase(tb testing.TB, dir string) (*analyze.Input, caseTruth) {
	tb.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			tb.Fatal(err)
		}
		return b
	}
	var truth caseTruth
	if err := yaml.Unmarshal(read("case.yaml"), &truth); err != nil {
		tb.Fatal(err)
	}
	return input(tb, dir, read("message.eml"), read("dns.zone"), read("profile.yaml")), truth
}

// explained runs the whole pipeline.
func explained(in *analyze.Input) *explain.Explanation {
	ctx := context.Background()
	return explain.Run(ctx, analyze.Run(ctx, in, checks.All()), All(), CannotTell)
}

func caseDirs(tb testing.TB) []string {
	tb.Helper()
	dirs, err := filepath.Glob(fixtures.Path("mail", "*"))
	if err != nil || len(dirs) < 30 {
		tb.Fatalf("%d cases (%v): want 30 or more", len(dirs), err)
	}
	return dirs
}

// TestCases compares the first cause of every mail case with how the message was made.
func TestCases(t *testing.T) {
	for _, dir := range caseDirs(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			in, c := loadCase(t, dir)
			e := explained(in)
			checkTruth(t, e, c)
			if t.Failed() {
				describe(t, e)
			}
		})
	}
}

func checkTruth(t *testing.T, e *explain.Explanation, c caseTruth) {
	t.Helper()
	first := e.First.Cause
	if c.Truth.Cause != "" && first.Name != c.Truth.Cause {
		t.Errorf("the first cause is %s, want %s", first.Name, c.Truth.Cause)
	}
	if slices.Contains(c.Truth.Not, first.Name) {
		t.Errorf("the first cause is %s, which the case excludes", first.Name)
	}
	for _, d := range e.Others {
		if d.Decisive && slices.Contains(c.Truth.Not, d.Cause.Name) {
			t.Errorf("%s is named as decisive, and the case excludes it", d.Cause.Name)
		}
	}
	if !c.Truth.FalsePositive && c.Truth.Cause != "" && (first.Nature != explain.Bad || e.Verdict != explain.DoNotRelease) {
		t.Errorf("the message is bad, and explain says %s: %s", e.Verdict, first.Name)
	}
	if c.Truth.FalsePositive && first.Nature == explain.Bad {
		t.Errorf("the message is good, and explain says %s: %s", e.Verdict, first.Name)
	}
	if c.Truth.Cause == "" && (e.Verdict == explain.DoNotRelease || e.Verdict != explain.Release && e.View.Passes()) {
		t.Errorf("nothing is wrong with the message, and explain says %s: %s", e.Verdict, first.Name)
	}
}

func describe(t *testing.T, e *explain.Explanation) {
	t.Helper()
	t.Logf("%s, %.1f of %.1f, %s; filter: %+v", e.Report.Decision.Action, e.Report.Decision.Score, e.Report.Decision.Threshold, e.Report.Decision.Stage, e.View.Filter)
	say := func(kind string, list []*explain.Diagnosis) {
		for _, d := range list {
			t.Logf("%s %s %.2f decisive=%v stated=%v: %s %v", kind, d.Cause.Name, d.Sure, d.Decisive, d.Stated, d.Sentence(), d.WhatIf)
		}
	}
	say("first", []*explain.Diagnosis{e.First})
	say("other", e.Others)
	say("remark", e.Remarks)
	for _, f := range e.Report.Findings() {
		t.Logf("  %+.1f %s: %s", f.Score, f.ID, f.Summary)
	}
}

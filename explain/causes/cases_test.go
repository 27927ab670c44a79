package causes

import (
	"context"
	"slices"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/explain"
)

func loadCase(tb testing.TB, name string) (*analyze.Input, casetest.Case) {
	tb.Helper()
	in, c := casetest.Read(tb, name)
	in.Weights = checks.Weights()
	return in, c
}

// explained runs the whole pipeline.
func explained(in *analyze.Input) *explain.Explanation {
	ctx := context.Background()
	return explain.Run(ctx, analyze.Run(ctx, in, checks.All()), All(), CannotTell)
}

// TestCases compares the first cause of every mail case with how the message was made.
func TestCases(t *testing.T) {
	for _, name := range casetest.Names(t) {
		t.Run(name, func(t *testing.T) {
			in, c := loadCase(t, name)
			e := explained(in)
			checkTruth(t, e, c)
			if t.Failed() {
				describe(t, e)
			}
		})
	}
}

func checkTruth(t *testing.T, e *explain.Explanation, c casetest.Case) {
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

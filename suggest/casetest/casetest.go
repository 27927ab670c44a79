// Package casetest runs the checks over the mail cases of fixtures/mail for the tests of suggest and what is beside it.
package casetest

import (
	"context"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
)

// Today is the day on which cases are looked at.
var Today = casetest.Today

// Names lists every mail case.
func Names(tb testing.TB) []string { return casetest.Names(tb) }

// Load runs all checks over the case called name.
func Load(tb testing.TB, name string) (*analyze.Report, casetest.Case) {
	tb.Helper()
	in, c := Input(tb, name)
	return analyze.Run(context.Background(), in, checks.All()), c
}

// Input reads the case called name.
func Input(tb testing.TB, name string) (*analyze.Input, casetest.Case) {
	tb.Helper()
	in, c := casetest.Read(tb, name)
	in.Weights = checks.Weights()
	return in, c
}

// Make is the input of a case that is in memory, by the names of its files.
func Make(tb testing.TB, name string, files map[string][]byte) *analyze.Input {
	tb.Helper()
	in := casetest.Make(tb, name, tb.TempDir(), files)
	in.Weights = checks.Weights()
	return in
}

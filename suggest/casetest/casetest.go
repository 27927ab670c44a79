// Package casetest runs the checks over the mail cases of fixtures/mail for the tests of suggest and what is below it.
package casetest

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
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
)

// Truth is what case.yaml says of how the message was made.
type Truth struct {
	FalsePositive bool `yaml:"false-positive"`
	Cause         string
	Direction     string
}

// folder is fixtures/mail. The package fixtures is a leaf that tests alone import, and this is no test file.
func folder() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "fixtures", "mail")
}

// Names lists every mail case.
func Names(tb testing.TB) []string {
	tb.Helper()
	dirs, err := filepath.Glob(filepath.Join(folder(), "*", "message.eml"))
	if err != nil || len(dirs) < 30 {
		tb.Fatalf("%d cases (%v): want 30 or more", len(dirs), err)
	}
	for i := range dirs {
		dirs[i] = filepath.Base(filepath.Dir(dirs[i]))
	}
	return dirs
}

// Today is the day on which cases are looked at.
var Today = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// Load runs all checks over the case called name.
func Load(tb testing.TB, name string) (*analyze.Report, Truth) {
	tb.Helper()
	in, truth := Input(tb, name)
	return analyze.Run(context.Background(), in, checks.All()), truth
}

// Input reads the case called name.
func Input(tb testing.TB, name string) (*analyze.Input, Truth) {
	tb.Helper()
	dir := filepath.Join(folder(), name)
	read := func(file string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil && !os.IsNotExist(err) {
			tb.Fatal(err)
		}
		return b
	}
	var c struct{ Truth Truth }
	if err := yaml.Unmarshal(read("case.yaml"), &c); err != nil {
		tb.Fatal(err)
	}
	in := Make(tb, name, filepath.Join(dir, "profile.yaml"), read("message.eml"), read("dns.zone"), read("profile.yaml"))
	return in, c.Truth
}

// Make is the input of a case that is in memory. profilePath is where the profile's rule files are looked for; without a profile it is nil.
func Make(tb testing.TB, name, profilePath string, message, zone, profileYAML []byte) *analyze.Input {
	tb.Helper()
	p, rs := load(tb, profilePath, profileYAML)
	in := analyze.Prepare(eml.Parse(message), p, analyze.Stated{})
	r, err := resolve.Snapshot("dns.zone", strings.NewReader(string(zone)))
	if err != nil {
		tb.Fatal(err)
	}
	in.Name, in.Resolve, in.DNSMode, in.Rules = name, r, "snapshot", rs
	in.Weights, in.Today = checks.Weights(), Today
	return in
}

func load(tb testing.TB, path string, data []byte) (*profile.Profile, []rules.Rule) {
	tb.Helper()
	if data == nil {
		return nil, nil
	}
	p, err := profile.Parse(path, data)
	if err != nil {
		tb.Fatal(err)
	}
	rs, err := rules.Load(p.RulePaths(), os.ReadFile)
	if err != nil {
		tb.Fatal(err)
	}
	return p, rs
}

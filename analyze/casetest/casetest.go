// Package casetest reads the mail cases of fixtures/mail, for the tests of every package that judges messages.
package casetest

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/reputation"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Case is what case.yaml says of how the message was made, and of what must be found.
type Case struct {
	Twin  string
	Truth struct {
		FalsePositive bool `yaml:"false-positive"`
		Cause         string
		Not           []string
		Direction     string
		Border        struct{ IP, Host, Helo, By string }
		SPF           string
		DKIM          []string
		DMARC         string
	}
	Expect struct {
		Decision       string
		Speaks, Silent []string
	}
}

// Today is the day on which cases are looked at.
var Today = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

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

// Read prepares the case called name. Its input has no weights, which are of a package above this one.
func Read(tb testing.TB, name string) (*analyze.Input, Case) {
	tb.Helper()
	files := map[string][]byte{}
	for _, file := range []string{"case.yaml", "message.eml", "dns.zone", profile.FileName, HistoryFile} {
		b, err := os.ReadFile(filepath.Join(folder(), name, file))
		if err != nil && !os.IsNotExist(err) {
			tb.Fatal(err)
		}
		files[file] = b
	}
	var c Case
	if err := yaml.Unmarshal(files["case.yaml"], &c); err != nil {
		tb.Fatal(err)
	}
	return Make(tb, name, filepath.Join(folder(), name), files), c
}

// HistoryFile is the list of addresses that the receiver of a case has learnt, as `fpcheck learn --import` reads it.
const HistoryFile = "history.list"

// Make prepares a case that is in memory, by the names of its files. dir is where the rule files of its profile are looked for; without a profile that is
// nil, and without a list nothing was learnt.
func Make(tb testing.TB, name, dir string, files map[string][]byte) *analyze.Input {
	tb.Helper()
	p, rs := load(tb, filepath.Join(dir, profile.FileName), files[profile.FileName])
	in := analyze.Prepare(eml.Parse(files["message.eml"]), p, analyze.Stated{})
	r, err := resolve.Snapshot("dns.zone", strings.NewReader(string(files["dns.zone"])))
	if err != nil {
		tb.Fatal(err)
	}
	in.Name, in.Resolve, in.DNSMode, in.Rules, in.Today = name, r, "snapshot", rs, Today
	if list := files[HistoryFile]; list != nil {
		in.History = &reputation.History{}
		if _, err := in.History.ReadList(strings.NewReader(string(list)), Today); err != nil {
			tb.Fatal(err)
		}
	}
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

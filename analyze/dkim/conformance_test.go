package dkim

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/fixtures"
)

// TestConformanceDKIMPerlCorpus: messages of Mail::DKIM. They come from 2005 to 2008, so they are judged as verifiers did then.
func TestConformanceDKIMPerlCorpus(t *testing.T) {
	dir := fixtures.Suite(t, "dkim-perl-corpus")
	var cases []struct {
		File   string
		Accept []string
	}
	readJSON(t, filepath.Join(dir, "expected.json"), &cases)
	z := perlZone(t, filepath.Join(dir, "FAKE_DNS.dat"))
	for _, c := range cases {
		raw := readFile(t, filepath.Join(dir, c.File))
		sigs := Verify(context.Background(), eml.Parse(raw), z, Options{Historic: true, Delivered: time.Date(2023, 6, 1, 0, 0, 0, 0, time.UTC)})
		if got := best(sigs); !contains(c.Accept, got) {
			t.Errorf("%s: %s, want one of %v\n%s", c.File, got, c.Accept, describe(sigs))
		}
	}
}

// best is the result of a message in the words of Mail::DKIM: the best of its signatures.
func best(sigs []Signature) string {
	best := "none"
	for _, s := range sigs {
		switch s.Status {
		case Pass:
			return "pass"
		case Fail:
			best = "fail"
		default:
			if best == "none" {
				best = "invalid"
			}
		}
	}
	return best
}

func describe(sigs []Signature) string {
	var b strings.Builder
	for _, s := range sigs {
		b.WriteString("  " + s.Domain + " " + string(s.Status) + " " + s.ReasonCode + ": " + s.Reason + "; body " + string(s.BodyHash) + ", header " + string(s.HeaderSignature) + "\n")
	}
	return b.String()
}

func perlZone(t *testing.T, file string) zone {
	z := zone{}
	for line := range strings.Lines(string(readFile(t, file))) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		value = strings.TrimSpace(value)
		switch {
		case !ok || strings.HasPrefix(line, "#") || value == "NXDOMAIN":
		case strings.Contains(value, "timed out"):
			z[name] = []string{"TIMEOUT"}
		case strings.Contains(value, "SERVFAIL"):
			z[name] = []string{"SERVFAIL"}
		default:
			z[name] = []string{strings.Trim(value, `"`)}
		}
	}
	return z
}

// TestConformanceDKIMChasquid: cases of chasquid, each signature in the order of the fields.
func TestConformanceDKIMChasquid(t *testing.T) {
	dir := fixtures.Suite(t, "dkim-chasquid")
	files, _ := filepath.Glob(filepath.Join(dir, "*.result"))
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	states := map[string][]Result{"SUCCESS": {Pass}, "PERMFAIL": {PermError, Fail}, "TEMPFAIL": {TempError}}
	for _, f := range files {
		base := strings.TrimSuffix(f, ".result")
		var want struct {
			Found   int
			Results []struct{ Domain, Selector, State string }
		}
		readJSON(t, f, &want)
		z := chasquidZone(base + ".dns")
		sigs := Verify(context.Background(), eml.Parse(readFile(t, base+".msg")), z, Options{MaxSignatures: 5})
		for i, w := range want.Results {
			if i >= len(sigs) {
				t.Errorf("%s: only %d signatures", base, len(sigs))
				break
			}
			if w.State == "PERMFAIL" && len(z[sigs[i].Selector+"._domainkey."+sigs[i].Domain]) > 0 && z[sigs[i].Selector+"._domainkey."+sigs[i].Domain][0] == "SERVFAIL" {
				continue // a resolver that says "permanent error": DNS knows no such answer, ours is SERVFAIL
			}
			if !contains(states[w.State], sigs[i].Status) || sigs[i].Selector != w.Selector && w.Selector != "" {
				t.Errorf("%s, signature %d (%s %s): want %s\n%s", filepath.Base(base), i, w.Domain, w.Selector, w.State, describe(sigs))
			}
		}
	}
}

func chasquidZone(file string) zone {
	z := zone{}
	raw, _ := os.ReadFile(file)
	text := strings.ReplaceAll(string(raw), "\\\n", "")
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
		case value == "TEMPERROR" || value == "PERMERROR":
			z[name] = []string{"SERVFAIL"}
		default:
			z[name] = append(z[name], value)
		}
	}
	return z
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(readFile(t, name), into); err != nil {
		t.Fatal(err)
	}
}

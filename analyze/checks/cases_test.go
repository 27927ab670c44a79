package checks

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/fixtures"
)

// caseTruth is what case.yaml says of how the message was made.
type caseTruth struct {
	Truth struct {
		Direction string
		Border    struct{ IP, Host, Helo, By string }
		SPF       string
		DKIM      []string
		DMARC     string
	}
	Expect struct {
		Decision       string
		Speaks, Silent []string
	}
}

func loadCase(tb testing.TB, dir string) (*analyze.Input, caseTruth) {
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
	p := &profile.Profile{}
	var rs []rules.Rule
	if data := read("profile.yaml"); data != nil {
		var err error
		if p, err = profile.Parse(filepath.Join(dir, "profile.yaml"), data); err != nil {
			tb.Fatal(err)
		}
		if rs, err = rules.Load(p.RulePaths(), os.ReadFile); err != nil {
			tb.Fatal(err)
		}
	}
	in := analyze.Prepare(eml.Parse(read("message.eml")), p, analyze.Stated{})
	r, err := resolve.Snapshot("dns.zone", strings.NewReader(string(read("dns.zone"))))
	if err != nil {
		tb.Fatal(err)
	}
	in.Resolve, in.DNSMode, in.Rules, in.Weights, in.Today = r, "snapshot", rs, Weights(), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	return in, truth
}

// TestCases runs the whole pipeline over every mail case and compares with how the message was made.
func TestCases(t *testing.T) {
	dirs, err := filepath.Glob(fixtures.Path("mail", "*"))
	if err != nil || len(dirs) < 30 {
		t.Fatalf("%d cases (%v): want 30 or more", len(dirs), err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			in, truth := loadCase(t, dir)
			r := analyze.Run(context.Background(), in, All())
			checkTruth(t, r, truth)
			if t.Failed() {
				for _, f := range r.Findings() {
					t.Logf("%+.1f %s: %s", f.Score, f.ID, f.Summary)
				}
				t.Logf("border %d: %s; %s", in.Trace.Border, in.Trace.Why, in.DirectionWhy)
			}
		})
	}
}

func checkTruth(t *testing.T, r *analyze.Report, c caseTruth) {
	same(t, "direction", r.Input.Direction.String(), c.Truth.Direction)
	same(t, "decision", string(r.Decision.Action), c.Expect.Decision)
	h := r.Input.Trace.Handover
	if c.Truth.Border.IP != "" {
		same(t, "border ip", h.IP.String(), c.Truth.Border.IP)
		same(t, "border host", r.Facts.BorderHost.Value, c.Truth.Border.Host)
		same(t, "border helo", h.Helo, c.Truth.Border.Helo)
	}
	if s, ok := analyze.ResultOf[SPFResult](r, SPF); ok {
		same(t, "spf", string(s.Verdict), c.Truth.SPF)
	}
	if d, ok := analyze.ResultOf[DKIMResult](r, DKIM); ok && c.Truth.DKIM != nil {
		var got []string
		for _, s := range d.Status {
			if s == dkim.PermError || s == dkim.Neutral { // the case says that it does not count, whatever the word for it
				s = dkim.Fail
			}
			got = append(got, string(s))
		}
		same(t, "dkim", strings.Join(got, " "), strings.Join(c.Truth.DKIM, " "))
	}
	if d, ok := analyze.ResultOf[DMARCResult](r, DMARC); ok {
		same(t, "dmarc", string(d.Verdict), c.Truth.DMARC)
	}
	for _, id := range c.Expect.Speaks {
		if !speaks(r, id) {
			t.Errorf("%s does not speak", id)
		}
	}
	for _, id := range c.Expect.Silent {
		if speaks(r, id) {
			t.Errorf("%s speaks", id)
		}
	}
	for _, o := range r.Outcomes {
		if o.Status == analyze.Failed {
			t.Errorf("check %s failed: %s", o.Check.Name, o.Reason)
		}
	}
}

// same compares where the case states something.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	if want != "" && got != want {
		t.Errorf("%s is %q, want %q", what, got, want)
	}
}

// speaks reports whether a finding has that id, or an id that makes it more precise: dmarc.fail is said by dmarc.fail-reject.
func speaks(r *analyze.Report, id string) bool {
	for _, f := range r.Findings() {
		if f.ID == id || strings.HasPrefix(f.ID, id+"-") {
			return true
		}
	}
	return false
}

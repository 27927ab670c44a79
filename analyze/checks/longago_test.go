package checks

import (
	"regexp"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
)

var recordedResults = regexp.MustCompile(`(?m)^Authentication-Results:.*\n(?:[ \t].*\n)*`)

// TestLongAgo asks the DNS "live" a month and a year after delivery: what is gone after a month was missing, what is gone after a year says nothing, but
// where the border wrote down that it failed.
func TestLongAgo(t *testing.T) {
	const month, year = 30 * 24 * time.Hour, 365 * 24 * time.Hour
	for _, c := range []struct {
		name, id string
		check    *analyze.Check
		recorded bool
		later    time.Duration
		speaks   bool
	}{
		{"dkim-key-missing", "dkim.key-missing", DKIM, false, month, true},
		{"dkim-key-missing", "dkim.key-missing", DKIM, false, year, false},
		{"dkim-key-missing", "dkim.key-missing", DKIM, true, year, true},
		{"dkim-key-revoked", "dkim.key-revoked", DKIM, false, month, true},
		{"dkim-key-revoked", "dkim.key-revoked", DKIM, false, year, false},
		{"no-ptr", "ptr.missing", PTR, true, month, true},
		{"no-ptr", "ptr.missing", PTR, true, year, false},
	} {
		in, _ := loadCase(t, c.name)
		if !c.recorded {
			bare := analyze.Prepare(eml.Parse(recordedResults.ReplaceAll(in.Message.Raw, nil)), in.Profile, analyze.Stated{})
			bare.Resolve, bare.Weights = in.Resolve, in.Weights
			in = bare
		}
		in.DNSMode, in.Today = "live", in.Delivered.Add(c.later)
		r := analyze.Run(t.Context(), in, All())
		if _, speaks := r.Finding(c.id); speaks != c.speaks {
			t.Errorf("%s, recorded %v, asked %v after delivery: %s speaks: %v", c.name, c.recorded, c.later, c.id, speaks)
		}
		for _, o := range r.Outcomes {
			if o.Check == c.check && (o.Code == goneSince) == c.speaks {
				t.Errorf("%s, recorded %v, asked %v after delivery: the limit is %q", c.name, c.recorded, c.later, o.Code)
			}
		}
	}
}

package suggest_test

import (
	"context"
	"net/netip"
	"slices"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
)

// TestYields holds what delivers a message against the order of its filter.
func TestYields(t *testing.T) {
	blocked := func(r *analyze.Report) *analyze.Report {
		return analyze.Rerun(context.Background(), r, analyze.Change{Aspects: []analyze.Aspect{analyze.ReadsProfile}, Edit: func(in *analyze.Input) {
			in.Profile = &profile.Profile{Domains: []string{"example.org"}, BlockedSenders: []string{"ines@partner.example"}}
		}})
	}
	alone := func(r *analyze.Report) *analyze.Report {
		return analyze.Rerun(context.Background(), r, analyze.Change{Aspects: []analyze.Aspect{analyze.ReadsProfile}, Edit: func(in *analyze.Input) {
			p := *in.Profile
			p.DedicatedServers = []netip.Prefix{netip.PrefixFrom(r.Facts.IP, 32)}
			in.Profile = &p
		}})
	}
	for _, tt := range []struct {
		name string
		edit func(*analyze.Report) *analyze.Report
		want []string
	}{
		{"plain-good", nil, nil}, // delivered anyway
		{"plain-good", blocked, []string{"bound-rule", "blocked-senders"}},
		{"web-form-unlisted-server", nil, []string{"bound-rule"}},
		{"web-form-unlisted-server", alone, []string{"bound-rule", "sending-servers"}}, // stated to be one's own alone
		{"forged-own-domain", nil, []string{"bound-rule"}},                             // as a sending server the spam engine would still hold it
		{"dkim-key-wrong", nil, []string{"manage-exceptions"}},                         // Proofpoint Essentials: the DMARC policy asks no rule
		{"dkim-key-missing", nil, []string{"bound-rule", "manage-exceptions"}},
		{"dkim-key-revoked", nil, nil}, // Google: nothing of the receiver's
		{"two-from-fields", nil, nil},  // no rule can name the author
	} {
		r, _ := casetest.Load(t, tt.name)
		if tt.edit != nil {
			r = tt.edit(r)
		}
		if got := suggest.Yields(context.Background(), r); !slices.Equal(got, tt.want) {
			t.Errorf("%s (%s at %s): yields to %v, want %v", tt.name, r.Decision.Action, r.Decision.Stage, got, tt.want)
		}
	}
}

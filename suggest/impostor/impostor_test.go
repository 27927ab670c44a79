package impostor_test

import (
	"context"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
)

// TestFacts forges every case and asks whether the border knows of each copy what was done at its door.
func TestFacts(t *testing.T) {
	for _, name := range casetest.Names(t) {
		t.Run(name, func(t *testing.T) {
			r, _ := casetest.Load(t, name)
			copies := impostor.Variants(context.Background(), r)
			if len(copies) < 25 {
				t.Errorf("%d copies, want 25 or more", len(copies))
			}
			for _, d := range copies {
				checkFacts(t, d)
			}
		})
	}
}

func checkFacts(t *testing.T, d suggest.Delivery) {
	t.Helper()
	if d.Facts.BorderIP.Value != d.Envelope.IP.String() {
		t.Errorf("%s: the border knows %s, want %s\n%.900s", d.Name, d.Facts.BorderIP.Value, d.Envelope.IP, d.Raw)
	}
	if want := strings.ToLower(d.Envelope.RDNS); d.Facts.BorderHost.Value != want {
		t.Errorf("%s: the verified name is %q (%s), want %q", d.Name, d.Facts.BorderHost.Value, d.Facts.BorderHost.Why, want)
	}
	if want := d.Envelope.MailFrom; d.Facts.MailFrom.Value != want && d.Facts.MailFrom.Value != "<"+want+">" {
		t.Errorf("%s: the envelope sender is %q, want %q", d.Name, d.Facts.MailFrom.Value, want)
	}
	for _, s := range d.Facts.DKIM {
		if s.Status == "pass" && !strings.HasPrefix(d.Name, "signature-of") && !strings.HasPrefix(d.Name, "signature-look") &&
			d.Name != "from-twice" && d.Name != "same-service-signed" {
			t.Errorf("%s: the signature of %s passes", d.Name, s.Domain)
		}
	}
	if d.Name == "signature-of-attacker" && !passes(d.Facts.DKIM) {
		t.Errorf("%s: the attacker's own signature does not pass: %v", d.Name, d.Facts.DKIM)
	}
}

// analyzed runs the checks over raw without a network.
func analyzed(raw []byte) *analyze.Report {
	in := analyze.Prepare(eml.Parse(raw), nil, analyze.Stated{})
	in.Today, in.Weights = casetest.Today, checks.Weights()
	return analyze.Run(context.Background(), in, checks.All())
}

func passes(sigs []rules.Signer) bool {
	for _, s := range sigs {
		if s.Status == "pass" {
			return true
		}
	}
	return false
}

package causes

import (
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// TestAskedLater explains the same messages with the DNS of the day of delivery, of three days later, and of two months later.
func TestAskedLater(t *testing.T) {
	const day, days, months = 0, 3 * 24 * time.Hour, 61 * 24 * time.Hour
	listsNow := `shop.example. 300 IN TXT "v=spf1 ip4:203.0.113.32 ip4:198.51.100.88/29 -all"`
	mended := `partner.example. 300 IN TXT "v=spf1 ip4:203.0.113.20 -all"`
	for _, c := range []struct {
		name, zone string
		later      time.Duration
		cause      string // empty: not the one that the case is called after
		says       string
	}{
		{"spf-include-missing", "", days, "spf-include-missing", "does not list"},
		{"spf-include-missing", listsNow, days, "spf-include-missing", "did not list"},
		{"spf-permerror", mended, days, "spf-permerror", "mended since"},
		{"spf-permerror", mended, day, "", ""},
		{"listed-ip", "", days, "listed-address", "is on a blocklist"},
		{"listed-ip", "", months, "", ""},
	} {
		in, truth := loadCase(t, c.name)
		zone, err := resolve.Overlay(in.Resolve, ";! snapshot 2026-03-03T09:00:08Z\n"+c.zone+"\n")
		if err != nil {
			t.Fatal(err)
		}
		in.Resolve, in.DNSMode, in.Today = zone, "live", in.Delivered.Add(c.later)
		e := explained(in)
		var sentences []string
		found := false
		for _, d := range append(append(e.Others, e.First), e.Remarks...) {
			sentences = append(sentences, d.Sentence())
			found = found || d.Cause.Name == c.cause && strings.Contains(d.Sentence(), c.says)
			if c.cause == "" && d.Cause.Name == truth.Truth.Cause {
				t.Errorf("%s, %v after delivery: %s", c.name, c.later, d.Sentence())
			}
		}
		if c.cause != "" && !found {
			t.Errorf("%s, %v after delivery: %q is not said: %q", c.name, c.later, c.says, sentences)
		}
	}
}

package checks

import (
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
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
		{"policy-list-at-border", "ptr.generic", PTR, true, year, true}, // the border wrote the name down
	} {
		in, _ := loadCase(t, c.name)
		if !c.recorded {
			in = withResults(in, "")
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

// withResults puts one field of results, or none, in the place of what the border wrote.
func withResults(in *analyze.Input, field string) *analyze.Input {
	raw := recordedResults.ReplaceAllFunc(in.Message.Raw, func([]byte) (out []byte) {
		if field != "" {
			out = []byte("Authentication-Results: " + field + "\n")
		}
		field = ""
		return out
	})
	bare := analyze.Prepare(eml.Parse(raw), in.Profile, analyze.Stated{})
	bare.Resolve, bare.Weights = in.Resolve, in.Weights
	return bare
}

// TestAskedLater asks for records and lists that changed since: on the day of delivery, three days, two months and a year after it.
func TestAskedLater(t *testing.T) {
	const (
		none, days, months, year = 0, 3 * 24 * time.Hour, 61 * 24 * time.Hour, 365 * 24 * time.Hour

		told     = "mx.example.org; spf=%s smtp.mailfrom=ines@partner.example; dmarc=%s header.from=partner.example"
		noSPF    = `partner.example. 300 IN TXT "v=spf1 -all"`
		noDMARC  = `;! _dmarc.partner.example TXT NXDOMAIN`
		reject   = `_dmarc.partner.example. 300 IN TXT "v=DMARC1; p=reject"`
		unsigned = "listed-ip" // by SPF alone, and without a policy
	)
	says := func(spf, dmarc string) string { return fmt.Sprintf(told, spf, dmarc) }
	for _, c := range []struct {
		name, zone, told string
		later            time.Duration
		speaks, silent   string
		limited          *analyze.Check // the one that could not judge; the lists are it after a month
	}{
		{"plain-good", noSPF, "", none, "spf.fail", "spf.pass", nil},
		{"plain-good", noSPF, "", days, "spf.fail", "spf.pass", nil},
		{"plain-good", noSPF, "", year, "dkim.pass", "spf.fail", SPF},
		{"plain-good", noSPF, says("pass", "pass"), none, "spf.fail", "spf.pass", nil},
		{"plain-good", noSPF, says("pass", "pass"), days, "spf.pass", "spf.fail", nil},
		{"plain-good", noSPF, says("pass", "pass"), year, "spf.pass", "spf.fail", nil},
		{"plain-good", noSPF, says("fail", "pass"), year, "spf.fail", "spf.pass", nil},
		{"plain-good", "", says("softfail", "pass"), days, "spf.softfail", "spf.pass", nil},
		{"plain-good", "", strings.Replace(says("softfail", "pass"), "mx.example.org", "inner.example.org", 1), days, "spf.pass", "spf.softfail", nil},
		{"plain-good", "", strings.Replace(says("softfail", "pass"), "softfail", "softfail (sender IP is 192.0.2.10)", 1), days, "spf.pass", "spf.softfail", nil},
		{"plain-good", "", strings.Replace(says("softfail", "pass"), "softfail", "softfail (sender IP is 203.0.113.20)", 1), days, "spf.softfail", "spf.pass", nil},
		{"plain-good", "", "", year, "spf.pass", "spf.fail", nil},

		{"plain-good", noDMARC, "", days, "dmarc.none", "dmarc.pass", nil},
		{"plain-good", noDMARC, "", year, "dkim.pass", "dmarc.none", DMARC},
		{"plain-good", noDMARC, says("pass", "pass"), none, "dmarc.none", "dmarc.pass", nil},
		{"plain-good", noDMARC, says("pass", "pass"), days, "dmarc.pass", "dmarc.none", nil},
		{"plain-good", "", says("pass", "none"), days, "dmarc.none", "dmarc.pass", nil},
		{"plain-good", "", says("pass", "fail"), days, "dmarc.pass", "dmarc.fail-none", nil},
		{unsigned, noSPF + "\n" + reject, "", days, "dmarc.fail-reject", "dmarc.fail-none", nil},
		{unsigned, noSPF + "\n" + reject, "", year, "dkim.none", "dmarc.fail-reject", SPF},
		{unsigned, noSPF + "\n" + reject, says("fail", "fail"), days, "dmarc.fail-reject", "dmarc.fail-none", nil},
		{unsigned, noSPF + "\n" + reject, says("fail", "fail"), year, "dmarc.fail-none", "dmarc.fail-reject", nil},
		{unsigned, reject, says("pass", "none"), days, "dmarc.none", "dmarc.pass", nil},

		{"listed-ip", "", "", days, "blocklist.listed-high", "blocklist.listed-later", nil},
		{"listed-ip", "", "", months, "blocklist.listed-later", "blocklist.listed-high", nil},
		{"plain-good", "", "", months, "spf.pass", "blocklist.listed-later", nil},
		{"dnswl-listed", "", "", days, "blocklist.welcome", "blocklist.listed-later", nil},
	} {
		for _, mode := range []string{"live", "snapshot"} {
			in, _ := loadCase(t, c.name)
			in = withResults(in, c.told)
			zone, err := resolve.Overlay(in.Resolve, c.zone+"\n")
			if err != nil {
				t.Fatal(err)
			}
			in.Resolve, in.DNSMode, in.Today = askedOn{zone, in.Delivered.Add(c.later)}, mode, in.Delivered.Add(c.later)
			if mode == "snapshot" {
				in.Today = in.Delivered.Add(2 * year)
			}
			r := analyze.Run(t.Context(), in, All())
			_, speaks := r.Finding(c.speaks)
			_, silent := r.Finding(c.silent)
			if !speaks || silent {
				t.Errorf("%s, %q, recorded %q, %s, %v after delivery: %s %v, %s %v", c.name, c.zone, c.told, mode, c.later, c.speaks, speaks, c.silent, silent)
			}
			for _, o := range r.Outcomes {
				if limited := o.Check == c.limited || o.Check == Blocklists && c.later >= months; (o.Code == longAfter) != limited {
					t.Errorf("%s, %q, recorded %q, %s, %v after delivery: the limit of %s is %q", c.name, c.zone, c.told, mode, c.later, o.Check.Name, o.Code)
				}
			}
		}
	}
}

// askedOn is a DNS that was asked on that day.
type askedOn struct {
	resolve.Resolver
	at time.Time
}

func (r askedOn) Resolve(ctx context.Context, q resolve.Question) (resolve.Answer, error) {
	a, err := r.Resolver.Resolve(ctx, q)
	a.At = r.at
	return a, err
}

// TestNothingForDMARC: where neither the envelope sender nor a signature is there, nothing says that DMARC fails.
func TestNothingForDMARC(t *testing.T) {
	const draft = "From: Ines <ines@partner.example>\nTo: buyer@example.org\nSubject: Order\n\nHello\n"
	for _, c := range []struct {
		stated analyze.Stated
		fails  bool
	}{
		{analyze.Stated{}, false},
		{analyze.Stated{IP: netip.MustParseAddr("192.0.2.9"), MailFrom: "x@elsewhere.example"}, true},
	} {
		in := analyze.Prepare(eml.Parse([]byte(draft)), nil, c.stated)
		zone := ";! zone elsewhere.example\n;! zone partner.example\n" + `_dmarc.partner.example. 300 IN TXT "v=DMARC1; p=reject"` + "\n"
		in.Resolve, _ = resolve.Snapshot("zone", strings.NewReader(zone))
		in.DNSMode, in.Weights = "snapshot", Weights()
		if _, fails := analyze.Run(t.Context(), in, All()).Finding("dmarc.fail-reject"); fails != c.fails {
			t.Errorf("%+v: DMARC fails: %v", c.stated, fails)
		}
	}
}

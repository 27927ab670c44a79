package spf

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/fixtures"
)

// symbols are rspamd's names for the verdicts.
var symbols = map[string]Verdict{
	"R_SPF_ALLOW": Pass, "R_SPF_PLUSALL": Pass, "R_SPF_FAIL": Fail, "R_SPF_NA": None, "R_SPF_DNSFAIL": TempError, "R_SPF_PERMFAIL": PermError,
}

// rspamdDiffers are the cases that end otherwise here, and why.
var rspamdDiffers = map[string]struct {
	verdict Verdict
	why     string
}{
	"SPF FAIL UNRESOLVEABLE INCLUDE":  {PermError, "RFC 7208 5.2: an include of a domain without a record is permerror"},
	"SPF ALLOW DNS REQUESTS AT LIMIT": {PermError, "RFC 7208 4.6.4: the limit is ten lookups, where rspamd allows thirty"},
	"SPF PTRS":                        {Fail, "the suite has no PTR record for the client, so no ptr term matches"},
}

// TestConformanceRspamdSPF runs rspamd's SPF cases through Check.
func TestConformanceRspamdSPF(t *testing.T) {
	dir := fixtures.Suite(t, "dmarc-rspamd")
	r := rspamdResolver(t, filepath.Join(dir, "dns-fake-records.ucl"))
	text, err := os.ReadFile(filepath.Join(dir, "spf_cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, IP, From, Helo string
		Expect               []string
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, c := range cases {
		if c.IP == "" {
			continue // finds the address in a Received field, which is not this package's business
		}
		got := Check(t.Context(), r, Request{IP: netip.MustParseAddr(c.IP), Helo: c.Helo, MailFrom: c.From})
		ran++
		if known, ok := rspamdDiffers[c.Name]; ok {
			if got.Verdict != known.verdict {
				t.Errorf("%s: %s (%s), want %s: %s", c.Name, got.Verdict, got.Reason, known.verdict, known.why)
			}
			continue
		}
		if want := symbols[c.Expect[0]]; got.Verdict != want {
			t.Errorf("%s: %s for %s: %s (%s), want %s", c.Name, c.IP, c.From, got.Verdict, got.Reason, want)
		}
	}
	t.Logf("%d of %d cases have an address; %d of them end otherwise, for a named reason", ran, len(cases), len(rspamdDiffers))
	if ran < 36 {
		t.Errorf("%d cases ran", ran)
	}
}

var (
	fakeRecord = regexp.MustCompile(`(?s)name = "([^"]+)"[,;]\s*type = "?(\w+)"?[,;]\s*(?:replies = \[(.*?)\]|rcode = ["'](\w+)["'])`)
	quoted     = regexp.MustCompile(`"([^"]*)"`)
	comment    = regexp.MustCompile(`(?m)^\s*#.*$`)
)

// rspamdResolver turns rspamd's list of fake records into a snapshot.
func rspamdResolver(t *testing.T, file string) resolve.Resolver {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	out.WriteString(";! zone .\n")
	for _, m := range fakeRecord.FindAllStringSubmatch(comment.ReplaceAllString(string(text), ""), -1) {
		name, typ, replies, rcode := strings.TrimSuffix(m[1], "."), strings.ToUpper(m[2]), m[3], m[4]
		if !slices.Contains([]string{"A", "AAAA", "MX", "TXT", "PTR"}, typ) || resolve.Invalid(name+".") {
			continue
		}
		if rcode != "" {
			fmt.Fprintf(&out, ";! %s. %s %s\n", name, typ, map[string]string{"norec": "NODATA", "nxdomain": "NXDOMAIN", "timeout": "TIMEOUT"}[rcode])
			continue
		}
		for _, q := range quoted.FindAllStringSubmatch(replies, -1) {
			data := q[1]
			switch typ {
			case "TXT":
				data = characterStrings(data)
			case "MX", "PTR":
				data = strings.TrimSuffix(data, ".") + "."
			}
			fmt.Fprintf(&out, "%s. IN %s %s\n", name, typ, data)
		}
	}
	r, err := resolve.Snapshot("rspamd", strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

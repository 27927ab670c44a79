package causes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/fixtures"
)

// TestConformanceCausesListDev explains real posts of two mailing lists. The labels of the suite say what became of each signature's body; a
// post whose author's signature no longer fits was changed by the list, as all of them went through one. The receiver is made to hold what
// fails: its policy stands in for a DMARC record that asks for quarantine, since most authors' domains ask for nothing.
func TestConformanceCausesListDev(t *testing.T) {
	dir := fixtures.Suite(t, "list-dev")
	zone := listDevZone(t, filepath.Join(dir, "zone.json"))
	table := map[string]tally{}
	sureAndWrong := 0
	for _, class := range []string{"pass", "footer-fullproof", "footer-bh", "unrestored"} {
		files, err := filepath.Glob(filepath.Join(dir, class, "*.eml"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d posts (%v)", class, len(files), err)
		}
		table[class] = tally{}
		for _, file := range files {
			e := explainPost(t, file, zone)
			first := e.First.Cause.Name
			table[class][first]++
			if want := class == "pass"; want != idle(e) && e.Sure >= explain.SureAt && first != mailingList.Name {
				sureAndWrong++
				t.Logf("%s: %s, sure", file, first)
			}
		}
	}
	if sureAndWrong > 0 {
		t.Errorf("%d posts are explained wrongly and surely", sureAndWrong)
	}
	golden(t, "listdev.txt", table)
}

func explainPost(t *testing.T, file string, zone string) *explain.Explanation {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in := analyze.Prepare(eml.Parse(raw), nil, analyze.Stated{})
	r, err := resolve.Snapshot("zone.json", strings.NewReader(zone+policies(in.FromDomain())))
	if err != nil {
		t.Fatal(err)
	}
	in.Resolve, in.DNSMode, in.Weights, in.Today = r, "snapshot", checks.Weights(), casetest.Today
	e := explained(in)
	if e.Report.Decision.Action != policy.Deliver && testing.Verbose() && e.First.Cause != mailingList {
		t.Logf("%s: %s %.2f: %s", filepath.Base(file), e.First.Cause.Name, e.Sure, e.First.Sentence())
	}
	return e
}

// policies is a DMARC record for the author's domain that asks for quarantine, and an SPF record that names nobody.
func policies(domain string) string {
	if domain == "" {
		return ""
	}
	return fmt.Sprintf("_dmarc.%s. 300 IN TXT \"v=DMARC1; p=quarantine\"\n%s. 300 IN TXT \"v=spf1 -all\"\n", domain, domain)
}

// listDevZone writes the suite's keys as a snapshot.
func listDevZone(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var flat map[string]string
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&flat); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range keys(flat) {
		b.WriteString(txtZone(strings.TrimSuffix(strings.ToLower(name), "."), strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(flat[name])))
	}
	return b.String()
}

package causes

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
	"github.com/fpcheck/fpcheck/explain"
)

// TestQuarantineVerdicts holds the desk's first word against how each message of a generated quarantine was made. Nothing bad is released, nothing good is
// called bad, and that is not bought by asking for everything.
func TestQuarantineVerdicts(t *testing.T) {
	if testing.Short() {
		t.Skip("explains 2,400 messages")
	}
	table := map[string]tally{}
	good, released := 0, 0
	for seed := range int64(2) {
		for _, c := range compose.Quarantine(600, 400, 200, seed+1) {
			in := casetest.Make(t, c.Name, t.TempDir(), c.Files())
			in.Weights = checks.Weights()
			e := explained(in)
			sort := kindOf(c)
			if table[sort] == nil {
				table[sort] = tally{}
			}
			table[sort][fmt.Sprintf("%s, %s", e.Verdict, explain.Confidence(e.Sure))]++
			switch honest := c.Truth.FalsePositive || c.Truth.Cause == ""; {
			case !honest && e.Verdict == explain.Release:
				t.Errorf("%s of seed %d is %s and released: %s", c.Name, seed+1, c.Truth.Cause, e.First.Cause.Name)
			case honest && e.Verdict == explain.DoNotRelease:
				t.Errorf("%s of seed %d is good and not to be released: %s", c.Name, seed+1, e.First.Cause.Name)
			case honest:
				good++
				if e.Verdict == explain.Release {
					released++
				}
			}
		}
	}
	for _, sort := range keys(table) {
		for _, verdict := range keys(table[sort]) {
			t.Logf("%-28s %-28s %d", sort, verdict, table[sort][verdict])
		}
	}
	// What is left are forwarders, help desks and shops that nobody vouches for.
	if released*100 < good*78 {
		t.Errorf("%d of %d good messages are released: want 78 of 100", released, good)
	}
}

// kindOf is how a message of the quarantine was made: "phishing bank", "good moved".
func kindOf(c compose.Case) string {
	kind := c.Name[strings.IndexByte(c.Name, '/')+1 : strings.LastIndexByte(c.Name, '-')]
	switch c.Truth.Cause {
	case "real-spam":
		return "spam " + kind
	case "real-phishing", "forged-own-domain", "lookalike-domain", "display-name-colleague", "brand-impersonation", "compromised-account":
		return "phishing " + kind
	}
	return "good " + kind
}

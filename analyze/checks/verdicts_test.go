package checks

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/verdict"
	"github.com/fpcheck/fpcheck/docs"
)

// verdictIDs returns the ids of the check's findings.
func verdictIDs(r *analyze.Report) []string {
	var out []string
	for _, f := range r.Findings() {
		if strings.HasPrefix(f.ID, "verdict.") {
			out = append(out, f.ID)
		}
	}
	return out
}

// TestVerdictCases: what the filter said, in mails that bear true and forged fields.
func TestVerdictCases(t *testing.T) {
	for name, want := range map[string][]string{
		"microsoft-spam-verdict":   {"verdict.bulk"},
		"microsoft-bulk-below":     {"verdict.not-spam"},
		"microsoft-forged-verdict": {"verdict.claim", "verdict.claim"},
		"microsoft-safe-sender":    {"verdict.allowed"},
		"microsoft-tenant-block":   {"verdict.blocked"},
		"microsoft-mailbox-rule":   {"verdict.policy"},
		"plain-good":               nil,
		"plain-good-microsoft":     {"verdict.not-spam"},
	} {
		in, _ := loadCase(t, name)
		r := analyze.Run(context.Background(), in, All())
		if diff := cmp.Diff(want, verdictIDs(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestVerdictsWeighNothing in any case: our score never borrows from the filter's.
func TestVerdictsWeighNothing(t *testing.T) {
	for _, name := range casetest.Names(t) {
		in, _ := loadCase(t, name)
		r := analyze.Run(context.Background(), in, []*analyze.Check{Verdicts})
		for _, f := range r.Findings() {
			if f.Score != 0 || f.Toward != analyze.Neutral || len(f.Evidence) == 0 {
				t.Errorf("%s: %s has %v points, %d evidence", name, f.ID, f.Score, len(f.Evidence))
			}
		}
	}
}

func TestVerdictFindingsStandOnThePage(t *testing.T) {
	page, _ := docs.Page("checks/verdicts")
	for w := range verdictWords {
		if !strings.Contains(page, "`verdict."+string(w)+"`") {
			t.Errorf("the page does not tell of verdict.%s", w)
		}
	}
}

// scanned puts fields above the border, where only our side writes, or below it.
func scanned(fields string, ours bool) *analyze.Input {
	const mx = "Received: from mail.example.net (mail.example.net [192.0.2.7]) by mx.example.org (Postfix) with ESMTPS id 4Xk7QzZ for <b@example.org>; Tue, 3 Mar 2026 09:00:02 +0000\n"
	const rest = "From: a@example.net\nTo: b@example.org\nSubject: hello\nDate: Tue, 3 Mar 2026 09:00:00 +0000\nMessage-ID: <1@example.net>\n"
	text := fields + mx + rest
	if !ours {
		text = mx + rest + fields
	}
	p := &profile.Profile{Domains: []string{"example.org"}, Border: []string{"mx.example.org"}}
	in := analyze.Prepare(eml.Parse([]byte(text+"\nhello\n")), p, analyze.Stated{})
	in.Weights, in.Today = Weights(), time.Date(2026, 3, 24, 9, 0, 0, 0, time.UTC)
	return in
}

// TestReconcile: the filter and our estimate, and why they may differ.
func TestReconcile(t *testing.T) {
	for _, c := range []struct {
		name, fields string
		live         bool
		want         string
	}{
		{"both pass it", "X-Spam-Status: No, score=1 required=5\n", false, "our estimate says the same: deliver"},
		{"only it: learnt", "X-Spam-Status: Yes, score=6 required=5 tests=BAYES_99=6\n", false, "learnt classifier"},
		{"only it: a list then", "X-Spam-Status: Yes, score=6 required=5 tests=RCVD_IN_XBL=6\n", true, "a list named the address then"},
		{"only it: DNS since", "X-Spam-Status: Yes, score=6 required=5 tests=RCVD_IN_XBL=6\n", true, "in the 20 days since delivery"},
		{"only it: DNS off", "X-Spam-Status: Yes, score=6 required=5 tests=BAYES_99=6\n", false, "the DNS was switched off here"},
		{"only it: own list", "X-Spam-Status: Yes, score=100 required=5 tests=USER_IN_BLOCKLIST\n", false, "list of blocked senders, which the profile does not state"},
		{"only it: bulk", "X-Mimecast-Bulk-Signature: yes\n", false, "how many people complain"},
		{"only it: other weights", "X-Spam-Status: Yes, score=6 required=5\n", false, "weighs what it found in another way"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := scanned(c.fields, true)
			if c.live {
				in.DNSMode = "live"
			}
			r := analyze.Run(context.Background(), in, []*analyze.Check{Verdicts})
			got := Reconcile(r)
			if len(got) != 1 || !strings.Contains(got[0].Finding.Summary, c.want) {
				t.Fatalf("%+v", got)
			}
			if got[0].Agrees != (c.name == "both pass it") || len(got[0].Why) > maxWhy {
				t.Errorf("%+v", got[0])
			}
		})
	}
}

// TestReconcileOnlyUs: the filter passed what we would catch.
func TestReconcileOnlyUs(t *testing.T) {
	in, _ := loadCase(t, "microsoft-safe-sender")
	r := analyze.Run(context.Background(), in, All())
	got := Reconcile(r)
	if len(got) != 1 || got[0].Agrees || !strings.Contains(got[0].Finding.Summary, "a list or rule let it pass") {
		t.Fatalf("%+v", got)
	}
}

// TestClaimsAreNotReconciled: a forged twin has no word to compare.
func TestClaimsAreNotReconciled(t *testing.T) {
	r := analyze.Run(context.Background(), scanned("X-Spam-Status: Yes, score=9 required=5 tests=URIBL_BLOCKED\n", false), []*analyze.Check{Verdicts})
	if got := Reconcile(r); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]string{"verdict.claim"}, verdictIDs(r)); diff != "" {
		t.Error(diff)
	}
	r = analyze.Run(context.Background(), scanned("X-Spam-Status: Yes, score=9 required=5 tests=URIBL_BLOCKED,OUR_RULE\n", true), []*analyze.Check{Verdicts})
	if diff := cmp.Diff([]string{"verdict.spam", "verdict.blind", "verdict.unread"}, verdictIDs(r)); diff != "" {
		t.Error(diff)
	}
	vs, _ := analyze.ResultOf[[]verdict.Verdict](r, Verdicts)
	if len(vs) != 1 || !vs[0].Counts() {
		t.Errorf("%+v", vs)
	}
}

package trial

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
)

func parse(t testing.TB, text string) []rules.Rule {
	t.Helper()
	rs, err := rules.Parse("rules.yaml", []byte("rules:\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

const (
	bound   = "  - {name: bound, direction: inbound, when: {sender: forms@widget.com, recipient: sales@widget.com, border-host: webhoster.someformservice.com}, action: allow, tests: {match: web-form-hosting-pool, miss: forged-own-domain}}\n"
	unbound = "  - {name: unbound, when: {sender: '@widget.com'}, action: allow, tests: {match: web-form-hosting-pool, miss: [forged-own-domain, gone]}}\n"
)

func tester(t testing.TB) *Tester {
	return &Tester{Forge: impostor.Variants, Load: func(_ context.Context, _ *rules.Rule, path string) (*analyze.Report, error) {
		if path == "gone" {
			return nil, context.Canceled
		}
		r, _ := casetest.Load(t, path)
		return r, nil
	}}
}

// A rule that binds passes its tests, and lets nobody in but insiders; one that does not is found out by copies that nobody asked for.
func TestRun(t *testing.T) {
	rs := parse(t, bound+unbound)
	good := tester(t).Run(context.Background(), &rs[0])
	if failed := good.Failed(); len(failed) > 0 || len(good.Cases) < 20 {
		t.Errorf("%d cases, failed: %v", len(good.Cases), failed)
	}
	if diff := cmp.Diff([]string{"sender", "recipient"}, good.Idle); diff != "" { // every copy bears them
		t.Error(diff)
	}
	more := parse(t, strings.Replace(bound, "action:", "unless: {subject: out of office}, action:", 1))
	if diff := cmp.Diff([]string{"sender", "recipient", "unless subject"}, tester(t).Run(context.Background(), &more[0]).Idle); diff != "" {
		t.Error(diff)
	}
	alone := parse(t, strings.Replace(bound, ", miss: forged-own-domain", "", 1))
	if idle := tester(t).Run(context.Background(), &alone[0]).Idle; idle != nil {
		t.Errorf("idle without a message of one's own: %v", idle)
	}
	bad := tester(t).Run(context.Background(), &rs[1])
	kinds := map[Kind]int{}
	for _, c := range bad.Failed() {
		kinds[c.Kind]++
		if c.Why() == "" {
			t.Errorf("%+v says nothing", c)
		}
	}
	if kinds[Forged] < 10 || kinds[Miss] != 2 || kinds[Match] != 0 {
		t.Errorf("failed: %v", kinds)
	}
}

// An expired rule is tried as if it had not expired.
func TestRunExpired(t *testing.T) {
	rs := parse(t, strings.Replace(bound, "action:", "expires: 2020-01-01, action:", 1))
	if failed := tester(t).Run(context.Background(), &rs[0]).Failed(); len(failed) > 0 {
		t.Errorf("failed: %v", failed)
	}
}

func spam(r *analyze.Report) string {
	if strings.HasPrefix(r.Input.Name, "forged-") {
		return "forged"
	}
	return ""
}

// What rules do to a small archive, counted, and what changes between two versions.
func TestReplayAndCompare(t *testing.T) {
	rs := parse(t, bound+"  - {name: wide, filter: spamassassin, when: {sender: '@widget.com'}, action: allow}\n  - {name: block, when: {dkim: example.net}, action: block}\n  - {name: known, when: {phrase: qqq zzz}, action: allow}\n")
	tally := NewTally(rs, spam)
	c := NewComparison(rs[:1], rs, spam)
	for _, name := range []string{"web-form-hosting-pool", "forged-own-domain", "plain-good"} {
		r, _ := casetest.Load(t, name)
		r.Input.Rules = nil
		tally.Add(r)
		c.Add(r)
	}
	type row struct{ Matched, LetIn, KeptOut, Spam int }
	var got []row
	for _, x := range tally.Rules {
		got = append(got, row{x.Matched, x.LetIn, x.KeptOut, x.Spam})
	}
	if diff := cmp.Diff([]row{{1, 1, 0, 0}, {2, 2, 0, 1}, {got[2].Matched, 0, got[2].Matched, 0}, {0, 0, 0, 0}}, got); diff != "" {
		t.Error(diff)
	}
	if tally.Messages != 3 || tally.Stopped != 2 || tally.Hits()["wide"] != 2 {
		t.Errorf("%d messages, %d stopped, hits %v", tally.Messages, tally.Stopped, tally.Hits())
	}
	if c.Allowed != 1 || c.Spam != 1 || len(c.Changes) < 1 || c.Changes[0].NewRule != "wide" || c.Changes[0].After != policy.Deliver {
		t.Errorf("%+v", c)
	}
}

package render

import (
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/explain"
)

// The step and the first word say the same; a step that fits stays as the cause wrote it.
func TestFitVerdict(t *testing.T) {
	const ask = "Ask the sender over another way whether he wrote it; if so, release it"
	for _, c := range []struct {
		word     explain.Verdict
		do, want string
	}{
		{explain.AskTheSender, "Release it if the sender is known to you, and tell his postmaster.", ask + ", and tell his postmaster."},
		{explain.AskTheSender, "Release it; for good, sign.", ask + "; for good, sign."},
		{explain.AskTheSender, "Release it if it is meant for you", ask},
		{explain.AskTheSender, "Call the sender.", "Call the sender."},
		{explain.Release, "Ask the sender's postmaster whether it is clean; then release.", "Release it if it was expected; otherwise ask the sender's postmaster whether it is clean."},
		{explain.Release, "Release it if the sender is known to you.", "Release it if the sender is known to you."},
	} {
		if got := fitVerdict(c.word, c.do); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.word, c.do, got, c.want)
		}
	}
}

// Numbers, shares and times of day need no code; what a renderer could take for something else does.
func TestMarkdownMeasures(t *testing.T) {
	for in, want := range map[string]string{
		"92.47 % sure, 16:21 UTC, 7%": "92.47 % sure, 16:21 UTC, 7%",
		"1621:1 and a%":               "`1621:1` and `a%`",
	} {
		if got := Markdown(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestStepsWithoutLogin: who is after money alone has nobody's password.
func TestStepsWithoutLogin(t *testing.T) {
	for _, alone := range []bool{true, false} {
		e := handMadeExplanation(t)
		e.First = e.Others[0]
		e.First.NoLogin = alone
		if said := strings.Contains(strings.Join(dangerSteps(e), "\n"), "changes the password"); said == alone {
			t.Errorf("money alone %v: the step is said %v", alone, said)
		}
	}
}

// TestStepOfAnEntry: where an own entry let a bad message pass the steps say so, and else nothing of an entry.
func TestStepOfAnEntry(t *testing.T) {
	for _, let := range []bool{true, false} {
		e := handMadeExplanation(t)
		e.First = e.Others[0]
		e.View.Filter.Let = let
		if said := strings.Contains(strings.Join(dangerSteps(e), "\n"), "An entry or a rule of your own let it pass"); said != let {
			t.Errorf("let %v: the step is said %v", let, said)
		}
	}
}

package render

import (
	"context"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
)

func reportOf(raw string) *analyze.Report {
	in := analyze.Prepare(eml.Parse([]byte(raw)), &profile.Profile{}, analyze.Stated{})
	in.Name = "message.eml"
	return analyze.Run(context.Background(), in, nil)
}

// TestProblemsInText: what the reader of messages stumbled over is in the report, whether or not a check speaks of it.
func TestProblemsInText(t *testing.T) {
	const head = "From: a@example.org\r\nTo: b@example.net\r\n"
	for _, tc := range []struct {
		name, raw string
		verbose   bool
		want, not []string
	}{
		{"well formed", head + "\r\nhello\r\n", false, nil, []string{"Not well formed"}},
		{"no colon", head + "a line that is no field\r\nSubject: x\r\n\r\nhello\r\n", false, []string{"Not well formed\n  line 3", "no-colon"}, []string{"more: --verbose"}},
		{"NUL", head + "Subject: x\x00y\r\n\r\nhello\r\n", false, []string{"  line 3", "nul: "}, nil},
		{"many", head + strings.Repeat("X-A : 1\r\n", 9) + "\r\nhello\r\n", false, []string{"  line 8", "  and 3 more: --verbose"}, []string{"line 9"}},
		{"many, all of them", head + strings.Repeat("X-A : 1\r\n", 9) + "\r\nhello\r\n", true, []string{"  line 11"}, []string{"more: --verbose"}},
	} {
		got := text(t, reportOf(tc.raw), Options{Verbose: tc.verbose})
		for _, want := range tc.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", tc.name, want, got)
			}
		}
		for _, not := range tc.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: %q in\n%s", tc.name, not, got)
			}
		}
	}
}

// TestLongFieldNameKeepsItsWidth: the name gives way, and the bytes that matter stay in sight.
func TestLongFieldNameKeepsItsWidth(t *testing.T) {
	raw := "X-MS-Exchange-Organization-MessageDirectionality: " + strings.Repeat("lorem ", 20) + "NEEDLE\r\nFrom: a@example.org\r\n\r\nhello\r\n"
	for room := 20; room < 120; room++ {
		l := excerpt(eml.Parse([]byte(raw)), span(raw, "NEEDLE"), room)
		if width(l.text) > room {
			t.Errorf("room %d: %d columns: %q", room, width(l.text), l.text)
		}
		if got := columnsBetween(l.text, l.from, l.from+l.marked); got != "NEEDLE" {
			t.Errorf("room %d: %q is underlined in %q", room, got, l.text)
		}
	}
}

// TestStepsOfEveryFilter: --verbose prints the order of each filter on the way, by its name for people.
func TestStepsOfEveryFilter(t *testing.T) {
	r := reportOf("From: a@example.org\r\n\r\nhello\r\n")
	first := policy.Decision{Filter: "one", Title: "Filter One", Action: policy.Deliver, Trace: []policy.Step{{Title: "stage of one", Result: "pass"}}}
	second := policy.Decision{Filter: "two", Title: "Filter Two", Action: policy.Quarantine, Trace: []policy.Step{{Title: "stage of two", Result: "quarantine", Decided: true}}}
	r.Decision, r.Filters = first, []policy.Decision{first, second}
	got := text(t, r, Options{Verbose: true})
	for _, want := range []string{"then Filter Two: quarantine", "Order of decision\n  stage of one", "Then the order of Filter Two\n  stage of two"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := text(t, r, Options{}); strings.Contains(got, "stage of one") {
		t.Errorf("the order is printed without --verbose:\n%s", got)
	}
}

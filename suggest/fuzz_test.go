package suggest_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
	"github.com/fpcheck/fpcheck/suggest/targets"
)

// FuzzRun: whatever the message is, each rule that is offered comes back from a rule file as the one rule that it was and matches its
// message, what goes into filters is text on one line, and the letter to the vendor holds the message as it is.
func FuzzRun(f *testing.F) {
	for _, name := range []string{"web-form-unlisted-server", "exclaimer-loop", "outgoing-user-held", "two-from-fields", "plain-good-ipv6"} {
		in, _ := casetest.Input(f, name)
		f.Add(in.Message.Raw)
	}
	f.Fuzz(tryMessage)
}

// hostile are local parts that end up in ten configurations.
var hostile = []string{"o'brien", "a`b", "$(id)", "a#b", "a%b", "{a}", "a|b", "a/b", "a+b", "a=b", "a?b", "a^b", "a~b", "*", "ä", "a’b", "\"a b\"", "\"a,b\"", "\"a;b\"", "\"a\\\"b\"", "\"a@b\"", "\"\"",
	"a\u202eb", "a\x00b", strings.Repeat("a", 300), "a..b", ".a", "@", "a(b)c", "<a>", "a\tb", "a\\nb"}

// TestHostileAuthors writes every hostile name into every field of a good message.
func TestHostileAuthors(t *testing.T) {
	in, _ := casetest.Input(t, "web-form-unlisted-server")
	for _, local := range hostile {
		raw := strings.ReplaceAll(string(in.Message.Raw), "forms@widget.com", local+"@widget.com")
		t.Run(local[:min(len(local), 20)], func(t *testing.T) { tryMessage(t, []byte(raw)) })
	}
}

func tryMessage(t *testing.T, raw []byte) {
	t.Helper()
	in := analyze.Prepare(eml.Parse(raw), nil, analyze.Stated{})
	in.Today, in.Weights = casetest.Today, checks.Weights()
	r := analyze.Run(context.Background(), in, checks.All())
	e := explain.Run(context.Background(), r, causes.All(), causes.CannotTell)
	s := suggest.Run(context.Background(), r, e.First, suggest.Options{Targets: targets.All(), Forge: impostor.Variants, Verdict: e.Verdict, Confirmed: true})
	for _, x := range s.Suggestions {
		if x.Remedy.Rule != nil && x.Remedy.Kind != suggest.PhraseRule {
			sameRule(t, *x.Remedy.Rule, r.Facts)
		}
		if x.Text != nil {
			oneLineEach(t, *x.Text)
		}
	}
	if letter, err := suggest.VendorReport(r, e.First, letter); err != nil || !strings.Contains(string(letter), string(raw)) {
		t.Errorf("the letter lacks the message: %v", err)
	}
}

func sameRule(t *testing.T, r rules.Rule, f rules.Facts) {
	t.Helper()
	text := rules.Marshal([]rules.Rule{r})
	back, err := rules.Parse("r.yaml", text)
	if err != nil || len(back) != 1 {
		t.Fatalf("%d rules, %v from\n%s", len(back), err, text)
	}
	if !back[0].Matches(f) || string(rules.Marshal(back)) != string(text) {
		t.Errorf("the rule came back as another:\n%s", text)
	}
}

func oneLineEach(t *testing.T, text suggest.Text) {
	t.Helper()
	for _, s := range text.Worksheet {
		if strings.ContainsFunc(s.Label+s.Value, unicode.IsControl) {
			t.Errorf("%q: %q", s.Label, s.Value)
		}
	}
	for _, file := range text.Files {
		if strings.ContainsFunc(file.Content, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("%s: %q", file.Path, file.Content)
		}
	}
}

// TestStarIsNoPattern: an author who calls himself "*" gets no rule for the whole domain.
func TestStarIsNoPattern(t *testing.T) {
	in, _ := casetest.Input(t, "web-form-unlisted-server")
	for author, want := range map[string]bool{"forms@widget.com": true, "*@widget.com": false, `""@widget.com`: true, "a?@widget.com": false, "forms@*.widget.com": false} {
		raw := strings.ReplaceAll(string(in.Message.Raw), `form" <forms@widget.com>`, `form" <`+author+">")
		forged := analyze.Prepare(eml.Parse([]byte(raw)), in.Profile, analyze.Stated{})
		forged.Resolve, forged.Today, forged.Weights = in.Resolve, in.Today, in.Weights
		r := analyze.Run(context.Background(), forged, checks.All())
		s := suggest.Run(context.Background(), r, nil, suggest.Options{Forge: impostor.Variants})
		got := slices.ContainsFunc(s.Suggestions, func(x suggest.Suggestion) bool { return x.Remedy.Rule != nil })
		if got != want {
			t.Errorf("%s (%v): a rule is offered: %v", author, r.Facts.From, got)
		}
	}
}

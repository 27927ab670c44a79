package causes

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
)

// learntAsGood teaches the message of in as good mail, many times.
func learntAsGood(in *analyze.Input) {
	own := &bayes.Counts{}
	for range 400 {
		own.Add(checks.Document(in), false)
		own.Add(&bayes.Document{Texts: []string{"win a prize in the casino tonight, cheap pills for you"}}, true)
	}
	in.Classifier = bayes.New(bayes.Default(), own)
}

// TestWordsHold changes one thing of the cases that are held for their words, and for what was learnt of the sender.
func TestWordsHold(t *testing.T) {
	dns := func(records string) func(*testing.T, *analyze.Input) {
		return func(t *testing.T, in *analyze.Input) {
			over, err := resolve.Overlay(in.Resolve, records)
			if err != nil {
				t.Fatal(err)
			}
			in.Resolve = over
		}
	}
	same := func(*testing.T, *analyze.Input) {}
	taught := func(_ *testing.T, in *analyze.Input) { learntAsGood(in) }
	for _, c := range []struct {
		what, name string
		change     func(*testing.T, *analyze.Input)
		want       string
		is         bool
	}{
		{"as it is", "spam-by-its-words", same, "real-spam", true},
		{"its domain vouches", "spam-by-its-words", dns("best-deals.example. 300 IN TXT \"v=spf1 ip4:203.0.113.231 -all\"\n"), "real-spam", false},
		{"the words were learnt as good", "spam-by-its-words", taught, "real-spam", false},
		{"text and form are not enough", "spam-by-its-words", func(_ *testing.T, in *analyze.Input) {
			in.Weights = map[string]float64{"auth.none": 5, "words.loan": 1, "bayes.spam": 3}
		}, "real-spam", false},
		{"as it is", "words-hold-partner", same, "classifier-misjudged", true},
		{"the words were learnt as good", "words-hold-partner", taught, "classifier-misjudged", false},
		{"the log says that a policy held it", "words-hold-partner", func(_ *testing.T, in *analyze.Input) { in.Category = "policy" }, "classifier-misjudged", false},
		{"rules weigh more than the classifier", "words-hold-partner", func(_ *testing.T, in *analyze.Input) {
			in.Weights = maps.Clone(in.Weights)
			in.Weights["words.call-now"], in.Weights["bayes.spam"] = 12, 1 // beside the classifier a phrase counts a quarter
		}, "classifier-misjudged", false},
		{"nobody vouches", "words-hold-partner", func(_ *testing.T, in *analyze.Input) {
			raw := bytes.Replace(in.Message.Raw, []byte("\nFrom: Ines Carvalho <ines@partner.example>"), []byte("\nFrom: Ines Carvalho <ines@other.example>"), 1)
			again := *analyze.Prepare(eml.Parse(raw), in.Profile, analyze.Stated{})
			again.Resolve, again.DNSMode, again.Weights, again.Today = in.Resolve, in.DNSMode, in.Weights, in.Today
			*in = again
		}, "classifier-misjudged", false},
		{"as it is", "words-hold-own-user", same, "classifier-misjudged", true},
		{"the words were learnt as good", "words-hold-own-user", taught, "classifier-misjudged", false},
		{"as it is", "local-history-stale", same, "local-history-stale", true},
		{"nothing was learnt", "local-history-stale", func(_ *testing.T, in *analyze.Input) { in.History = nil }, "local-history-stale", false},
		{"the log says that it is spam", "local-history-stale", func(_ *testing.T, in *analyze.Input) { in.Category = "spam" }, "local-history-stale", false},
	} {
		in, _ := loadCase(t, c.name)
		c.change(t, in)
		e := explained(in)
		if got := e.First.Cause.Name; (got == c.want) != c.is {
			t.Errorf("%s, %s: the first cause is %s, want %s: %v", c.name, c.what, got, c.want, c.is)
			describe(t, e)
		}
	}
}

// TestHeavyWordsAreNamed: in the sentence, and in what speaks for it, with the places where they stand.
func TestHeavyWordsAreNamed(t *testing.T) {
	for _, name := range []string{"words-hold-partner", "words-hold-own-user"} {
		in, _ := loadCase(t, name)
		d := explained(in).First
		text := strings.ToLower(string(in.Message.Raw))
		_, rest, ok := strings.Cut(d.Sentence(), "“")
		word, _, closed := strings.Cut(rest, "”")
		if !ok || !closed || !strings.Contains(text, word) {
			t.Errorf("%s: %q names no word of the message", name, d.Sentence())
		}
		if !strings.Contains(d.For[0].Summary, "“"+word+"”") || len(d.For[0].Evidence) == 0 {
			t.Errorf("%s: %+v", name, d.For[0])
		}
	}
}

// TestOutgoingSteps: who releases outgoing mail is told each of the steps.
func TestOutgoingSteps(t *testing.T) {
	in, _ := loadCase(t, "words-hold-own-user")
	var all strings.Builder
	e := explained(in)
	for _, f := range e.First.Fixes {
		all.WriteString(f.Text + "\n")
	}
	for _, step := range []string{"own page", "permalink", "attached to a NEW mail", "Do not forward", "outgoing rule for this one user", "phrase", "learn --ham"} {
		if !strings.Contains(all.String(), step) {
			t.Errorf("no word of %q in %s", step, all.String())
		}
	}
	if e.Verdict != explain.Release {
		t.Errorf("the verdict is %s", e.Verdict)
	}
}

// TestTaught: a filter that one's own server runs is taught by a command, and one with a vendor is reported to. Where both are in the way nobody knows whose it was.
func TestTaught(t *testing.T) {
	for _, c := range []struct {
		name           string
		filters        []string
		who            explain.Party
		says, silences string
	}{
		{"words-hold-own-user", []string{"proofpoint-essentials"}, explain.Vendor, "permalink", "learn_ham"},
		{"words-hold-own-user", []string{"rspamd"}, explain.You, "rspamc learn_ham", "permalink"},
		{"words-hold-own-user", []string{"spamassassin"}, explain.You, "sa-learn --ham", "permalink"},
		{"words-hold-own-user", []string{"spamassassin", "proofpoint-essentials"}, explain.Vendor, "permalink", "sa-learn"},
		{"classifier-ham-odd-words", []string{"spamassassin"}, explain.You, "sa-learn --ham", "filter vendor"},
		{"classifier-ham-odd-words", []string{"mimecast"}, explain.Vendor, "filter vendor", "sa-learn"},
	} {
		in, _ := loadCase(t, c.name)
		p := *in.Profile
		p.Filters = c.filters
		in.Profile = &p
		e := explained(in)
		text := e.First.Do
		for _, f := range e.First.Fixes {
			text += "\n" + f.Text
		}
		if e.First.WhoFixes != c.who || !strings.Contains(text, c.says) || strings.Contains(text, c.silences) {
			t.Errorf("%s, %v: %s by %s: %s", c.name, c.filters, e.First.Cause.Name, e.First.WhoFixes, text)
		}
	}
}

func TestHarmless(t *testing.T) {
	for s, want := range map[string]bool{
		"free": true, "click here": true, "größe": true, "50": true,
		"a<b": false, "\u202efree": false, "fr\x1bee": false, "free\xff": false, "free, now": false, "two  spaces": false, "line\nbreak": false, "`rm`": false,
		strings.Repeat("a", longestNamed+1): false,
	} {
		if harmless(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

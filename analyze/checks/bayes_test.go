package checks

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/reputation"
)

const (
	loudLetter = "Make money fast! Click here now, it is 100% free and guaranteed. You will receive your order today. " +
		"To be removed from our mailing list reply with remove. This is not spam, our offer is limited, so act now and save $500 a month.\n"
	plainLetter = "I looked at the patch that you sent. The build fails here because the header is missing, so I think the code in the tree is wrong. " +
		"Could you write a test for it, and I will commit that tomorrow?\n"
)

func runMail(t *testing.T, body string, change func(*analyze.Input)) *analyze.Report {
	t.Helper()
	raw := "Received: from mail.partner.example (mail.partner.example [192.0.2.7]) by mx.example.org (Postfix) with ESMTP id 1; Mon, 1 Jun 2026 09:00:00 +0000\r\n" +
		"From: Ann <ann@partner.example>\r\nTo: bob@example.org\r\nSubject: a letter\r\nDate: Mon, 1 Jun 2026 08:59:00 +0000\r\nMessage-ID: <1@partner.example>\r\n\r\n" + body
	in := analyze.Prepare(eml.Parse([]byte(raw)), nil, analyze.Stated{Border: "1"})
	in.Weights, in.Today = Weights(), time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	if change != nil {
		change(in)
	}
	return analyze.Run(context.Background(), in, All())
}

// TestBayesSpeaksWithItsWords: each finding points at bytes that hold the word it names.
func TestBayesSpeaksWithItsWords(t *testing.T) {
	r := runMail(t, loudLetter, nil)
	f, ok := r.Finding("bayes.spam")
	if !ok || f.Score <= 0 || f.Score > Weights()["bayes.spam"] {
		t.Fatalf("%+v", f)
	}
	pointed := 0
	for _, e := range f.Evidence {
		if strings.HasPrefix(e.Note, "text ") {
			word := e.Note[strings.Index(e.Note, "“")+len("“") : strings.Index(e.Note, "”")]
			if got := strings.ToLower(string(r.Input.Message.Bytes(e.Span))); got != word {
				t.Errorf("%q is pointed at as %q", word, got)
			}
			pointed++
		}
		if !strings.Contains(e.Note, "good and") || !strings.Contains(e.Note, "without it") {
			t.Errorf("no counts, or no counterfactual: %s", e.Note)
		}
	}
	if pointed == 0 {
		t.Error("no word is pointed at")
	}
	if f, ok := runMail(t, plainLetter, nil).Finding("bayes.ham"); !ok || f.Score >= 0 {
		t.Errorf("of good mail: %+v", f)
	}
}

func TestBayesIsSilent(t *testing.T) {
	for body, code := range map[string]string{"": "header-only", "ok\n": "few-words"} {
		r := runMail(t, body, nil)
		for _, o := range r.Outcomes {
			if o.Check == Bayes && (o.Status != analyze.Skipped || len(o.Findings) > 0) {
				t.Errorf("%q: %+v, want it skipped as %s", body, o, code)
			}
		}
	}
}

// TestBayesAndWordsShareACap: both judge the same words, which must not quarantine alone.
func TestBayesAndWordsShareACap(t *testing.T) {
	sum := 0.0
	for _, o := range runMail(t, strings.Repeat(loudLetter, 3)+"Viagra without prescription. You won the lottery, claim your prize. Dear friend, kindly transfer the million dollars.", nil).Outcomes {
		if o.Check == Bayes || o.Check.Name == wordGroup.name {
			for _, f := range o.Findings {
				sum += f.Score
			}
		}
	}
	if sum > wordsCap+0.011 || sum < 3 {
		t.Errorf("words and classifier add %.2f points, at most %.1f", sum, wordsCap)
	}
}

func TestBayesLearnt(t *testing.T) {
	in := analyze.Prepare(eml.Parse([]byte("From: a@example.org\r\n\r\n"+loudLetter)), nil, analyze.Stated{})
	own := &bayes.Counts{}
	for range 300 {
		own.Add(Document(in), false)
	}
	r := runMail(t, loudLetter, func(in *analyze.Input) { in.Classifier = bayes.New(bayes.Default(), own) })
	named := func(e analyze.Evidence) bool { return strings.Contains(e.Note, "of your own") }
	if f, ok := r.Finding("bayes.ham"); !ok || !strings.Contains(f.Summary, "60 % of it from your own mail") || !slices.ContainsFunc(f.Evidence, named) {
		t.Errorf("%+v", f)
	}
}

func TestReputation(t *testing.T) {
	key := reputation.Key{Kind: reputation.IP, Name: "192.0.2.7"}
	at := time.Date(2026, 5, 30, 9, 0, 0, 0, time.UTC)
	tests := []struct {
		name, want string
		hit        reputation.Hit
		key        reputation.Key
	}{
		{"spam", "reputation.spam", reputation.Hit{At: at, Spam: true}, key},
		{"good", "reputation.ham", reputation.Hit{At: at}, key},
		{"old", "reputation.neutral", reputation.Hit{At: at.AddDate(-1, 0, 0), Spam: true}, key},
		{"a stranger's", "", reputation.Hit{At: at, Spam: true}, reputation.Key{Kind: reputation.IP, Name: "192.0.2.8"}},
		{"a forgeable name", "", reputation.Hit{At: at}, reputation.Key{Kind: reputation.MailFrom, Name: "partner.example"}},
	}
	for _, test := range tests {
		h := &reputation.History{}
		for range 5 {
			h.Add([]reputation.Key{test.key}, test.hit)
		}
		r := runMail(t, plainLetter, func(in *analyze.Input) { in.History = h })
		got := ""
		for _, f := range r.Findings() {
			if strings.HasPrefix(f.ID, "reputation.") {
				got = f.ID
			}
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// BenchmarkClassify is what the classifier adds to a run: the document, its words, the verdict.
func BenchmarkClassify(b *testing.B) {
	in := analyze.Prepare(eml.Parse([]byte("From: a@example.org\r\nSubject: a letter\r\n\r\n"+strings.Repeat(loudLetter+plainLetter, 10))), nil, analyze.Stated{})
	w := readContent(in.Message)
	c := bayes.New(bayes.Default(), nil)
	b.ReportAllocs()
	for b.Loop() {
		c.Judge(document(in, w, false))
	}
}

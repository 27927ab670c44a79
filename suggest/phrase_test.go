package suggest_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
)

func TestPhrase(t *testing.T) {
	for phrase, want := range map[string]string{
		"the yellow ones are never in stock":         "",
		"Cobalt ferries, since 1961":                 "",
		"Cogito Ergo Sum":                            suggest.PhraseCommon, // half the internet signs with it
		"Cogito Ergo Sum (I think, therefore I am)":  "",
		"Kind regards":                               suggest.PhraseCommon,
		"  kind \t REGARDS ":                         suggest.PhraseCommon,
		"Sent from my iPhone":                        suggest.PhraseCommon,
		"Mit freundlichen Grüßen":                    suggest.PhraseCommon,
		"short one":                                  suggest.PhraseCommon,
		"thank you for your email, we will call you": suggest.PhraseCommon,
		"please consider the environment before printing this email": suggest.PhraseCommon,
	} {
		got := ""
		if j := suggest.Phrase(phrase, nil); len(j.Refusals) > 0 {
			got = j.Refusals[0].Name
		}
		if got != want {
			t.Errorf("%q: %q, want %q", phrase, got, want)
		}
	}
}

func TestPhraseOfMessage(t *testing.T) {
	in, _ := casetest.Load(t, "inbound-open-sesame")
	out, _ := casetest.Load(t, "outgoing-open-sesame")
	if j := suggest.Phrase("the yellow ones are never in stock", in); len(j.Refusals) == 0 || j.Refusals[0].Name != suggest.PhraseInbound {
		t.Errorf("inbound: %v", j.Refusals)
	}
	if j := suggest.Phrase("the yellow ones are never in stock", out); len(j.Refusals) != 0 {
		t.Errorf("outbound: %v", j.Refusals)
	}
}

func TestRandomPhrase(t *testing.T) {
	seen := map[string]bool{}
	source := rand.NewChaCha8([32]byte{1})
	for range 500 {
		p, err := suggest.RandomPhrase(source)
		if err != nil {
			t.Fatal(err)
		}
		if len(strings.Fields(p)) != 5 || len(suggest.Phrase(p, nil).Refusals) > 0 {
			t.Errorf("%q is not a phrase that we would take", p)
		}
		seen[p] = true
	}
	if len(seen) < 500 {
		t.Errorf("%d different phrases of 500", len(seen))
	}
	if _, err := suggest.RandomPhrase(bytes.NewReader([]byte{1, 2})); err == nil {
		t.Error("a phrase from two bytes")
	}
}

package suggest_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
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
		"click here to be removed from our mailing list":             suggest.PhraseLeaked,
		"removed from our mailing list by coppersmiths":              "", // one pair that nobody has
		"red hat linux users":                                        suggest.PhraseCommon,
		"red hat linux gardeners":                                    "",
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

// TestNearbyPhrase: a quotation is refused with words that would do, and they do; of a closing nothing is made.
func TestNearbyPhrase(t *testing.T) {
	r, _ := casetest.Load(t, "outgoing-user-held")
	for phrase, near := range map[string]string{"Cogito Ergo Sum": "Cogito Ergo Sum at widget.com", "Kind regards": ""} {
		j := suggest.Phrase(phrase, r)
		_, rest, found := strings.Cut(j.Refusals[0].Instead, `--phrase "`)
		if got, _, _ := strings.Cut(rest, `"`); found != (near != "") || got != near {
			t.Errorf("%q: %q, want %q", phrase, j.Refusals[0].Instead, near)
		}
		if near != "" && len(suggest.Phrase(near, r).Refusals) > 0 {
			t.Errorf("%q is refused", near)
		}
	}
}

// TestPhraseLearnt: a signature that was sent with spam is known to those who had that spam; in one's own good mail it is what it is for.
func TestPhraseLearnt(t *testing.T) {
	for _, spam := range []bool{true, false} {
		r, _ := casetest.Load(t, "outgoing-user-held")
		own := &bayes.Counts{}
		own.Add(&bayes.Document{Texts: []string{"cheap pills here. anna roy, copper lantern thistle"}}, spam)
		r.Input.Classifier = bayes.New(bayes.Default(), own)
		j := suggest.Phrase("Copper  lantern thistle", r)
		if leaked := len(j.Refusals) == 1 && j.Refusals[0].Name == suggest.PhraseLeaked; leaked != spam || !spam && len(j.Refusals) > 0 {
			t.Errorf("learnt as spam: %v, refused: %v", spam, j.Refusals)
		}
		if want := "1 of the 1 of your own"; !strings.Contains(j.Known.String(), want) {
			t.Errorf("%q does not say %q", j.Known, want)
		}
	}
}

// TestPhraseMovesTheScore: words of spam raise it, and what was learnt as good lowers it.
func TestPhraseMovesTheScore(t *testing.T) {
	plain, _ := casetest.Load(t, "outgoing-user-held")
	up := suggest.Phrase("click here to be removed, removed from our mailing list by coppersmiths", plain).Swing
	down := suggest.Phrase("cvs commit of the linux kernel patch, coppersmiths wrote the code", plain).Swing
	if up == nil || down == nil || up.After <= up.Before || down.After >= down.Before || up.PointsAfter < up.PointsBefore || down.PointsAfter > down.PointsBefore {
		t.Errorf("up %+v, down %+v", up, down)
	}
	in, _ := casetest.Input(t, "outgoing-user-held")
	in.Message.HeaderOnly = true
	if j := suggest.Phrase("copper lantern thistle", analyze.Run(t.Context(), in, checks.All())); j.Swing != nil {
		t.Errorf("of a header without text: %+v", j.Swing)
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
	fresh := bayes.New(bayes.Default(), nil)
	for range 500 {
		p, err := suggest.RandomPhrase(source, fresh)
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
	if _, err := suggest.RandomPhrase(bytes.NewReader([]byte{1, 2}), fresh); err == nil {
		t.Error("a phrase from two bytes")
	}
}

// TestRandomPhraseIsNew: what was drawn and then learnt is not drawn again from the same bytes.
func TestRandomPhraseIsNew(t *testing.T) {
	draw := func(own *bayes.Counts) string {
		p, err := suggest.RandomPhrase(rand.NewChaCha8([32]byte{2}), bayes.New(bayes.Default(), own))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	own := &bayes.Counts{}
	first := draw(own)
	own.Add(&bayes.Document{Texts: []string{"so long. " + first}}, false)
	if again := draw(own); again == first {
		t.Errorf("%q was proposed though it is known", again)
	}
}

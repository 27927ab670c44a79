package checks

import (
	"fmt"
	"math"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
)

// Bayes asks whether the words are those of spam or of good mail, as a model knows them that learns from the user's mail.
var Bayes = &analyze.Check{
	Name:  "bayes",
	Title: "are the words those of spam or of good mail",
	Spec:  "words, neighbouring words and marks of form in a linear model, calibrated to a probability",
	Stage: policy.StageScore,
	Needs: []*analyze.Check{Content},
	Run:   runBayes,
}

const (
	sureEnough = 0.85 // ln(0.7/0.3): between 30 % and 70 % the words say nothing
	fullLogit  = 6.0  // from here on, 400 to 1, all points count
	ownPremium = 0.6  // so much more the points are worth where the user taught it
	minTokens  = 8    // a message of two or three words cannot be judged by its words
	topTokens  = 8    // named as evidence
	wordsCap   = 4.5  // points of classifier and word heuristics together: they judge the same words, which must not quarantine alone
)

func runBayes(p *analyze.Pass) (any, error) {
	w, ok := analyze.Get[*Words](p, Content)
	switch {
	case !ok:
		return nil, analyze.Skip("no-content", "the text could not be read")
	case w.HeaderOnly:
		return nil, analyze.Skip("header-only", "there is no body whose words could be judged")
	}
	c := Classifier(p.Input)
	d := document(p.Input, w, c.Share() < 1)
	v := c.Judge(d)
	if v.Words() < minTokens {
		return v, analyze.Skip("few-words", "there are too few words to judge")
	}
	if math.Abs(v.Logit) > sureEnough {
		p.Report(bayesFinding(p, w, d, v))
	}
	return v, nil
}

// Classifier is what judges the words of a message: as the user taught it, or as it ships.
func Classifier(in *analyze.Input) *bayes.Classifier {
	if in.Classifier != nil {
		return in.Classifier
	}
	return bayes.New(bayes.Default(), nil)
}

func bayesFinding(p *analyze.Pass, w *Words, d *bayes.Document, v *bayes.Verdict) analyze.Finding {
	f := analyze.Finding{ID: "bayes.spam", Summary: "the words are those of spam: " + percent(v.Logit) + " sure"}
	if v.Logit < 0 {
		f = analyze.Finding{ID: "bayes.ham", Summary: "the words are those of good mail: " + percent(-v.Logit) + " sure"}
	}
	if v.Share < 1 {
		f.Summary += fmt.Sprintf(", %.0f %% of it from your own mail", 100*(1-v.Share))
	}
	f.Score = bayesPoints(p.Input, v)
	places := places{message: p.Message, words: w}
	for _, t := range v.Top(topTokens) {
		f.Evidence = append(f.Evidence, places.evidence(d, t, v))
	}
	return f
}

// bayesPoints is what the verdict adds to the score.
func bayesPoints(in *analyze.Input, v *bayes.Verdict) float64 {
	id := "bayes.spam"
	switch {
	case math.Abs(v.Logit) <= sureEnough:
		return 0
	case v.Logit < 0:
		id = "bayes.ham"
	}
	points := in.Weights[id] * min(1, math.Abs(v.Logit)/fullLogit) * (1 + ownPremium*(1-v.Share))
	return math.Round(100*min(points, wordsCap)) / 100
}

func percent(logit float64) string { return Percent(bayes.Probability(logit)) }

// Leaning says what words are like, for a reader who has no use for a number near a half.
func Leaning(logit float64) string {
	switch {
	case logit > sureEnough:
		return "spam, " + percent(logit) + " sure"
	case logit < -sureEnough:
		return "good mail, " + percent(-logit) + " sure"
	}
	return "neither spam nor good mail"
}

// Percent writes a probability without ever saying 100 %.
func Percent(p float64) string { return fmt.Sprintf("%.4g %%", math.Floor(1e4*p)/100) }

// places finds tokens in the bytes of the message.
type places struct {
	message *eml.Message
	words   *Words
	lower   map[eml.Span]string
}

func (s *places) evidence(d *bayes.Document, t bayes.Weighed, v *bayes.Verdict) analyze.Evidence {
	words := d.Words(t.Token)
	what := fmt.Sprintf("%s “%s”", t.Place, short(words))
	if t.Place == bayes.InShapes {
		what = "form: " + markTitle(words)
	}
	note := fmt.Sprintf("%s: %s; without it %s", what, seenIn(t), percent(math.Copysign(1, v.Logit)*t.Without))
	switch t.Place {
	case bayes.InSubject:
		return analyze.Evidence{Span: s.find(s.words.SubjectSpan, words), Note: note}
	case bayes.InText:
		return analyze.Evidence{Span: s.find(s.words.Texts[t.Index].Part.Body, words), Note: note}
	}
	return analyze.Evidence{Note: note}
}

// seenIn says where the counts come from.
func seenIn(t bayes.Weighed) string {
	var out []string
	if t.Ham+t.Spam > 0 {
		m := bayes.Default()
		out = append(out, fmt.Sprintf("in %d of %d good and %d of %d bad messages of the built-in model", t.Ham, m.Ham, t.Spam, m.Spam))
	}
	if t.OwnHam+t.OwnSpam > 0 {
		out = append(out, fmt.Sprintf("in %d good and %d bad of your own", t.OwnHam, t.OwnSpam))
	}
	return strings.Join(out, ", ")
}

// find returns where the words stand in the bytes of area; where they were encoded or folded otherwise, the first line of it.
func (s *places) find(area eml.Span, words string) eml.Span {
	if s.lower == nil {
		s.lower = map[eml.Span]string{}
	}
	text, ok := s.lower[area]
	if !ok {
		b := s.message.Bytes(area)
		text = asciiLower(b[:min(len(b), maxText)])
		s.lower[area] = text
	}
	if i := strings.Index(text, words); i >= 0 {
		return eml.Span{Start: area.Start + i, End: area.Start + i + len(words)}
	}
	return firstLine(s.message, area)
}

// maxShort keeps a note on one line.
const maxShort = 60

func short(s string) string {
	if r := []rune(s); len(r) > maxShort {
		return string(r[:maxShort]) + "…"
	}
	return s
}

package checks

import (
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
)

// Swing is what a change does to the classifier's judgement of a message: the probability that its words are spam, and the points for it.
type Swing struct {
	Before, After             float64 // probability
	PointsBefore, PointsAfter float64
}

// Appended says what the classifier would think of r's message with text at its end. ok is false where it judged no words.
func Appended(r *analyze.Report, text string) (s Swing, ok bool) {
	w, ok := analyze.ResultOf[*Words](r, Content)
	if !ok || w.HeaderOnly {
		return s, false
	}
	before, ok := analyze.ResultOf[*bayes.Verdict](r, Bayes)
	if !ok {
		return s, false
	}
	c := Classifier(r.Input)
	d := document(r.Input, w, c.Share() < 1)
	d.Texts = append(slices.Clip(d.Texts), strings.ToLower(strings.Join(strings.Fields(text), " ")))
	after := c.Judge(d)
	return Swing{before.Probability(), after.Probability(), swingPoints(r, before), swingPoints(r, after)}, true
}

func swingPoints(r *analyze.Report, v *bayes.Verdict) float64 {
	if v.Words() < minTokens {
		return 0
	}
	return bayesPoints(r.Input, v)
}

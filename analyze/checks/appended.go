package checks

import (
	"math"
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
	d := document(r.Input, w)
	d.Texts = append(slices.Clip(d.Texts), strings.ToLower(strings.Join(strings.Fields(text), " ")))
	after := Classifier(r.Input).Judge(d)
	said, _ := analyze.ResultOf[float64](r, wordCheck)
	return Swing{before.Probability(), after.Probability(), swingPoints(r, before, said), swingPoints(r, after, said)}, true
}

func swingPoints(r *analyze.Report, v *bayes.Verdict, said float64) float64 {
	switch {
	case v.Words() < minTokens || math.Abs(v.Logit) <= sureEnough:
		return 0
	case v.Logit < 0:
		return bayesPoints(r.Input.Weights["bayes.ham"], v, said)
	}
	return bayesPoints(r.Input.Weights["bayes.spam"], v, said)
}

package causes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/explain"
)

// holds reports whether our own estimate stops the message, and would not without so many of its points. Where a filter gave its reason, that counts.
func holds(v *explain.View, points float64) bool {
	d := v.Decision
	return !v.Filter.Caught && v.Caught() && d.Action != policy.Deliver && d.Stage == policy.StageScore && d.Score-points < d.Threshold
}

// byClassifier returns the finding of our own classifier where that is mainly what holds the message: more than all that is odd about text and form.
func byClassifier(v *explain.View) (analyze.Finding, bool) {
	f, ok := v.Report.Finding("bayes.spam")
	return f, ok && holds(v, f.Score) && f.Score > points(v.Find(habits...))
}

// spamProbability is what our classifier gives the words; 0 where it judged none.
func spamProbability(v *explain.View) float64 {
	if b, ok := analyze.ResultOf[*bayes.Verdict](v.Report, checks.Bayes); ok {
		return b.Probability()
	}
	return 0
}

// What is named of the words that weighed most.
const (
	wordsNamed    = 4
	wordsLookedAt = 12 // some are no words, or cannot be shown
	longestNamed  = 24 // characters
)

// heavyWords names the words of subject and text that weighed most toward spam, for a sentence: letters, digits and single spaces alone.
func heavyWords(v *explain.View) string {
	b, ok := analyze.ResultOf[*bayes.Verdict](v.Report, checks.Bayes)
	if !ok {
		return ""
	}
	d := checks.Document(v.Input)
	var out []string
	for _, t := range b.Top(wordsLookedAt) {
		if w := d.Words(t.Token); len(out) < wordsNamed && t.Place <= bayes.InText && harmless(w) {
			out = append(out, "“"+w+"”")
		}
	}
	return titles(out)
}

// harmless reports whether words of a message can stand in a sentence of ours.
func harmless(s string) bool {
	return utf8.RuneCountInString(s) <= longestNamed && !strings.Contains(s, "  ") && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// withWords is what the classifier found, with the words that weighed most.
func withWords(f analyze.Finding, words string) analyze.Finding {
	if words != "" {
		f.Summary += "; most weigh " + words
	}
	return f
}

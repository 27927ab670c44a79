package suggest

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/bayes"
)

// plenty is in how many messages, as a share, all pairs of a phrase must stand before it is everybody's: spam from a mailbox of one's own
// would hold it by chance.
const plenty = 1.0 / 500

// Known is how common a phrase is in the mail that the classifier was taught with.
type Known struct {
	Words, Pairs []bayes.Met // of the phrase, each once; pairs are of neighbours
	Of           bayes.Met   // all messages
}

func knownOf(c *bayes.Classifier, phrase string) Known {
	words, pairs := c.Phrase(fold(phrase))
	return Known{words, pairs, c.Messages()}
}

// unseen reports whether a pair of the phrase, and so the phrase, stands nowhere that the classifier knows of.
func (k Known) unseen() bool {
	return len(k.Pairs) == 0 || slices.ContainsFunc(k.Pairs, func(p bayes.Met) bool { return p.Messages() == 0 })
}

// refuse says why the phrase is no good: all of its pairs stand in spam, or in a great part of all mail. That one's own good mail holds it is what a
// signature is for.
func (k Known) refuse(rule, phrase string) []Refusal {
	if k.unseen() {
		return nil
	}
	what := fmt.Sprintf("the phrase %q", phrase)
	const instead = "take one whose words nobody else puts side by side (fpcheck suggest --random-phrase)"
	spam := slices.MinFunc(k.Pairs, func(a, b bayes.Met) int { return a.Spam + a.OwnSpam - b.Spam - b.OwnSpam })
	if spam.Spam+spam.OwnSpam > 0 {
		return []Refusal{{Rule: rule, Name: PhraseLeaked, What: what, Instead: instead,
			Reason: fmt.Sprintf("each pair of neighbouring words in it stands in known spam, which a rule on it would let out; the rarest pair, “%s”, in %s", spam.Words, k.spams(spam))}}
	}
	if ham := slices.MinFunc(k.Pairs, func(a, b bayes.Met) int { return a.Ham - b.Ham }); float64(ham.Ham) >= plenty*float64(k.Of.Ham+k.Of.Spam) {
		return []Refusal{{Rule: rule, Name: PhraseCommon, What: what, Instead: instead,
			Reason: fmt.Sprintf("each pair of neighbouring words in it stands in plenty of mail; the rarest pair, “%s”, in %s", ham.Words, k.share(ham))}}
	}
	return nil
}

// spams counts the bad messages.
func (k Known) spams(m bayes.Met) string {
	var out []string
	if m.Spam > 0 {
		out = append(out, fmt.Sprintf("%d of the %d bad messages of the built-in model", m.Spam, k.Of.Spam))
	}
	if m.OwnSpam > 0 {
		out = append(out, fmt.Sprintf("%d of the %d bad messages of your own", m.OwnSpam, k.Of.OwnSpam))
	}
	return strings.Join(out, " and in ")
}

// share counts all messages.
func (k Known) share(m bayes.Met) string {
	s := fmt.Sprintf("%d of the %d messages of the built-in model", m.Ham+m.Spam, k.Of.Ham+k.Of.Spam)
	if own := k.Of.OwnHam + k.Of.OwnSpam; own > 0 {
		s += fmt.Sprintf(" and %d of the %d of your own", m.OwnHam+m.OwnSpam, own)
	}
	return s
}

func most(list []bayes.Met) bayes.Met {
	return slices.MaxFunc(list, func(a, b bayes.Met) int { return a.Messages() - b.Messages() })
}

// String is the figure in a sentence: of the commonest word, and of the commonest pair.
func (k Known) String() string {
	if len(k.Words) == 0 {
		return "it holds no word that the classifier counts"
	}
	word := most(k.Words)
	s := fmt.Sprintf("each of its words is in at most %s (“%s”); ", k.share(word), word.Words)
	if word.Messages() == 0 {
		s = fmt.Sprintf("none of its words is known from the %d messages of the built-in model; ", k.Of.Ham+k.Of.Spam)
	}
	common := 0
	for _, p := range k.Pairs {
		if p.Messages() > 0 {
			common++
		}
	}
	if common == 0 {
		return s + "no two of them are known to stand together"
	}
	pair := most(k.Pairs)
	return s + fmt.Sprintf("of its %[2]d pairs of neighbouring words %[1]d are known, the commonest, “%[3]s”, from %[4]s", common, len(k.Pairs), pair.Words, k.share(pair))
}

// maxTries is how often a phrase is drawn anew: one in a few thousand pairs is known.
const maxTries = 100

// RandomPhrase proposes a phrase for signatures, no two words of which the classifier has seen together. random gives the bytes; only cmd has a real
// source of them.
func RandomPhrase(random io.Reader, c *bayes.Classifier) (string, error) {
	for range maxTries {
		p, err := drawPhrase(random)
		if err != nil {
			return "", err
		}
		if _, pairs := c.Phrase(p); !slices.ContainsFunc(pairs, func(m bayes.Met) bool { return m.Messages() > 0 }) {
			return p, nil
		}
	}
	return "", fmt.Errorf("drawing a phrase: %d times in a row the classifier knew two of the words together", maxTries)
}

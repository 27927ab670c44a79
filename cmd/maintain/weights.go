package main

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
)

// rate is how often a finding speaks.
type rate struct {
	id        string
	ham, spam int
}

// lift is how many times likelier the finding is in spam, as a binary logarithm: 1 is twice. A hit more on each side keeps rare ones modest.
func (r rate) lift(hams, spams int) float64 {
	return math.Log2(float64(r.spam+1) / float64(spams+2) * float64(hams+2) / float64(r.ham+1))
}

// heard is how many hits a measurement needs: below it the table says "rare", and the reason in weights.yaml alone carries the weight.
const heard = 10

// writeWeights measures every heuristic on the training half, and writes the page.
func writeWeights(root, dir string) error {
	all, err := readCorpus(dir)
	if err != nil {
		return err
	}
	train := without(all, func(s *sample) bool { return !s.train })
	rates, hams, spams := hitRates(wholeRun(train, bayes.New(bayes.Default(), nil)))
	if err := writeFile(filepath.Join(root, measuredPath), []byte(measuredList(rates))); err != nil {
		return err
	}
	return writeFile(filepath.Join(root, "docs", "guide", "weights.md"), []byte(weightsPage(rates, hams, spams)))
}

// measuredPath is the list of the heuristics that the training half holds often enough.
const measuredPath = "analyze/checks/measured.txt"

func measuredList(rates []rate) string {
	var b strings.Builder
	for _, r := range rates {
		if r.ham+r.spam >= heard {
			b.WriteString(r.id + "\n")
		}
	}
	return b.String()
}

func hitRates(all []judged) (rates []rate, hams, spams int) {
	by := map[string]*rate{}
	for _, g := range checks.Heuristics() {
		for _, h := range g.List {
			by[h.ID] = &rate{id: h.ID}
		}
	}
	for _, j := range all {
		if j.spam {
			spams++
		} else {
			hams++
		}
		for _, f := range j.report.Findings() {
			switch r := by[f.ID]; {
			case r == nil:
			case j.spam:
				r.spam++
			default:
				r.ham++
			}
		}
	}
	for _, r := range by {
		rates = append(rates, *r)
	}
	slices.SortFunc(rates, func(a, b rate) int { return strings.Compare(a.id, b.id) })
	return rates, hams, spams
}

func weightsPage(rates []rate, hams, spams int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# weights: how often each heuristic speaks, and what it weighs

Measured by `+"`make weights`"+` on the training half of 6,046 public messages of 2002 and 2003: %d good, %d bad (see `+"`fpcheck docs accuracy`"+`). "Times likelier" is the rate in spam by that in
good mail. A heuristic with fewer than %d hits in all is marked rare: so little mail says nothing of it, and much that spam does today nobody did then. Its weight rests on the reason beside it in
analyze/checks/weights.yaml.

| finding | points | in good mail | in spam | times likelier in spam |
|---|---|---|---|---|
`, hams, spams, heard)
	for _, r := range rates {
		times := fmt.Sprintf("%.1f", math.Exp2(r.lift(hams, spams)))
		if r.ham+r.spam < heard {
			times = "rare"
		}
		fmt.Fprintf(&b, "| `%s` | %.1f | %.2f %% (%d) | %.2f %% (%d) | %s |\n", r.id, checks.Weights()[r.id],
			100*float64(r.ham)/float64(hams), r.ham, 100*float64(r.spam)/float64(spams), r.spam, times)
	}
	b.WriteString(contradictions(rates, hams, spams))
	return b.String()
}

// mostFor is the points that a lift allows: what is no likelier in spam weighs nothing, what is twice as likely 0.4, what is 64 times 2.5.
func mostFor(lift float64) float64 { return max(0, math.Round(lift*4)/10) }

// contradictions names the weights that are larger than what was measured allows.
func contradictions(rates []rate, hams, spams int) string {
	var list []rate
	for _, r := range rates {
		if r.ham+r.spam >= heard && checks.Weights()[r.id] > mostFor(r.lift(hams, spams)) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b rate) int { return cmp.Compare(a.lift(hams, spams), b.lift(hams, spams)) })
	var b strings.Builder
	b.WriteString("\n## Weights above what was measured\n\n")
	if len(list) == 0 {
		b.WriteString("None: no heuristic with enough hits weighs more than 0.4 points for each doubling of its rate in spam.\n")
	}
	for _, r := range list {
		fmt.Fprintf(&b, "- `%s` weighs %.1f, and was measured at %.1f\n", r.id, checks.Weights()[r.id], mostFor(r.lift(hams, spams)))
	}
	return b.String()
}

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/bayes"
)

// TestModelIsTheRecordedOne compares the embedded model with its manifest.
func TestModelIsTheRecordedOne(t *testing.T) {
	model, sums := readRepo(t, modelPath), string(readRepo(t, manifestPath))
	if want := fmt.Sprintf("%x  default.model\n", sha256.Sum256(model)); !strings.HasPrefix(sums, want) {
		t.Errorf("the model is not that of %s: run make model", manifestPath)
	}
	if n := strings.Count(sums, "\n"); n != 1+3110 {
		t.Errorf("the manifest names %d files, want the model and 3110 messages", n)
	}
}

// corpus returns the public messages where `make corpus` has put them.
func corpus(t *testing.T) []*sample {
	all, err := readCorpus(filepath.Join("..", "..", "bin", "corpus", "package"))
	if err != nil {
		if os.Getenv("FPCHECK_CORPUS") == "required" {
			t.Fatal(err)
		}
		t.Skip("the messages are not here: make corpus fetches them")
	}
	return all
}

// TestMeasuredIsCurrent hears every heuristic on the training half again.
func TestMeasuredIsCurrent(t *testing.T) {
	train := without(corpus(t), func(s *sample) bool { return !s.train })
	rates, _, _ := hitRates(wholeRun(train, bayes.New(bayes.Default(), nil)))
	if got := measuredList(rates); got != string(readRepo(t, measuredPath)) {
		t.Errorf("the heuristics that speak often enough are others than %s lists: run make weights", measuredPath)
	}
}

// TestModelIsMadeAgain makes the model anew. Exp and fused products differ in their last bit from one processor to the next, and a weight may fall on the
// other side of a rounding.
func TestModelIsMadeAgain(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the model is made on amd64")
	}
	all := corpus(t)
	model := trainModel(all, func(s *sample) bool { return s.train })
	if !bytes.Equal(model, readRepo(t, modelPath)) {
		t.Error("the same messages give another model: what the classifier reads has changed; run make model")
	}
	if manifest(all, model) != string(readRepo(t, manifestPath)) {
		t.Error("the messages are not those of the manifest")
	}
}

func readRepo(t *testing.T, path string) []byte {
	b, err := os.ReadFile(filepath.Join("..", "..", path))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestArea checks the measures on scores whose figures are known.
func TestArea(t *testing.T) {
	c := contestant{line: 5}
	for i, spam := range []bool{false, false, true, false, true, true} {
		c.all = append(c.all, judged{sample: &sample{spam: spam}, score: float64(2 * i)})
	}
	if area, around := c.area(); area != 8.0/9 || around <= 0 {
		t.Errorf("area %v ± %v, want 8/9", area, around)
	}
	if n := c.foundAt(0); n != 2 {
		t.Errorf("%d spam above all good mail, want 2", n)
	}
	if got := share(1, 100); got != "1 (1.00 %; 0.18–5.45)" {
		t.Errorf("share of 1 in 100: %s", got)
	}
}

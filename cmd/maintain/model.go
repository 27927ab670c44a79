package main

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/bayes"
)

// modelPath and manifestPath are what `maintain model` writes: the model, and the files that it was made of.
const (
	modelPath    = "analyze/bayes/default.model"
	manifestPath = "analyze/bayes/default.sum"
)

// writeModel makes the embedded model of the training half of the corpus in dir.
func writeModel(root, dir string) error {
	all, err := readCorpus(dir)
	if err != nil {
		return err
	}
	model := trainModel(all, func(s *sample) bool { return s.train })
	if err := writeFile(filepath.Join(root, modelPath), model); err != nil {
		return err
	}
	return writeFile(filepath.Join(root, manifestPath), []byte(manifest(all, model)))
}

func trainModel(all []*sample, use func(*sample) bool) []byte {
	var t bayes.Trainer
	for _, s := range all {
		if use(s) {
			t.Add(s.doc, s.spam)
		}
	}
	return t.Train()
}

// manifest names the model and every file that it was made of, in the format of sha256sum.
func manifest(all []*sample, model []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%x  default.model\n", sha256.Sum256(model))
	for _, s := range all {
		if s.train {
			fmt.Fprintf(&b, "%x  data/%s\n", sha256.Sum256(s.raw), s.name)
		}
	}
	return b.String()
}

// Command maintain does what we run and users do not: it writes the files of the repository that are made from others.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "maintain:", err)
		os.Exit(1)
	}
}

// run does one sub-verb in the repository that the working folder lies in.
func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("usage: go run ./cmd/maintain fixtures|pages|providers, or accuracy|bench-peers|model|weights CORPUS")
	}
	root, err := repository()
	if err != nil {
		return err
	}
	if len(args) == 2 {
		return onCorpus(root, args[0], args[1])
	}
	switch args[0] {
	case "fixtures":
		return writeFixtures(filepath.Join(root, "fixtures", "mail"))
	case "providers":
		return genProviders(root)
	case "pages":
		return genPages(root)
	}
	return fmt.Errorf("unknown verb %q: fixtures, pages, providers", args[0])
}

// repository returns the nearest folder upwards that holds go.mod.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod above the working folder")
		}
		dir = up
	}
}

// onCorpus does what reads the public messages, unpacked in dir.
func onCorpus(root, verb, dir string) error {
	switch verb {
	case "accuracy":
		return writeAccuracy(root, dir)
	case "bench-peers":
		return writeSpeed(root, dir)
	case "words-alone":
		return wordsAloneOf(dir)
	case "weights":
		return writeWeights(root, dir)
	case "model":
		return writeModel(root, dir)
	}
	return fmt.Errorf("unknown verb %q: accuracy, bench-peers, model, weights", verb)
}

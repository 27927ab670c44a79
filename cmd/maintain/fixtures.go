package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
)

// writeFixtures writes every case below dir, removes the folders that no case writes any more, and leaves files that are as they
// should be alone.
func writeFixtures(dir string) error {
	known := map[string]bool{}
	for _, c := range compose.Cases() {
		known[c.Name] = true
		for name, data := range c.Files() {
			if err := writeFile(filepath.Join(dir, c.Name, name), data); err != nil {
				return err
			}
		}
	}
	return removeOthers(dir, known)
}

func writeFile(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

func removeOthers(dir string, known map[string]bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !known[e.Name()] {
			fmt.Fprintln(os.Stderr, "maintain: removing", e.Name(), "since no case writes it")
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

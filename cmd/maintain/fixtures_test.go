package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
	"github.com/fpcheck/fpcheck/fixtures"
)

func TestFixturesAreCurrent(t *testing.T) {
	dir := fixtures.Path("mail")
	known := map[string]bool{}
	for _, c := range compose.Cases() {
		if known[c.Name] {
			t.Errorf("two cases are called %s", c.Name)
		}
		known[c.Name] = true
		for name, want := range c.Files() {
			got, err := os.ReadFile(filepath.Join(dir, c.Name, name))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s/%s is not current: run `go run ./cmd/maintain fixtures`", c.Name, name)
			}
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !known[e.Name()] {
			t.Errorf("fixtures/mail/%s belongs to no case: run `go run ./cmd/maintain fixtures`", e.Name())
		}
	}
}

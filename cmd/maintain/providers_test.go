package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The table and the pages are those that the YAML gives: whoever edits one runs "go run ./cmd/maintain providers".
func TestProvidersAreCurrent(t *testing.T) {
	root := filepath.Join("..", "..")
	list, err := readProviders(filepath.Join(root, "analyze", "providers", "data"))
	if err != nil {
		t.Fatal(err)
	}
	table, err := providerTable(list)
	if err != nil {
		t.Fatal(err)
	}
	same(t, filepath.Join(root, "analyze", "providers", "table.go"), table)
	for _, p := range list {
		same(t, filepath.Join(root, "docs", "providers", p.Name+".md"), []byte(providerPage(p)))
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs", "providers", "*.md"))
	if err != nil || len(pages) != len(list) {
		t.Errorf("%d pages for %d providers: %v", len(pages), len(list), err)
	}
}

func same(t *testing.T, file string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
		return
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not current: run go run ./cmd/maintain providers", file)
	}
}

//go:build !windows

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A profile of our own counts, and one that another user left above the working folder does not.
func TestOwnFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "profile.yaml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !ownFile(path, dir) {
		t.Error("our own file is not ours")
	}
	if ownFile(filepath.Join(dir, "none"), dir) {
		t.Error("no file is ours")
	}
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	const somebody = 12345
	give := func(path string) {
		if err := os.Chown(path, somebody, -1); err != nil {
			t.Fatal(err)
		}
	}
	if give(path); ownFile(path, dir) {
		t.Error("another user's file is taken for ours")
	}
	if give(dir); !ownFile(path, dir) {
		t.Error("the file of the working folder's owner is not used")
	}
}

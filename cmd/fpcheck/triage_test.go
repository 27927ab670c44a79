package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/fixtures"
)

// quarantineFolder holds copies copies of every mail case, each with a subject of its own.
func quarantineFolder(t testing.TB, copies int) string {
	dir := t.TempDir()
	cases, err := filepath.Glob(fixtures.Path("mail", "*", "message.eml"))
	if err != nil || len(cases) == 0 {
		t.Fatal("no mail cases")
	}
	for _, path := range cases {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range copies {
			name := fmt.Sprintf("%s-%d.eml", filepath.Base(filepath.Dir(path)), i)
			if err := os.WriteFile(filepath.Join(dir, name), fmt.Appendf(raw[:len(raw):len(raw)], "\r\ncopy %d\r\n", i), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// program is the test binary under the name by which it is fpcheck.
func program(t testing.TB) string {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "fpcheck")
	if err := os.Symlink(self, path); err != nil {
		t.Skipf("this system has no symbolic links, so the program cannot be killed under its name: %v", err)
	}
	return path
}

// TestTriageGoesOn kills triage in the middle, several times, and lets it go on with its journal: the result is that of one run.
func TestTriageGoesOn(t *testing.T) {
	dir, fpcheck := quarantineFolder(t, 2), program(t)
	journal := filepath.Join(t.TempDir(), "run.journal")
	command := func(more ...string) *exec.Cmd {
		return exec.Command(fpcheck, append([]string{"triage", dir, "--profile", os.DevNull, "--today", "2026-06-01", "--format", "json"}, more...)...)
	}
	want, err := command().Output()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		cmd := command("--journal", journal, "--workers", "1")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for lines(journal) < 20*(i+1) {
			time.Sleep(time.Millisecond) // polls a file of another process
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
	}
	if n := lines(journal); n < 80 {
		t.Fatalf("%d messages were noted before the last kill", n)
	}
	got, err := command("--journal", journal).Output()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func lines(path string) int {
	b, _ := os.ReadFile(path)
	return bytes.Count(b, []byte("\n"))
}

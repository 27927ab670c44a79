package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/fixtures"
)

// TestLearnPrintsCleanNames: an archive names its entries as it likes.
func TestLearnPrintsCleanNames(t *testing.T) {
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for _, name := range []string{"a\x1b[2J\x07.eml", "plain.eml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "From: a@example.net\r\nSubject: %q\r\n\r\nThe minutes.\r\n", name)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "all.zip")
	if err := os.WriteFile(path, zipped.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out := ran(t, []string{"learn", "--ham", path, "--state", t.TempDir(), "--dns", "offline"}, 0)
	if !strings.Contains(out, `a\x1b[2J\x07.eml`) || !strings.Contains(out, "plain.eml") || strings.ContainsAny(out, "\x1b\x07") {
		t.Errorf("%q", out)
	}
}

// kills is how often TestLearnSurvivesKill stops a learning fpcheck.
const kills = 200

// TestLearnSurvivesKill ends the program with SIGKILL at any moment: what was learnt before is whole each time, and nothing is forgotten.
func TestLearnSurvivesKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program 200 times")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	box := filepath.Join(dir, "box.mbox")
	known := 0
	for i := range kills {
		writeBox(t, box, i)
		cmd := exec.Command(self, "-test.run=^TestLearnChild$")
		cmd.Env = append(os.Environ(), "FPCHECK_LEARN_CHILD="+box, "FPCHECK_LEARN_STATE="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		s, err := readState(dir)
		if err != nil {
			t.Fatalf("after %d kills: %v", i+1, err)
		}
		if n := s.Messages(); n < known {
			t.Fatalf("after %d kills %d messages are left of %d", i+1, n, known)
		} else {
			known = n
		}
	}
	t.Logf("%d messages learnt in spite of %d kills", known, kills)
	if known == 0 {
		t.Error("nothing was learnt: the kills came too early to test anything")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "."+stateName+"*")); len(left) > 1 {
		t.Errorf("%d unfinished files are left", len(left))
	}
}

// TestLearnChild is what TestLearnSurvivesKill kills.
func TestLearnChild(t *testing.T) {
	box := os.Getenv("FPCHECK_LEARN_CHILD")
	if box == "" {
		t.Skip("runs as a child of TestLearnSurvivesKill")
	}
	var out, errs bytes.Buffer
	if status := run([]string{"learn", "--state", os.Getenv("FPCHECK_LEARN_STATE"), "--ham", box}, strings.NewReader(""), &out, &errs); status != 0 {
		t.Fatal(errs.String())
	}
}

// writeBox writes 20 messages that are new in round i.
func writeBox(t *testing.T, path string, i int) {
	var b strings.Builder
	for k := range 20 {
		fmt.Fprintf(&b, "From a@example.com Mon Jun  1 09:00:00 2026\nFrom: a@example.com\nTo: b@example.org\nSubject: round %d\n\nThis is message %d of round %d, about word%d.\n\n", i, k, i, i*20+k)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStateDir(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", "/var/state")
	if got := stateDir(""); got != filepath.Join("/var/state", "fpcheck") {
		t.Errorf("with XDG_STATE_HOME it is %s", got)
	}
	if got := stateDir("mine"); got != "mine" {
		t.Errorf("--state mine is %s", got)
	}
}

// TestLearnSaysWhatChanged: who taught a message reads what it looks like now, and whether that was enough.
func TestLearnSaysWhatChanged(t *testing.T) {
	file := fixtures.Path("mail", "words-hold-partner", "message.eml")
	for _, c := range []struct {
		flag, says, not string
	}{
		{"--spam", "now it looks like spam, ", "does not outweigh"},
		{"--ham", "now it looks like ", "now it looks like spam"},
	} {
		var out, errs bytes.Buffer
		if status := run([]string{"learn", "--state", t.TempDir(), c.flag, file}, strings.NewReader(""), &out, &errs); status != 0 {
			t.Fatalf("status %d: %s", status, errs.String())
		}
		if got := out.String(); !strings.Contains(got, c.says) || strings.Contains(got, c.not) || !strings.Contains(got, "its sender") {
			t.Errorf("%s: %s", c.flag, got)
		}
	}
}

package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fpcheck/fpcheck/cmd/render"
)

// The flags of every command fit the window: one flag with a dozen choices pushed the text of all of them out of sight. Short choices stay
// with their flag, and many are listed behind it.
func TestHelpFits(t *testing.T) {
	help := func(args ...string) string {
		var out, errs bytes.Buffer
		if status := run(append(args, "--help"), strings.NewReader(""), &out, &errs); status != 0 {
			t.Fatalf("%v: status %d: %s", args, status, errs.String())
		}
		_, flags, ok := strings.Cut(out.String(), "\nFlags:\n")
		if !ok {
			t.Errorf("%v: no flags", args)
		}
		return flags
	}
	for _, command := range []string{"", "analyze", "dkim", "explain", "suggest", "ticket", "report", "repair", "triage", "learn", "rules lint", "rules replay", "rules export", "dns record"} {
		for line := range strings.Lines(help(strings.Fields(command)...)) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > render.DefaultWidth {
				t.Errorf("%s: %d columns: %s", command, n, line)
			}
		}
	}
	if s := help("suggest"); !strings.Contains(s, "--format text|json ") || !strings.Contains(s, "--for NAME ") || !strings.Contains(strings.Join(strings.Fields(s), " "), "postfix, exim,") {
		t.Error(s)
	}
}

// TestUnwritableOutput: an answer that could not be written is no wrong usage. A file opened for reading alone stands for a full disk.
func TestUnwritableOutput(t *testing.T) {
	out, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, args := range [][]string{{"version"}, {"docs"}, {"docs", "spf"}, {"learn", "--status", "--state", t.TempDir()}, {"rules", "new", "partner"}, {"completion", "bash"}} {
		var errs bytes.Buffer
		if status := run(args, strings.NewReader(""), out, &errs); status != exitCouldNot || !strings.Contains(errs.String(), "write ") {
			t.Errorf("%v: status %d, want %d: %s", args, status, exitCouldNot, errs.String())
		}
	}
	if status := run([]string{"nosuch"}, strings.NewReader(""), out, io.Discard); status != exitUsage {
		t.Errorf("an unknown command: status %d, want %d", status, exitUsage)
	}
}

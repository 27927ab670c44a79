package main

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fpcheck/fpcheck/fixtures"
)

var update = flag.Bool("update", false, "rewrite what scripts and console blocks expect")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fpcheck": main})
}

// TestScripts runs the program as users do. $FIXTURES is our folder of test mail.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"status": wantStatus},
		Setup: func(e *testscript.Env) error {
			e.Setenv("FIXTURES", fixtures.Path())
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, "config"))
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
	})
}

// wantStatus is the command `status N PROGRAM ARGS...`: the program must end with N.
func wantStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARGS...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("status %d (%v), want %s", got, err, args[0])
	}
}

// TestConsoleBlocks runs every command of the console blocks in README.md and docs, and compares what it prints.
func TestConsoleBlocks(t *testing.T) {
	names := pages(t)
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	blocks := 0
	for _, p := range names {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(b), "\r\n", "\n")
		got, n := runConsole(text)
		blocks += n
		if *update && got != text {
			if err := os.WriteFile(p, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if diff := cmp.Diff(text, got); diff != "" {
			t.Errorf("%s (-page +program):\n%s", p, diff)
		}
	}
	if blocks == 0 {
		t.Error("no console block was found")
	}
}

// pages goes to the repository, and lists README.md and the pages of docs.
func pages(t *testing.T) []string {
	t.Helper()
	t.Chdir(filepath.Dir(fixtures.Path()))
	names := []string{"README.md"}
	err := filepath.WalkDir("docs", func(p string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(p, ".md") {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// runConsole returns the page with the output of each console block replaced by what its commands print now.
func runConsole(page string) (string, int) {
	const begin, end = "```console\n", "```\n"
	var out strings.Builder
	for n := 0; ; n++ {
		before, rest, found := strings.Cut(page, begin)
		out.WriteString(before)
		if !found {
			return out.String(), n
		}
		block, after, _ := strings.Cut(rest, end)
		out.WriteString(begin)
		for line := range strings.Lines(block) {
			if command, ok := strings.CutPrefix(line, "$ fpcheck "); ok {
				var printed bytes.Buffer
				run(strings.Fields(command), strings.NewReader(""), &printed, &printed)
				out.WriteString(line + printed.String())
			}
		}
		out.WriteString(end)
		page = after
	}
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fpcheck/fpcheck/docs"
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

// TestTriageSchema holds the JSON of a folder with changes, and of one that holds nothing, against the schema, which names every field.
func TestTriageSchema(t *testing.T) {
	text, ok := docs.Schema("triage")
	if !ok {
		t.Fatal("no schema")
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("triage.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("triage.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, input := range []string{quarantineFolder(t, 1), t.TempDir()} {
		var out bytes.Buffer
		run([]string{"triage", input, "--profile", os.DevNull, "--today", "2026-06-01", "--format", "json"}, strings.NewReader(""), &out, io.Discard)
		v, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Error(err)
		}
	}
}

// TestTriageReadsAgain: messages too large to be kept are read again for their change, from files of their own and from within a mailbox. Standard
// input comes once, and that is said.
func TestTriageReadsAgain(t *testing.T) {
	const name = "web-form-unlisted-server"
	raw, err := os.ReadFile(fixtures.Path("mail", name, "message.eml"))
	if err != nil {
		t.Fatal(err)
	}
	var box bytes.Buffer
	dir := t.TempDir()
	for i := range 3 {
		big := append(fmt.Appendf(bytes.Clone(raw), "copy %d\r\n", i), bytes.Repeat([]byte("We measured the frame again on Thursday.\r\n"), maxSample/40)...)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.eml", i)), big, 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&box, "From forms@widget.com Tue Mar  3 09:00:00 2026\n%s\n", bytes.ReplaceAll(big, []byte("\r\n"), []byte("\n")))
	}
	mbox := filepath.Join(t.TempDir(), "all.mbox")
	if err := os.WriteFile(mbox, box.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, input string
		want, said  string
	}{
		{"folder", dir, "clears 3, leaves 0", ""},
		{"mailbox", mbox, "clears 3, leaves 0", ""},
		{"standard input", "-", "no change is known", "could not be read a second time"},
	} {
		var out, errs bytes.Buffer
		run([]string{"triage", tt.input, "--profile", fixtures.Path("mail", name, "profile.yaml"), "--dns", fixtures.Path("mail", name, "dns.zone"), "--today", "2026-06-01"},
			bytes.NewReader(box.Bytes()), &out, &errs)
		if !strings.Contains(out.String(), tt.want) || !strings.Contains(errs.String(), tt.said) {
			t.Errorf("%s: %q or %q is missing in\n%s%s", tt.name, tt.want, tt.said, out.String(), errs.String())
		}
	}
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

// TestTriageStoppedLate stops triage while it looks for changes: that is said, no change is shown that was tried by half, and the same command goes on.
func TestTriageStoppedLate(t *testing.T) {
	const name = "web-form-unlisted-server"
	journal := filepath.Join(t.TempDir(), "run.journal")
	args := []string{"triage", fixtures.Path("mail", name, "message.eml"), "--profile", fixtures.Path("mail", name, "profile.yaml"),
		"--dns", fixtures.Path("mail", name, "dns.zone"), "--today", "2026-06-01", "--journal", journal}
	var out, errs bytes.Buffer
	s := streams{strings.NewReader(""), &out, &errs}
	root := newRootCmd(s)
	root.SetArgs(args)
	status := s.status(root.ExecuteContextC(&stoppedLate{Context: t.Context(), read: func() bool { return lines(journal) == 1 }}))
	if status != exitCouldNot || !strings.Contains(errs.String(), "stopped while looking for changes, with 1 message read") || !strings.Contains(out.String(), "no change is known") {
		t.Errorf("status %d\n%s%s", status, out.String(), errs.String())
	}
	out.Reset()
	errs.Reset()
	if status := run(args, strings.NewReader(""), &out, &errs); status != 0 || !strings.Contains(errs.String(), "1 messages were finished") || !strings.Contains(out.String(), "clears 1, leaves 0") {
		t.Errorf("going on: status %d\n%s%s", status, out.String(), errs.String())
	}
}

// stoppedLate is stopped when all messages are read, but for the first who asks: that is the question whether to look for changes.
type stoppedLate struct {
	context.Context
	read  func() bool
	asked atomic.Bool
}

func (c *stoppedLate) Err() error {
	if c.read() && c.asked.Swap(true) {
		return context.Canceled
	}
	return nil
}

func lines(path string) int {
	b, _ := os.ReadFile(path)
	return bytes.Count(b, []byte("\n"))
}

// TestTriageOfEditedResult: a result of which somebody took the rules out is still read, and one that is none is refused with its place.
func TestTriageOfEditedResult(t *testing.T) {
	dir := quarantineFolder(t, 1)
	text := ran(t, []string{"triage", dir, "--profile", os.DevNull, "--format", "json"}, 0)
	for _, c := range []struct {
		name, old, new string
		status         int
		says           string
	}{
		{"as it was", "", "", 0, ""},
		{"without its rules", `"rules":"rules:`, `"was":"rules:`, 0, ""},
		{"a record of no message", `"records":[{`, `"records":[null,{`, exitCouldNot, "its record 1 says nothing of a message"},
		{"an unknown direction", `"direction":1`, `"direction":9`, exitCouldNot, "says nothing of a message"},
	} {
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s: no %s in the result", c.name, c.old)
		}
		path := filepath.Join(t.TempDir(), "result.json")
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, c.old, c.new)), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		if status := run([]string{"triage", "--merge", path}, strings.NewReader(""), &out, &errs); status != c.status || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: status %d, want %d: %s", c.name, status, c.status, errs.String())
		}
	}
}

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/fixtures"
)

// pasted writes a changed copy of a case's message, and returns its path and that of the case's DNS answers.
func pasted(t *testing.T, name string, change func(string) string) (file, zone string) {
	t.Helper()
	b, err := os.ReadFile(fixtures.Path("mail", name, "message.eml"))
	if err != nil {
		t.Fatal(err)
	}
	text := change(string(b))
	if text == string(b) {
		t.Fatal("nothing was changed")
	}
	file = filepath.Join(t.TempDir(), "paste.txt")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, fixtures.Path("mail", name, "dns.zone")
}

// head applies a change to the header alone.
func head(change func(string) string) func(string) string {
	return func(s string) string {
		h, body, _ := strings.Cut(s, "\r\n\r\n")
		return change(h) + "\r\n\r\n" + body
	}
}

var folds = regexp.MustCompile(`\r\n[ \t]+`)

// A signature over a repaired header counts where it verifies, is judged where relaxed canonicalisation makes the repair harmless, and is
// otherwise left open. It never fails because of what pasting did.
func TestRepairedSignatures(t *testing.T) {
	lostIndent := head(func(h string) string { return folds.ReplaceAllString(h, "\r\n") })
	for _, c := range []struct {
		name, mail    string
		change        func(string) string
		says, silence []string
	}{
		{"white space alone, and it verifies", "plain-good", lostIndent, []string{"dkim.repair-proven", "dkim.pass"}, []string{"dkim.header-changed", "dkim.body-changed"}},
		{"white space alone, and the subject was changed before", "plain-good", func(s string) string {
			return lostIndent(regexp.MustCompile(`\r\nSubject: `).ReplaceAllString(s, "\r\nSubject: [tag] "))
		}, []string{"dkim.repair-harmless"}, []string{"dkim.repair-proven"}},
		{"an address was taken out", "plain-good", head(func(h string) string {
			return regexp.MustCompile(`(?m)^From: .*<[^>]*>`).ReplaceAllString(h, "From: A <[email protected]>")
		}), []string{`"code": "repaired"`}, []string{"dkim.header-changed", "dkim.repair-harmless", "dkim.signature-bad"}},
		{"the body went through a reply", "plain-good", func(s string) string {
			return "> " + strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\r\n> "), "Hello", "Hallo")
		}, nil, []string{"dkim.body-changed"}},
	} {
		file, zone := pasted(t, c.mail, c.change)
		var out, errs bytes.Buffer
		run([]string{"analyze", "--format", "json", "--dns", zone, file}, strings.NewReader(""), &out, &errs)
		for _, s := range c.says {
			if !strings.Contains(out.String(), s) {
				t.Errorf("%s: no %s in\n%s%s", c.name, s, out.String(), errs.String())
			}
		}
		for _, s := range c.silence {
			if strings.Contains(out.String(), s) {
				t.Errorf("%s: says %s\n%s", c.name, s, out.String())
			}
		}
	}
}

// No output proposes a rule with the placeholder of an address in it.
func TestPlaceholderIsNoAddress(t *testing.T) {
	hide := head(func(h string) string {
		return regexp.MustCompile(`[\w.+-]+@[\w.-]+`).ReplaceAllString(h, "[email\u00a0protected]")
	})
	for _, name := range []string{"web-form-unlisted-server", "web-form-hosting-pool", "marketing-constant-contact-own-domain", "plain-good"} {
		file, zone := pasted(t, name, hide)
		for _, from := range []string{"", "forms@widget.com"} {
			args := []string{"suggest", "--format", "json", "--dns", zone, "--profile", fixtures.Path("mail", name, "profile.yaml"), file}
			if from != "" {
				args = append(args, "--from", from)
			}
			var out, errs bytes.Buffer
			run(args, strings.NewReader(""), &out, &errs)
			_, suggestions, ok := strings.Cut(out.String(), `"suggestions"`)
			if !ok {
				t.Errorf("%s: no suggestions: %s%s", name, out.String(), errs.String())
			}
			if strings.Contains(suggestions, "protected]") {
				t.Errorf("%s: the placeholder got into %s", name, suggestions)
			}
		}
	}
}

// Ctrl-C ends a run after the report under way, with what is done and status 3.
func TestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	var out, errs bytes.Buffer
	s := streams{strings.NewReader(""), stopper{&out, stop}, &errs}
	root := newRootCmd(s)
	file := fixtures.Path("mail", "plain-good", "message.eml")
	root.SetArgs([]string{"analyze", "--format", "json", "--dns", "offline", file, file, file})
	if status := s.status(root.ExecuteContextC(ctx)); status != exitCouldNot {
		t.Errorf("status %d", status)
	}
	if n := strings.Count(out.String(), `"schema": 1`); n != 1 || !strings.Contains(errs.String(), "stopped after 1") {
		t.Errorf("%d reports, %s", n, errs.String())
	}
}

// stopper stops the run with the first report.
type stopper struct {
	out  *bytes.Buffer
	stop func()
}

func (s stopper) Write(b []byte) (int, error) {
	s.stop()
	return s.out.Write(b)
}

// TestReadFileIsBounded: a file of one's own is read up to a bound, and one byte more is refused with its name.
func TestReadFileIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rules.yaml")
	for size, want := range map[int64]string{3: "", maxFile + 1: "rules.yaml: it is larger than 64 MB"} {
		if err := os.WriteFile(path, []byte("a: "), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		b, err := readFile(path)
		if want == "" && (err != nil || string(b) != "a: ") || want != "" && (err == nil || !strings.HasSuffix(err.Error(), want)) {
			t.Errorf("%d bytes: %d read, %v", size, len(b), err)
		}
	}
}

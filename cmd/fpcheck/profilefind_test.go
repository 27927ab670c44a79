package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is read from a file of the folder is beside its profile, as if the file had been named; a file from elsewhere, and a pipe, are not.
func TestProfileBesideStdin(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	dir, elsewhere := t.TempDir(), t.TempDir()
	const mail = "Received: from a.example (a.example [192.0.2.7]) by mx.widget.com; Tue, 3 Mar 2026 09:00:00 +0000\nFrom: a@example.net\n\nHi\n"
	for path, text := range map[string]string{filepath.Join(dir, "profile.yaml"): "domains: [widget.com]\n", filepath.Join(dir, "a.eml"): mail, filepath.Join(elsewhere, "a.eml"): mail} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	said := func(path string) string {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var out, errs bytes.Buffer
		run([]string{"--dns", "offline"}, f, &out, &errs)
		return errs.String()
	}
	if s := said("a.eml"); !strings.Contains(s, "profile.yaml was not used") {
		t.Errorf("a file of the folder: %q", s)
	}
	if s := said(filepath.Join(elsewhere, "a.eml")); s != "fpcheck: profile: profile.yaml\n" {
		t.Errorf("a file from elsewhere: %q", s)
	}
	var out, errs bytes.Buffer
	if run([]string{"--dns", "offline"}, strings.NewReader(mail), &out, &errs); errs.String() != "fpcheck: profile: profile.yaml\n" {
		t.Errorf("a pipe: %q", errs.String())
	}
}

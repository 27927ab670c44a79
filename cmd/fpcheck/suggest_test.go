package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fpcheck/fpcheck/fixtures"
)

// TestSuggestEveryCase prints the suggestions of every mail case for every filter in both formats: the JSON fits its schema, and the text
// holds nothing that a terminal acts on.
func TestSuggestEveryCase(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(filepath.Dir(fixtures.Path()), "docs", "schema", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := os.ReadDir(fixtures.Path("mail"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		dir := fixtures.Path("mail", c.Name())
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(suggestOutput(t, dir, "json")))
		if err != nil {
			t.Errorf("%s: %v", c.Name(), err)
			continue
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", c.Name(), err)
		}
		for _, r := range suggestOutput(t, dir, "text") {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("%s: the text holds %U", c.Name(), r)
			}
		}
	}
}

func suggestOutput(t *testing.T, dir, format string) string {
	t.Helper()
	var out, errs bytes.Buffer
	args := []string{"suggest", "--today", "2026-06-01", "--case", dir, "--for", "all", "--show-proof", "--format", format}
	if status := run(args, strings.NewReader(""), &out, &errs); status > exitProblem || errs.Len() > 0 {
		t.Errorf("%s: status %d\n%s", dir, status, errs.String())
	}
	return out.String()
}

// TestAppendSideBySide: runs that add to one rule file at the same time lose no rule.
func TestAppendSideBySide(t *testing.T) {
	dir, from := t.TempDir(), fixtures.Path("mail", "web-form-unlisted-server")
	t.Setenv("XDG_STATE_HOME", dir)
	raw, err := os.ReadFile(filepath.Join(from, "message.eml"))
	if err != nil {
		t.Fatal(err)
	}
	const runs = 8
	var wg sync.WaitGroup
	for i := range runs {
		path := filepath.Join(dir, fmt.Sprintf("%d.eml", i))
		if err := os.WriteFile(path, bytes.ReplaceAll(raw, []byte("forms@"), fmt.Appendf(nil, "forms%d@", i)), 0o600); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			var out, errs bytes.Buffer
			if status := run([]string{"suggest", path, "--dns", filepath.Join(from, "dns.zone"), "--profile", filepath.Join(from, "profile.yaml"), "--today", "2026-03-04",
				"--append", filepath.Join(dir, "rules.yaml")}, strings.NewReader(""), &out, &errs); status != 0 {
				t.Errorf("%s: status %d: %s", path, status, errs.String())
			}
		})
	}
	wg.Wait()
	text, err := os.ReadFile(filepath.Join(dir, "rules.yaml"))
	if n := bytes.Count(text, []byte("- name: ")); err != nil || n != runs {
		t.Errorf("%d rules of %d, %v\n%s", n, runs, err, text)
	}
}

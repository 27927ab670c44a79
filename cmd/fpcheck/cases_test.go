package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fpcheck/fpcheck/fixtures"
)

// TestEveryCase prints every mail case in both formats: the JSON fits its schema, and the text holds nothing that a terminal acts on.
func TestEveryCase(t *testing.T) {
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
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(analyzed(t, "--case", dir, "--format", "json")))
		if err != nil {
			t.Errorf("%s: %v", c.Name(), err)
			continue
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", c.Name(), err)
		}
		for _, name := range printedNames(v) {
			if err := runDocs(streams{out: io.Discard, err: io.Discard}, name); err != nil {
				t.Errorf("%s: %v", c.Name(), err)
			}
		}
		for _, r := range analyzed(t, "--case", dir, "--verbose") {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("%s: the text holds %U", c.Name(), r)
			}
		}
	}
}

// printedNames are the names of a report that `fpcheck docs` has to know: findings, checks, dialects, filters and their stages.
func printedNames(v any) []string {
	var out []string
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			out = append(out, printedNames(x)...)
		}
	case map[string]any:
		for key, x := range v {
			name, ok := x.(string)
			if ok && name != "" && slices.Contains([]string{"id", "check", "dialect", "filter", "stage"}, key) && (key != "id" || v["summary"] != nil) {
				out = append(out, name)
			} else {
				out = append(out, printedNames(x)...)
			}
		}
	}
	return out
}

// analyzed returns what analyze prints, and fails where it ends with another status than 0 or has anything to say.
func analyzed(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	args = append([]string{"analyze", "--today", "2026-06-01"}, args...)
	if status := run(args, strings.NewReader(""), &out, &errs); status != 0 || errs.Len() > 0 {
		t.Errorf("%s: status %d\n%s", strings.Join(args, " "), status, errs.String())
	}
	return out.String()
}

// TestSilentDNS asks a server that never answers: the run must end within 3 s and say what it could not look at.
func TestSilentDNS(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	start := time.Now()
	out := analyzed(t, "--resolver", silent.LocalAddr().String(), "--profile", fixtures.Path("mail", "web-form-unlisted-server", "profile.yaml"),
		fixtures.Path("mail", "web-form-unlisted-server", "message.eml"))
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %s", took)
	}
	if !strings.Contains(out, "Not looked at") || !strings.Contains(out, "spf") {
		t.Errorf("nothing is said of the silence:\n%s", out)
	}
}

// TestEveryRecording: what --record wrote gives the same report again, for every mail case that asks the DNS.
func TestEveryRecording(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	zones, err := filepath.Glob(fixtures.Path("mail", "*", "dns.zone"))
	if err != nil || len(zones) == 0 {
		t.Fatal("no cases", err)
	}
	replayed := 0
	for _, zone := range zones {
		dir, again := filepath.Dir(zone), filepath.Join(t.TempDir(), "dns.zone")
		args := []string{filepath.Join(dir, "message.eml"), "--verbose", "--profile", filepath.Join(dir, "profile.yaml")}
		if _, err := os.Stat(args[3]); err != nil {
			args = args[:2]
		}
		want := analyzed(t, append(args, "--dns", zone, "--record", again)...)
		if recorded, err := os.ReadFile(again); err != nil || !bytes.Contains(recorded, []byte("\n;! ")) {
			continue // it asked nothing
		}
		replayed++
		if got := analyzed(t, append(args, "--dns", again)...); got != want {
			t.Errorf("%s: the recording gives another report:\n%s", dir, cmp.Diff(want, got))
		}
	}
	if replayed < len(zones)*3/4 {
		t.Errorf("only %d of %d cases asked anything", replayed, len(zones))
	}
}

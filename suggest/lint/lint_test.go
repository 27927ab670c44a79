package lint

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/fixtures"
)

var today = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func read(t testing.TB, elem ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(fixtures.Path(append([]string{"rules", "lint"}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
}

// input reads rules with everything that lints may ask for.
func input(t testing.TB, name string, text []byte) Input {
	t.Helper()
	rs, err := rules.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.Parse("profile.yaml", read(t, "profile.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := resolve.Snapshot("dns.zone", bytes.NewReader(read(t, "dns.zone")))
	if err != nil {
		t.Fatal(err)
	}
	return Input{Rules: rs, Sources: map[string][]byte{name: text}, Profile: p, Today: today, Resolve: zone,
		Exists: func(_ *rules.Rule, path string) bool { return path == "mail/invoice.eml" },
		Hits:   map[string]int{"web-form": 3}, Messages: 100}
}

func names(ps []Problem) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Lint)
	}
	return out
}

// Every lint speaks about its err.yaml, is silent about its ok.yaml, and has a page that shows both.
func TestEveryLint(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range All() {
		if seen[l.Name] || l.Name == "" || l.Title == "" || l.Severity.Rank() == 0 {
			t.Errorf("%q: a name that is taken or missing, or no title or severity", l.Name)
		}
		seen[l.Name] = true
		page, ok := docs.Page("lint/" + l.Name)
		if !ok || !strings.HasPrefix(page, "# "+l.Name+": "+l.Title+"\n") {
			t.Errorf("%s: its page does not begin with `# %[1]s: %s`", l.Name, l.Title)
		}
		for _, side := range []string{"err", "ok"} {
			text := read(t, l.Name, side+".yaml")
			if !strings.Contains(strings.ReplaceAll(page, "\r\n", "\n"), "```yaml\n"+string(text)+"```\n") {
				t.Errorf("%s: its page does not show %s.yaml", l.Name, side)
			}
			got := names(Run(context.Background(), input(t, "rules.yaml", text), nil))
			if slices.Contains(got, l.Name) != (side == "err") {
				t.Errorf("%s: %s.yaml gives %v", l.Name, side, got)
			}
		}
	}
	dirs, err := os.ReadDir(fixtures.Path("rules", "lint"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if d.IsDir() && !seen[d.Name()] {
			t.Errorf("fixtures/rules/lint/%s belongs to no lint", d.Name())
		}
	}
}

// What a problem points at: the line of the condition, and the other rule.
func TestPlace(t *testing.T) {
	text := "rules:\n  - name: a\n    when:\n      sender: a@example.net\n      border-ip: 203.0.0.0/16\n    action: allow\n  - name: b\n    when: {sender: a@example.net, border-ip: 203.0.1.0/24}\n    action: allow\n"
	got := Run(context.Background(), input(t, "x.yaml", []byte(text)), []*Lint{wideNetwork, shadowed})
	want := []Place{{"a", "x.yaml", 5}, {"b", "x.yaml", 7}}
	var places []Place
	for _, p := range got {
		places = append(places, p.Place)
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Place{{"a", "x.yaml", 2}}, got[1].Related); diff != "" {
		t.Error(diff)
	}
}

// A comment silences one lint of one rule, or of the file; one in quotes, or of another rule, silences nothing.
func TestIgnore(t *testing.T) {
	const body = "    when: {sender: a@example.net}\n    action: allow\n"
	tests := []struct {
		text string
		want []string
	}{
		{"rules:\n  - name: a\n" + body, []string{"from-only"}},
		{"rules:\n  - name: a # fpcheck: ignore from-only because it is a test\n" + body, nil},
		{"rules:\n  # fpcheck: ignore from-only because it is a test\n  - name: a\n" + body, nil},
		{"rules:\n  - name: a\n    reason: \"# fpcheck: ignore from-only because it is a test\"\n" + body, []string{"from-only"}},
		{"# fpcheck: ignore from-only because it is a test\nrules:\n  - name: a\n" + body + "  - name: b\n" + body, nil},
		{"rules:\n  - name: a\n" + body + "  # fpcheck: ignore from-only because it is b's\n  - name: b\n" + body, []string{"from-only"}},
		{"rules:\n  - name: a # fpcheck: ignore from-only\n" + body, []string{"ignore-without-reason", "from-only"}},
		{"rules:\n  - name: a # fpcheck: ignore wide-network because of that\n" + body, []string{"from-only"}},
	}
	for _, tt := range tests {
		got := names(Run(context.Background(), input(t, "x.yaml", []byte(tt.text)), []*Lint{fromOnly, ignoreWithoutReason, ignoreUnused}))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s\n%s", tt.text, diff)
		}
	}
}

// manyRules writes n rules as teams have them: senders with hosts, networks, text, and some that relate to others.
func manyRules(n int) []byte {
	var b bytes.Buffer
	b.WriteString("rules:\n")
	for i := range n {
		when := [...]string{
			fmt.Sprintf("{sender: a%d@example%d.net, border-host: mail.example%[2]d.net}", i, i%997),
			fmt.Sprintf("{sender: \"@d%d.example.org\", border-ip: 203.0.%d.0/28}", i, i%256),
			fmt.Sprintf("{border-ip: 198.%d.%d.%d}", 51+i%100, i/256%256, i%256),
			fmt.Sprintf("{sender: b@example.net, dkim: s%d.example.net}", i),
			fmt.Sprintf("{header: {name: X-Form-Token, contains: token-%d-of-a-form}}", i),
		}[i%5]
		fmt.Fprintf(&b, "  - name: rule-%d\n    direction: inbound\n    when: %s\n    action: allow\n    ticket: \"%d\"\n    reason: mail of customer %[1]d\n    expires: 2027-05-25\n", i, when, 1000+i)
	}
	return b.Bytes()
}

func BenchmarkParseAndLint10000(b *testing.B) {
	text := manyRules(10000)
	b.ReportAllocs()
	for b.Loop() {
		rs, err := rules.Parse("rules.yaml", text)
		if err != nil {
			b.Fatal(err)
		}
		Run(context.Background(), Input{Rules: rs, Sources: map[string][]byte{"rules.yaml": text}, Today: today}, nil)
	}
}

func BenchmarkLint10000(b *testing.B) {
	text := manyRules(10000)
	rs, err := rules.Parse("rules.yaml", text)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		Run(context.Background(), Input{Rules: rs, Sources: map[string][]byte{"rules.yaml": text}, Today: today}, nil)
	}
}

// No rule file makes a lint panic, and every problem points into the file.
func FuzzRun(f *testing.F) {
	f.Add([]byte("# fpcheck: ignore x because y\nrules:\n  - name: a # fpcheck: ignore\n    when: {sender: '@com', header: {matches: '^(a|a)*$'}, border-ip: 10.0.0.0/8}\n    unless: {dkim: none}\n    action: allow\n"))
	f.Add(manyRules(20))
	f.Fuzz(func(t *testing.T, data []byte) {
		rs, _ := rules.Parse("r", data)
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, p := range Run(context.Background(), Input{Rules: rs, Sources: map[string][]byte{"r": data}, Profile: &profile.Profile{Domains: []string{"widget.com"}}, Today: today}, nil) {
			if p.Line < 1 || p.Line > lines || p.Text == "" {
				t.Fatalf("%+v of %d lines", p, lines)
			}
		}
	})
}

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/fixtures"
	"github.com/fpcheck/fpcheck/suggest/lint"
	"github.com/fpcheck/fpcheck/suggest/trial"
)

// Every template is a rule file in which lint finds nothing worse than its dates.
func TestRuleTemplates(t *testing.T) {
	for _, x := range templates {
		rs, err := rules.Parse(x.name, []byte(x.text))
		if err != nil || len(rs) != 1 || rs[0].Name != x.name {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		today := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, p := range lint.Run(context.Background(), lint.Input{Rules: rs, Sources: map[string][]byte{x.name: []byte(x.text)}, Today: today}, nil) {
			if p.Severity != lint.Note {
				t.Errorf("%s: %s: %s", x.name, p.Lint, p.Text)
			}
		}
	}
}

// Every name that the commands on rules print has a page.
func TestRulePages(t *testing.T) {
	for name, title := range ruleTitles {
		page, ok := docs.Page("lint/" + name)
		if !ok || !strings.HasPrefix(page, "# "+name+": "+title+"\n") {
			t.Errorf("%s: its page does not begin with `# %[1]s: %s`", name, title)
		}
	}
}

// What the guides say to type is understood: commands and flags are there.
func TestRuleGuides(t *testing.T) {
	for _, name := range []string{"rules-ci", "rules-life"} {
		page, _ := docs.Page("guide/" + name)
		n := 0
		for _, part := range strings.Split(page, "fpcheck rules ")[1:] {
			line := strings.FieldsFunc(part, func(c rune) bool { return c == '\n' || c == '`' || c == '|' || c == '>' || c == '<' })
			words := strings.Fields(line[0])
			cmd, _, err := newRulesCmd(streams{out: io.Discard, err: io.Discard}).Find(words[:1])
			if err != nil || cmd.Name() != words[0] {
				continue // prose
			}
			n++
			for _, w := range words[1:] {
				if flag, ok := strings.CutPrefix(w, "--"); ok && cmd.Flags().Lookup(strings.Trim(flag, ".,;")) == nil {
					t.Errorf("%s: rules %s has no --%s", name, words[0], flag)
				}
			}
		}
		if n < 5 {
			t.Errorf("%s: %d commands found", name, n)
		}
	}
}

// BenchmarkReplay counts what a rule does to messages of 20 KB; compare with analyze's benchmark.
func BenchmarkReplay(b *testing.B) {
	raw, err := os.ReadFile(fixtures.Path("mail", "web-form-unlisted-server", "message.eml"))
	if err != nil {
		b.Fatal(err)
	}
	raw = append(raw, bytes.Repeat([]byte("Lorem ipsum dolor sit amet, consectetur adipiscing elit.\r\n"), (20_000-len(raw))/58)...)
	dir := b.TempDir()
	const n = 200
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, string(rune('a'+i%26))+strings.Repeat("x", i/26)+".eml"), raw, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	o := &rulesOptions{loading: loading{streams: streams{out: io.Discard, err: io.Discard}, today: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		profile: fixtures.Path("mail", "web-form-unlisted-server", "profile.yaml")}}
	if err := o.start(); err != nil {
		b.Fatal(err)
	}
	rs, err := rules.Parse("r", []byte("rules:\n  - {name: r, when: {sender: forms@widget.com}, action: allow}\n"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(n * len(raw)))
	var t *trial.Tally
	for b.Loop() {
		if t, err = o.replay(context.Background(), rs, []string{dir}); err != nil || t.Messages != n || t.Rules[0].Matched != n {
			b.Fatalf("%v: %+v", err, t)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "msgs/s")
}

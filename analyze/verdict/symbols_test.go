package verdict

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/fixtures"
)

// causeNames are the root causes that exist: what explain ships, as it stands in its source, since parents import no children.
func causeNames(t *testing.T) map[string]bool {
	files, _ := filepath.Glob(filepath.Join(fixtures.Path(), "..", "explain", "causes", "*.go"))
	name := regexp.MustCompile(`Name:\s*"([a-z-]+)"`)
	out := map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range name.FindAllStringSubmatch(string(b), -1) {
			out[m[1]] = true
		}
	}
	if len(out) < 30 {
		t.Fatalf("%d causes found", len(out))
	}
	return out
}

func TestDictionaries(t *testing.T) {
	causes := causeNames(t)
	for filter, least := range map[string]int{"spamassassin": 200, "rspamd": 120, "barracuda": 200} {
		table := Symbols(filter)
		if len(table) < least {
			t.Errorf("%s: %d symbols, want %d", filter, len(table), least)
		}
		for name, s := range table {
			checkSymbol(t, name, s, causes)
		}
	}
	if Symbols("other") != nil {
		t.Error("a dictionary of no filter")
	}
}

func checkSymbol(t *testing.T, name string, s Symbol, causes map[string]bool) {
	switch {
	case !symbolName(name):
		t.Errorf("%q is no name of a rule", name)
	case s.Text == "" || len(s.Text) > 140 || strings.HasSuffix(s.Text, "."):
		t.Errorf("%s: text %q", name, s.Text)
	case s.Cause != "" && !causes[s.Cause]:
		t.Errorf("%s points to %q, which is no cause", name, s.Cause)
	case s.Blind != (s.Cause == "blocklist-blind"):
		t.Errorf("%s: blind %v, cause %q", name, s.Blind, s.Cause)
	}
	if strings.HasSuffix(name, "_BLOCKED") && !s.Blind {
		t.Errorf("%s should be blind", name)
	}
}

// TestNoSymbolStandsTwice: the later row would win silently.
func TestNoSymbolStandsTwice(t *testing.T) {
	for filter, lists := range map[string][][]entry{"spamassassin": {saAuth, saLists, saPath, saHeaders, saBody, saBayes}, "rspamd": {rsAuth, rsLists, rsPath, rsHeaders, rsBody}} {
		seen := map[string]bool{}
		for _, l := range lists {
			for _, e := range l {
				if seen[e.name] {
					t.Errorf("%s: %s stands twice", filter, e.name)
				}
				seen[e.name] = true
			}
		}
	}
}

// TestReasonsPointToCauses: every cause that a fixture shows exists.
func TestReasonsPointToCauses(t *testing.T) {
	causes := causeNames(t)
	everySample(t, func(t *testing.T, s sample, fields string) {
		m, tr := above(fields)
		for _, v := range Decode(m, tr) {
			for _, r := range v.Reasons {
				if r.Cause != "" && !causes[r.Cause] {
					t.Errorf("%s: %s points to %q, which is no cause", s.name(), r.Code, r.Cause)
				}
			}
		}
	})
}

// TestEveryDecoderHasAPage and says what was read.
func TestEveryDecoderHasAPage(t *testing.T) {
	known := map[string]bool{}
	for _, d := range Decoders {
		known["filters/"+d.Name] = true
		page, ok := docs.Page("filters/" + d.Name)
		if !ok || !strings.HasPrefix(page, "# "+d.Name+": ") {
			t.Errorf("docs/filters/%s.md is missing or does not begin with its name", d.Name)
		}
		if d.Title == "" || d.Source == "" || d.Read == "" || len(d.Fields) == 0 {
			t.Errorf("%s: title, source, date or fields are missing", d.Name)
		}
		for _, f := range d.Fields {
			if !strings.Contains(page, strings.TrimSuffix(f, "*")) {
				t.Errorf("docs/filters/%s.md does not tell of %s", d.Name, f)
			}
		}
	}
	for _, n := range docs.Names() {
		if strings.HasPrefix(n, "filters/") && !known[n] {
			t.Errorf("docs/%s.md is of no decoder", n)
		}
	}
}

// TestDeobfuscate: readable where it is of the kind, refused where it is not.
func TestDeobfuscate(t *testing.T) {
	if got, ok := Deobfuscate("gggruggvucftvghtrhho"); !ok || got != "Vade Retro" {
		t.Errorf("%q %v", got, ok)
	}
	for _, s := range []string{"", "g", "not of this kind", "\x00\x00"} {
		if got, ok := Deobfuscate(s); ok {
			t.Errorf("%q became %q", s, got)
		}
	}
}

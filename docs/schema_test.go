package docs

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, ok := Schema(name)
	if !ok {
		t.Fatalf("no schema %s", name)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	b, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

// The examples of the pages are valid by their schemas.
func TestExamples(t *testing.T) {
	for _, name := range []string{"profile", "rules"} {
		page, _ := Page("guide/" + name)
		_, rest, _ := strings.Cut(page, "```yaml\n")
		example, _, ok := strings.Cut(rest, "```")
		if !ok {
			t.Fatalf("%s: no example", name)
		}
		if err := validate(t, schema(t, name), []byte(example)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The page on JSON tells of every member of the report, and of every other schema.
func TestJSONPage(t *testing.T) {
	page, _ := Page("guide/json")
	text, _ := Schema("report")
	var report struct{ Properties map[string]any }
	if err := json.Unmarshal(text, &report); err != nil || len(report.Properties) < 20 {
		t.Fatalf("%d members: %v", len(report.Properties), err)
	}
	for name := range report.Properties {
		if !strings.Contains(page, "| `"+name+"`") && !strings.Contains(page, ", `"+name+"`") {
			t.Errorf("docs/guide/json.md does not tell of %s", name)
		}
	}
	kinds := regexp.MustCompile(`"kind": \{"enum": \[("fix-at-source".*?)\]`).FindSubmatch(text)
	if kinds == nil {
		t.Fatal("no kinds of suggestions")
	}
	for kind := range strings.SplitSeq(string(kinds[1]), ", ") {
		if page, ok := Telling(strings.Trim(kind, `"`)); !ok || page != "guide/suggest" {
			t.Errorf("docs/guide/suggest.md does not tell of %s", kind)
		}
	}
	for _, name := range Schemas() {
		if name != "profile" && name != "rules" && !strings.Contains(page, "schema/"+name+"`") {
			t.Errorf("docs/guide/json.md does not tell of schema/%s", name)
		}
	}
}

// What the parser takes or refuses in fixtures/rules, the schema does, too; names that stand twice and bad patterns are the
// parser's alone.
func TestRuleFixtures(t *testing.T) {
	s := schema(t, "rules")
	parserOnly := map[string]bool{"same-name.yaml": true, "syntax.yaml": true, "alias.yaml": true}
	for kind, valid := range map[string]bool{"ok": true, "err": false} {
		files, _ := filepath.Glob(filepath.Join("..", "fixtures", "rules", kind, "*.yaml"))
		for _, f := range files {
			if parserOnly[filepath.Base(f)] {
				continue
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if err := validate(t, s, text); (err == nil) != valid {
				t.Errorf("%s: %v", f, err)
			}
		}
	}
}

package render

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/suggest/lint"
	"github.com/fpcheck/fpcheck/suggest/trial"
)

// odd is a report in which every text tries to break out of its format.
func odd() RuleReport {
	at := lint.Place{Rule: "we\x1b[31mb\nform\"<>&,:%", File: "ru les/a%b:c,d.yaml", Line: 7}
	file := lint.Place{File: "other.yaml"}
	return RuleReport{
		Problems: []lint.Problem{
			{Lint: "from-only", Severity: lint.Error, Place: at, Text: "text\n::error::x %0A ]]> \u202e", Instead: "do\r\nthis", Related: []lint.Place{file}},
			{Lint: "no-ticket", Severity: lint.Note, Place: file, Text: "none"},
			{Lint: "from-only", Severity: lint.Warning, Place: at, Text: "again"},
		},
		Cases:   []RuleCase{{Place: at, Name: "match \x00", Failed: []string{"why ]]> \x1b", "and"}}, {Place: at, Name: "good"}, {Place: file, Name: "other"}},
		Summary: "two\nlines", Version: "v1.2.3",
	}
}

func printed(t *testing.T, format string, r RuleReport) string {
	t.Helper()
	var b bytes.Buffer
	if err := RuleReportPrinters[format](&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func fits(t *testing.T, schema string, v any) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(v); err != nil {
		t.Error(err)
	}
}

// The log is valid for what fpcheck writes of SARIF 2.1.0, with problems and without.
func TestSARIF(t *testing.T) {
	for _, r := range []RuleReport{odd(), {}} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(printed(t, "sarif", r)))
		if err != nil {
			t.Fatal(err)
		}
		fits(t, filepath.Join("testdata", "schema", "sarif.json"), v)
		for i, x := range v.(map[string]any)["runs"].([]any)[0].(map[string]any)["results"].([]any) {
			if x.(map[string]any)["ruleId"] != r.Problems[i].Lint {
				t.Errorf("result %d is %v", i, x)
			}
		}
	}
}

// element turns XML into what the schema describes.
func element(d *xml.Decoder, start xml.StartElement) (map[string]any, error) {
	out := map[string]any{}
	for _, a := range start.Attr {
		out["@"+a.Name.Local] = a.Value
	}
	for {
		tok, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			child, err := element(d, tok)
			if err != nil {
				return nil, err
			}
			list, _ := out[tok.Name.Local].([]any)
			out[tok.Name.Local] = append(list, child)
		case xml.CharData:
			if s := strings.TrimSpace(string(tok)); s != "" {
				out["#text"] = s
			}
		case xml.EndElement:
			return out, nil
		}
	}
}

func TestJUnit(t *testing.T) {
	for _, r := range []RuleReport{odd(), {}} {
		d := xml.NewDecoder(strings.NewReader(printed(t, "junit", r)))
		root := map[string]any{}
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if start, ok := tok.(xml.StartElement); ok {
				e, err := element(d, start)
				if err != nil {
					t.Fatal(err)
				}
				root[start.Name.Local] = []any{e}
			}
		}
		fits(t, filepath.Join("testdata", "schema", "junit.json"), any(root))
		if all := root["testsuites"].([]any)[0].(map[string]any); len(r.Cases) > 0 && (all["@tests"] != "3" || all["@failures"] != "1") {
			t.Errorf("%v tests, %v failures", all["@tests"], all["@failures"])
		}
	}
}

// annotation is a workflow command as the runner reads it.
var annotation = regexp.MustCompile(`^::(error|warning|notice) file=[^,:]+,line=[1-9][0-9]*,title=[^,:]+::.+$`)

func TestGitHub(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(printed(t, "github", odd()), "\n"), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	for _, l := range lines[:3] {
		if !annotation.MatchString(l) || strings.Contains(strings.SplitN(l, "::", 3)[2], "%0A ") {
			t.Errorf("%q is no annotation", l)
		}
	}
}

// Text and JSON hold nothing that a terminal acts on, and the JSON fits its schema.
func TestRuleReportText(t *testing.T) {
	for _, format := range []string{"text", "json", "github", "junit"} {
		if s := printed(t, format, odd()); strings.ContainsAny(s, "\x1b\x00\u202e\r") {
			t.Errorf("%s: %q", format, s)
		}
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(printed(t, "json", odd())))
	if err != nil {
		t.Fatal(err)
	}
	fits(t, filepath.Join("..", "..", "docs", "schema", "rule-report.json"), v)
}

// The templates of the guide, and the hook that the repository defines, are what their systems read.
func TestTemplates(t *testing.T) {
	page, _ := docs.Page("guide/rules-ci")
	for mark, schema := range map[string]string{"# .github/workflows/rules.yml": "github-workflow", "# .gitlab-ci.yml": "gitlab-ci", "# .pre-commit-config.yaml": "pre-commit"} {
		_, rest, ok := strings.Cut(strings.ReplaceAll(page, "\r\n", "\n"), "```yaml\n"+mark+"\n")
		text, _, _ := strings.Cut(rest, "```")
		if !ok {
			t.Errorf("the guide has no %s", mark)
			continue
		}
		fits(t, filepath.Join("testdata", "schema", schema+".json"), fromYAML(t, []byte(text)))
	}
	hooks, err := os.ReadFile(filepath.Join("..", "..", ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	fits(t, filepath.Join("testdata", "schema", "pre-commit.json"), fromYAML(t, hooks))
	if !strings.Contains(page, "id: fpcheck-rules") || !strings.Contains(string(hooks), "id: fpcheck-rules") {
		t.Error("the guide names another hook than the repository defines")
	}
}

// The objects of replay, compare and list fit their schemas, with texts that are not UTF-8 too.
func TestRuleObjects(t *testing.T) {
	r := rules.Rule{Name: "web\xffform", File: "rules.yaml", Line: 2, Action: rules.Allow, Expires: time.Date(2027, 5, 25, 0, 0, 0, 0, time.UTC), Ticket: "4711"}
	tally := &trial.Tally{Messages: 3, Rules: []trial.Radius{{Rule: &r, Matched: 2, LetIn: 1, Examples: []trial.Example{{Name: "a\xff.eml", Score: 5.25, Before: "quarantine", After: "deliver", Spam: "phishing"}}}}}
	compared := &trial.Comparison{Messages: 3, Allowed: 1, Changes: []trial.Change{{Name: "a|b`\x1b.eml", Before: "reject", After: "deliver", NewRule: "x", Spam: "y"}}}
	same := func(s string) string { return s }
	for schema, print := range map[string]func(io.Writer) error{
		"rule-replay":  func(w io.Writer) error { return ReplayJSON(w, tally, Options{}) },
		"rule-compare": func(w io.Writer) error { return CompareJSON(w, compared, Options{}) },
		"rule-list":    func(w io.Writer) error { return RuleListJSON(w, []rules.Rule{r}, time.Time{}, same, Options{}) },
	} {
		var b strings.Builder
		if err := print(&b); err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		fits(t, filepath.Join("..", "..", "docs", "schema", schema+".json"), v)
	}
	var b strings.Builder
	if err := Compare(&b, compared, Options{}); err != nil || strings.ContainsAny(b.String(), "`\x1b") || !strings.Contains(b.String(), `a\|b`) {
		t.Errorf("%v: %q", err, b.String())
	}
}

func fromYAML(t *testing.T, text []byte) any {
	t.Helper()
	b, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

package render

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/fixtures"
)

// strictSchema is docs/schema/report.json, but refuses members that the schema does not name: each must be described.
func strictSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(fixtures.Path(), "..", "docs", "schema", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	forbidOthers(doc)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func forbidOthers(node any) {
	switch node := node.(type) {
	case map[string]any:
		if _, ok := node["properties"].(map[string]any); ok {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			forbidOthers(child)
		}
	case []any:
		for _, child := range node {
			forbidOthers(child)
		}
	}
}

func validate(t *testing.T, schema *jsonschema.Schema, output string) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(output))
	if err != nil {
		t.Fatalf("not JSON: %v\n%s", err, output)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

func asJSON(t *testing.T, r *analyze.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := JSON(&b, r, Options{Version: "v0.0.0"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestJSONSchema(t *testing.T) {
	schema := strictSchema(t)
	r := handMade(t)
	r.Outcomes[len(r.Outcomes)-1].Reason = "bug in check broken: oops"
	got := asJSON(t, r)
	validate(t, schema, got)
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(got), "", "  "); err != nil {
		t.Fatal(err)
	}
	golden(t, "web-form.json", pretty.String())

	// Nothing is known: still a whole object.
	empty := analyze.Run(t.Context(), &analyze.Input{Name: "-", Message: eml.Parse([]byte("x")), DNSMode: "offline", Profile: &profile.Profile{}, Trace: &trace.Trace{Border: -1, Why: "no Received line"}}, nil)
	empty.Decision.Action = "deliver"
	got = asJSON(t, empty)
	validate(t, schema, got)
	if !strings.Contains(got, `"border": null`) || !strings.Contains(got, `{"check": "border", "code": "no-border", "reason": "no Received line"}`) {
		t.Errorf("an unknown border must be null and explained:\n%s", got)
	}
}

// TestJSONSchemaRefuses makes sure that the schema and its check can say no.
func TestJSONSchemaRefuses(t *testing.T) {
	schema := strictSchema(t)
	good := asJSON(t, handMade(t))
	for from, to := range map[string]string{
		`"schema": 1`:            `"schema": 2`,
		`"side": "ours"`:         `"side": "mine"`,
		`"dns_mode": "snapshot"`: `"dns_mode": "guess"`,
		`"header_only": false`:   `"headers": false`,
		`"hop": 1`:               `"hop": 0`,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(good, from, to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(v) == nil {
			t.Errorf("%s instead of %s is accepted", to, from)
		}
	}
}

func TestJSONText(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"plain \"quoted\" \\ text", `{"k": "plain \"quoted\" \\ text"}`},
		{"\x1b[31m\u009b\u202e\u2028\x7f\r\n", `{"k": "\u001b[31m\u009b\u202e\u2028\u007f\u000d\n"}`},
		{"日本 é", `{"k": "日本 é"}`},
		{"\U000e0041", `{"k": "\udb40\udc41"}`},
		{"caf\xe9", `{"k_base64": "Y2Fm6Q=="}`},
	} {
		var o object
		o.text("k", tc.in)
		var b strings.Builder
		o.write(&b)
		if b.String() != tc.want {
			t.Errorf("%q: %s, want %s", tc.in, b.String(), tc.want)
		}
	}
}

// FuzzJSONText reads back what was written.
func FuzzJSONText(f *testing.F) {
	f.Add("\x1b[31m \u202e \"\\ \U000e0041")
	f.Fuzz(func(t *testing.T, s string) {
		var o object
		o.text("k", s)
		var b strings.Builder
		o.write(&b)
		var got struct {
			K       string `json:"k"`
			KBase64 []byte `json:"k_base64"`
		}
		if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
			t.Fatalf("%q: %v", b.String(), err)
		}
		if got.K+string(got.KBase64) != s {
			t.Fatalf("%q came back as %q", s, got.K+string(got.KBase64))
		}
		for _, r := range b.String() {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
				t.Fatalf("%q lets %U through", s, r)
			}
		}
	})
}

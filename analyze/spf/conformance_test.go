package spf

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/fixtures"
)

type suite struct {
	Description string
	Tests       map[string]suiteTest
	ZoneData    map[string][]any
}

type suiteTest struct {
	Spec        any
	Helo        string
	Host        string
	MailFrom    string
	Result      any
	Explanation string
}

// TestConformanceSPF runs the suite of openspf.org for RFC 7208 through Check, verdicts and explanations both.
func TestConformanceSPF(t *testing.T) {
	passed, differs := runSuite(t, "rfc7208-tests.yml")
	t.Logf("%d of 203 passed; the library alone says otherwise in %d: %v", passed, len(differs), differs)
	if passed != 203 {
		t.Errorf("%d tests passed, want 203", passed)
	}
}

// runSuite returns how many tests passed and in which our own evaluation overrules the library.
func runSuite(t *testing.T, file string) (passed int, differs []string) {
	text, err := os.ReadFile(filepath.Join(fixtures.Suite(t, "spf-openspf"), file))
	if err != nil {
		t.Fatal(err)
	}
	for doc := range strings.SplitSeq(string(text), "\n---\n") {
		var s suite
		if err := yaml.Unmarshal([]byte(doc), &s); err != nil {
			t.Fatal(err)
		}
		if s.Tests == nil {
			continue
		}
		r := suiteResolver(t, s.ZoneData)
		for name, test := range s.Tests {
			got := Check(t.Context(), r, Request{IP: netip.MustParseAddr(test.Host), Helo: test.Helo, MailFrom: test.MailFrom})
			if got.Differs != "" {
				differs = append(differs, name+" ("+got.Differs+")")
			}
			want := strings.Fields(strings.Trim(fmt.Sprint(test.Result), "[]"))
			switch {
			case !slices.Contains(want, string(got.Verdict)):
				t.Errorf("%s: %s: %s (library: %s), want %v\n%s", s.Description, name, got.Verdict, got.Library, want, got.Reason)
				continue
			case got.Verdict == Fail && test.Explanation != "" && test.Explanation != "DEFAULT" && !strings.EqualFold(got.Explanation, test.Explanation):
				t.Errorf("%s: %s: explanation %q, want %q", s.Description, name, got.Explanation, test.Explanation)
				continue
			}
			passed++
		}
	}
	slices.Sort(differs)
	return passed, differs
}

// suiteResolver turns the suite's zonedata into a snapshot. SPF records stand for TXT where there is no TXT, as the suite's
// header says; a TIMEOUT holds for every type that is not written before it.
func suiteResolver(t *testing.T, zones map[string][]any) resolve.Resolver {
	var out strings.Builder
	out.WriteString(";! zone .\n")
	for name, records := range zones {
		suiteName(&out, strings.ToLower(strings.TrimSuffix(name, "."))+".", records)
	}
	r, err := resolve.Snapshot("suite", strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func suiteName(out *strings.Builder, name string, records []any) {
	name = strings.ReplaceAll(name, " ", `\032`)
	var txt, spf []string
	seen := map[string]bool{}
	silent := false
	for _, rec := range records {
		m, ok := rec.(map[string]any)
		if !ok {
			silent = silent || fmt.Sprint(rec) == "TIMEOUT"
			continue
		}
		for typ, v := range m {
			seen[typ] = true
			switch typ {
			case "TIMEOUT", "SERVFAIL":
				silent = true
			case "TXT":
				if fmt.Sprint(v) != "NONE" {
					txt = append(txt, characterStrings(v))
				}
			case "SPF":
				spf = append(spf, characterStrings(v))
			case "MX":
				mx := v.([]any)
				fmt.Fprintf(out, "%s IN MX %v %s.\n", name, mx[0], mx[1])
			case "A", "AAAA":
				for _, a := range asList(v) {
					fmt.Fprintf(out, "%s IN %s %v\n", name, typ, a)
				}
			case "PTR", "CNAME":
				for _, a := range asList(v) {
					fmt.Fprintf(out, "%s IN %s %s.\n", name, typ, strings.TrimSuffix(fmt.Sprint(a), "."))
				}
			}
		}
	}
	if !seen["TXT"] {
		txt = spf
	}
	for _, s := range txt {
		fmt.Fprintf(out, "%s IN TXT %s\n", name, s)
	}
	for _, typ := range []string{"A", "AAAA", "MX", "TXT", "PTR"} {
		if silent && (!seen[typ] || typ == "TXT" && len(txt) == 0) {
			fmt.Fprintf(out, ";! %s %s TIMEOUT\n", name, typ)
		}
	}
}

func asList(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// characterStrings writes the strings of one TXT record for a master file.
func characterStrings(v any) string {
	var out strings.Builder
	for _, s := range asList(v) {
		text := fmt.Sprint(s)
		for first := true; first || text != ""; first = false {
			n := min(len(text), 255)
			out.WriteString(` "`)
			for _, c := range []byte(text[:n]) {
				if c < ' ' || c > '~' || c == '"' || c == '\\' {
					fmt.Fprintf(&out, `\%03d`, c)
				} else {
					out.WriteByte(c)
				}
			}
			out.WriteString(`"`)
			text = text[n:]
		}
	}
	return out.String()
}

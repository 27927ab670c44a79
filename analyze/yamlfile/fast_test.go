package yamlfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/fixtures"
)

// dump writes a value with its lines, as readers of files see it.
func dump(b *strings.Builder, v Value) {
	switch {
	case v.IsNull():
		b.WriteString("null")
	case v.IsMap():
		b.WriteString("{")
		for _, e := range v.Entries(nil) {
			fmt.Fprintf(b, "%d %s: ", e.Line, e.Key)
			dump(b, e.Value)
			b.WriteString("; ")
		}
		b.WriteString("}")
	case len(v.Items()) == 1 && v.Items()[0] == v:
		s, ok := v.Text()
		fmt.Fprintf(b, "%d %q %t", v.Line(), s, ok)
	default:
		fmt.Fprintf(b, "%d [", v.Line())
		for _, item := range v.Items() {
			dump(b, item)
			b.WriteString(", ")
		}
		b.WriteString("]")
	}
}

// both reads text in the plain way and by the library. ok: the plain way took it.
func both(text string) (quick, library string, problems error, ok bool) {
	node, ok := plain(text)
	if !ok {
		return "", "", nil, false
	}
	var a, b strings.Builder
	d := &Doc{lines: strings.Split(text, "\n")}
	dump(&a, Value{doc: d, node: node})
	e := &Doc{lines: d.lines}
	dump(&b, Value{doc: e, node: e.parse(text)})
	if len(e.problems) > 0 && len(d.problems) == 0 {
		problems = e.problems
	}
	return a.String(), b.String(), problems, true
}

// The plain way reads our rule files, and as the library does.
func TestPlain(t *testing.T) {
	files, err := filepath.Glob(fixtures.Path("rules", "lint", "*", "*.yaml"))
	if err != nil || len(files) < 80 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	taken := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		quick, library, problems, ok := both(strings.ReplaceAll(string(text), "\r\n", "\n"))
		if !ok {
			continue
		}
		taken++
		if diff := cmp.Diff(library, quick); diff != "" || problems != nil {
			t.Errorf("%s: %v\n%s", f, problems, diff)
		}
	}
	if taken < len(files)*9/10 {
		t.Errorf("%d of %d files were read in the plain way", taken, len(files))
	}
}

// What the plain way does not read it leaves to the library.
func TestPlainRefuses(t *testing.T) {
	for _, text := range []string{"a: &x b", "a: *x", "a: |\n  b", "a: b\n  c", "a: \"b\\n\"", "a: 'it''s'", "a: b: c", "? a", "a:", "a: {b: c", "a: [b,]", "a: [b\n  c]", "---\na: b", "a: @b", "\ta: b",
		"a: b\nc", "a: ~", "a: null", "a: \u0085b", "a: b # \r", "- a\nb: c", "a: [b]]", "a: \"b\" c"} {
		if _, ok := plain(text); ok {
			t.Errorf("%q was read", text)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"rules:\n  - name: a # x\n    when: {sender: \"@a.b\", border-ip: [1.2.3.4/8, 5.6.7.8]}\n    b:\n    - c\n    - d: e\n      f: 'g'\n", "- - a\n  - b\n- c: d\n", "a: \u00e9 # \u00fc\nb: [\u00e9]\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quick, library, problems, ok := both(text)
		if ok && (problems != nil || quick != library) {
			t.Fatalf("%q: %v\nquick   %s\nlibrary %s", text, problems, quick, library)
		}
	})
}

package yamlfile

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNearest(t *testing.T) {
	known := []string{"domains", "sending-servers", "border", "rules"}
	for got, want := range map[string]string{"domian": "domains", "Sending_Servers": "sending-servers", "boarder": "border", "rule": "rules", "colour": "", "x": ""} {
		if n := Nearest(got, known); n != want {
			t.Errorf("%q: %q, want %q", got, n, want)
		}
	}
}

// Files that only nest must not reach the parser, which recurses; brackets in quotes and in words nest nothing.
func TestDepth(t *testing.T) {
	for text, bad := range map[string]bool{
		"a: " + strings.Repeat("[", 100000):                         true,
		"a: " + strings.Repeat("{b: ", 1000):                        true,
		strings.Repeat("- ", 5000) + "x":                            true,
		strings.Repeat("a: 'from HOST ([['\nb: from HOST ([\n", 40): false,
	} {
		d, _ := Parse("f.yaml", []byte(text))
		if (d.Err() != nil) != bad {
			t.Errorf("%.20q: %v", text, d.Err())
		}
	}
	if d, _ := Parse("f.yaml", make([]byte, MaxBytes+1)); d.Err() == nil {
		t.Error("a file without bounds")
	}
	if d, _ := Parse("f.yaml", []byte("a: b\n---\nc: d\n")); d.Err() == nil || !strings.Contains(d.Err().Error(), "f.yaml:3: a second document") {
		t.Errorf("two documents: %v", d.Err())
	}
}

// The number of problems is bounded; the count of them is not.
func TestManyProblems(t *testing.T) {
	d, v := Parse("f.yaml", []byte("a: b\n"))
	for range 1000 {
		v.Problemf("wrong")
	}
	if d.Count() != 1000 || len(d.Err().(Problems)) != maxProblems {
		t.Errorf("%d, %d", d.Count(), len(d.Err().(Problems)))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: {b: [c, 1, yes]}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, v := Parse("f.yaml", data)
		for _, e := range v.Entries(nil) {
			e.Value.Texts()
			e.Value.Entries(nil)
			_ = e.Value.Source()
		}
	})
}

// A mapping of many keys must not reach the parser, whose time grows with their square. A long list may, and many mappings of few keys.
func TestManyKeys(t *testing.T) {
	const n = 3 * maxKeys
	for text, bad := range map[string]bool{
		repeat("k%d: &a x\n", n):                                  true,
		repeat("k%d: x\n", 10*n):                                  true, // large enough for the plain way
		repeat("? k%d\n: x\n", n):                                 true,
		"a:\n" + repeat("  'k%d': ''''\n", n):                     true,
		"a: {" + repeat("k%d: x, ", n) + "}\n":                    true,
		"a: {" + strings.Repeat("a,", n) + "}\n":                  true,
		"a: [" + repeat("x%d, ", n) + "x]\n":                      false,
		"a: [" + strings.Repeat("{b: c, d: ''''}, ", n) + "x]\n":  false,
		"a:\n" + repeat("  - b: ''''\n    c:\n      d: x%d\n", n): false,
		"a:\n" + repeat("- b: ''''\n  c: x%d\n", n):               false,
		repeat("k%d: ''''\n", maxKeys):                            false,
	} {
		d, _ := Parse("f.yaml", []byte(text))
		if many := d.Err() != nil && strings.Contains(d.Err().Error(), "keys in one mapping"); many != bad || !bad && d.Err() != nil {
			t.Errorf("%.40q: %.200v", text, d.Err())
		}
	}
}

func repeat(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// A line of megabytes, or a value of them, is not printed as a whole.
func TestProblemIsBounded(t *testing.T) {
	d, v := Parse("f.yaml", []byte("a: "+strings.Repeat("é", 1<<20)+"\n"))
	v.Problemf("`%s` is wrong", strings.Repeat("x", 1<<20))
	if text := d.Err().Error(); len(text) > maxSource+maxMessage+100 || !strings.Contains(text, "1 | a: éé") || !utf8.ValidString(text) {
		t.Errorf("%d bytes: %.300q", len(text), text)
	}
}

package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/docs"
)

// What is for the web is taken out on a terminal, code stays as it is, and in a pipe everything does.
func TestDoc(t *testing.T) {
	page := "# name: what it is\n\n<!-- Written by a program. -->\n\nA **sentence** that is too long for one line of a narrow window, with `a **span**` and [a link](other.md).\n\n" +
		"- an item that goes on for more than sixty columns, and so has to be\n  folded\n- another\n\n    code   stays\n\n```yaml\nkey:  value\n```\n\n" +
		"| a | b |\n|---|---|\n| `x\\|y` | &lt;p> |\n\n| name | what it is | where it stands |\n|---|---|---|\n| one | " + strings.Repeat("much ", 9) + "| | \n"
	const want = `# name: what it is

A sentence that is too long for one line of a narrow window,
with ` + "`a **span**`" + ` and a link.

- an item that goes on for more than sixty columns, and so
  has to be folded
- another

    code   stays

    key:  value

a      b
` + "`x|y`" + `  <p>

one
    what it is: much much much much much much much much much
`
	var b bytes.Buffer
	if err := Doc(&b, page, Options{Width: 60}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	b.Reset()
	if err := Doc(&b, page, Options{}); err != nil || b.String() != page {
		t.Errorf("in a pipe: %v\n%s", err, b.String())
	}
}

// No page has a line that a terminal would break, but for code and headings.
func TestDocPages(t *testing.T) {
	for _, name := range docs.Names() {
		text, _ := docs.Page(name)
		var b bytes.Buffer
		if err := Doc(&b, text, Options{Width: 72}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := width(strings.TrimSuffix(line, "\n")); n > 72 && !strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "#") {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
		}
	}
}

package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/fpcheck/fpcheck/suggest/lint"
)

// GitHub prints workflow commands, which a GitHub runner turns into annotations at the lines of a pull request.
func GitHub(w io.Writer, r RuleReport, _ Options) error {
	command := map[lint.Severity]string{lint.Error: "error", lint.Warning: "warning", lint.Note: "notice"}
	var b strings.Builder
	for _, x := range r.Problems {
		text := Clean(x.Text)
		if x.Instead != "" {
			text += ". Instead: " + Clean(x.Instead)
		}
		fmt.Fprintf(&b, "::%s file=%s,line=%d,title=%s::%s\n", command[x.Severity], property(slashed(x.File)), max(x.Line, 1), property(Clean(x.Lint+" "+x.Rule)), data(text))
	}
	b.WriteString(data(Clean(r.Summary)) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// data escapes the text of a command: the runner splits at line breaks and decodes percent signs.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes a value before the second "::".
func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}

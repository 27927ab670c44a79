package render

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/fpcheck/fpcheck/suggest/lint"
)

// RuleReport is what `rules lint`, `rules test` and `rules check` found. A test that failed is a problem like a lint's.
type RuleReport struct {
	Problems []lint.Problem
	Cases    []RuleCase // what was looked at, with those that passed: JUnit wants to see them
	Summary  string     // last line of the text: "3 rules, 2 problems"
	Version  string
	Titles   map[string]string // of problems that are no lint's
}

// RuleCase is one thing that was looked at: a rule in lint, a message in test.
type RuleCase struct {
	lint.Place
	Name   string
	Failed []string // empty: passed
}

// title is what a problem's name stands for.
func (r RuleReport) title(name string) string {
	if l, ok := lint.ByName(name); ok {
		return l.Title
	}
	return r.Titles[name]
}

// RuleReportPrinters are the formats of reports on rule files.
var RuleReportPrinters = map[string]func(io.Writer, RuleReport, Options) error{
	"text": rulesText, "json": rulesJSON, "sarif": SARIF, "junit": JUnit, "github": GitHub,
}

// rulesText prints the problems below the name of their file, with what to do, and the page that tells more.
func rulesText(w io.Writer, r RuleReport, o Options) error {
	p := newPage(w, o)
	for _, x := range r.Problems {
		paint := map[lint.Severity]func(...string) string{lint.Error: p.style.bad, lint.Warning: p.style.mark, lint.Note: p.style.dim}[x.Severity]
		p.line(fmt.Sprintf("%s:%d: %s %s  %s", Clean(x.File), x.Line, paint(string(x.Severity)), Clean(x.Lint), p.style.strong(Clean(x.Rule))))
		p.hang("  ", Clean(x.Text))
		for _, other := range x.Related {
			p.hang("  see ", fmt.Sprintf("%s:%d %s", Clean(other.File), other.Line, Clean(other.Rule)))
		}
		if x.Instead != "" {
			p.hang("  do: ", Clean(x.Instead))
		}
	}
	if len(r.Problems) > 0 {
		p.line("")
	}
	p.line(Clean(r.Summary))
	_, err := p.WriteTo(w)
	return err
}

// rulesJSON prints one object; docs/schema/rule-report.json says what stands in it.
func rulesJSON(w io.Writer, r RuleReport, o Options) error {
	var out object
	out.set("schema", schemaNumber)
	out.set("tool", object{{"name", "fpcheck"}, {"version", r.Version}})
	list(&out, "problems", r.Problems, func(x lint.Problem) any {
		var m object
		m.set("name", x.Lint)
		m.set("severity", string(x.Severity))
		placeMembers(&m, x.Place)
		m.text("text", x.Text)
		m.text("instead", x.Instead)
		list(&m, "related", x.Related, func(p lint.Place) any { var m object; placeMembers(&m, p); return m })
		return m
	})
	list(&out, "cases", r.Cases, func(c RuleCase) any {
		var m object
		placeMembers(&m, c.Place)
		m.text("name", c.Name)
		m.set("passed", len(c.Failed) == 0)
		return m
	})
	out.text("summary", r.Summary)
	return writeObject(w, out)
}

func placeMembers(m *object, p lint.Place) {
	m.text("rule", p.Rule)
	m.text("file", slashed(p.File))
	m.set("line", p.Line)
}

func writeObject(w io.Writer, out object) error {
	var b strings.Builder
	out.write(&b)
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// slashed is a path as CI systems compare it with those of the repository.
func slashed(path string) string { return filepath.ToSlash(filepath.Clean(path)) }

package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// directive is a comment `# fpcheck: ignore NAME because REASON`.
type directive struct {
	file         string
	line         int
	rule         int // index in Rules, or one of the two below
	name, reason string
	used         bool
}

const mark = "# fpcheck:"

// What a comment is about that is not inside a rule.
const (
	wholeFile = -1 // it stands above the first rule
	nothing   = -2 // it stands in a rule that could not be read
)

// readComments finds the directives of all files and the rule that each is about: the one in whose lines it stands, or the one below it
// where it stands alone above one.
func (p *Pass) readComments() {
	for file := range p.Sources {
		if !strings.Contains(string(p.Sources[file]), mark) {
			continue
		}
		lines := p.source(file)
		for n, text := range lines {
			at := comment(text)
			if at < 0 {
				continue
			}
			d := directive{file: file, line: n + 1}
			d.name, d.reason = readDirective(text[at+len(mark):])
			d.rule = p.ruleAt(file, subject(lines, n, at))
			p.comments = append(p.comments, d)
		}
	}
	slices.SortFunc(p.comments, func(a, b directive) int {
		return strings.Compare(fmt.Sprintf("%s %8d", a.file, a.line), fmt.Sprintf("%s %8d", b.file, b.line))
	})
}

// comment returns where the mark stands in a line, or -1: not inside quotes, and behind white space.
func comment(text string) int {
	at := strings.Index(text, mark)
	if at < 0 || at > 0 && text[at-1] != ' ' && text[at-1] != '\t' {
		return -1
	}
	before := text[:at]
	if strings.Count(before, `"`)%2 == 1 || strings.Count(before, `'`)%2 == 1 {
		return -1
	}
	return at
}

// readDirective reads ` ignore NAME because REASON`.
func readDirective(text string) (name, reason string) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "ignore")
	if !ok {
		return strings.TrimSpace(text), "?"
	}
	name, reason, _ = strings.Cut(strings.TrimSpace(rest), " ")
	reason, ok = strings.CutPrefix(strings.TrimSpace(reason), "because")
	if !ok {
		return name, ""
	}
	return name, strings.TrimSpace(strings.TrimLeft(reason, ": "))
}

// subject returns the line (from 1) that a comment in line n (from 0) is about: its own, or the next one with content.
func subject(lines []string, n, at int) int {
	if strings.TrimSpace(lines[n][:at]) != "" {
		return n + 1
	}
	for i := n + 1; i < len(lines); i++ {
		if t := strings.TrimSpace(lines[i]); t != "" && !strings.HasPrefix(t, "#") {
			return i + 1
		}
	}
	return n + 1
}

// ruleAt returns the rule that holds a line of a file. Rules stand in the order of their lines.
func (p *Pass) ruleAt(file string, line int) int {
	first := slices.IndexFunc(p.Rules, func(r rules.Rule) bool { return r.File == file })
	if first < 0 || line < p.begin(&p.Rules[first]) {
		return wholeFile
	}
	for i := first; i < len(p.Rules) && p.Rules[i].File == file; i++ {
		if line <= p.Rules[i].LastLine {
			if line < p.begin(&p.Rules[i]) {
				return nothing
			}
			return i
		}
	}
	return nothing
}

// begin returns the first line of r, which may stand before that of its name.
func (p *Pass) begin(r *rules.Rule) int {
	lines := p.source(r.File)
	for n := min(r.Line, len(lines)); n >= 1; n-- {
		if strings.HasPrefix(strings.TrimSpace(lines[n-1]), "-") {
			return n
		}
	}
	return r.Line
}

// silence takes out the problems that a comment with a reason names. What lints say of comments themselves stays.
func (p *Pass) silence(lints []*Lint) []Problem {
	out := p.problems[:0:0]
	for _, problem := range p.problems {
		if !p.silenced(problem) {
			out = append(out, problem)
		}
	}
	if slices.Contains(lints, ignoreUnused) {
		out = append(out, p.unused(lints)...)
	}
	return out
}

func (p *Pass) silenced(problem Problem) bool {
	found := false
	for i := range p.comments {
		d := &p.comments[i]
		if d.file != problem.File || d.name != problem.Lint || d.reason == "" {
			continue
		}
		if d.rule == wholeFile || d.rule >= 0 && p.Rules[d.rule].Name == problem.Rule {
			d.used, found = true, true
		}
	}
	return found && !strings.HasPrefix(problem.Lint, "ignore-")
}

// unused names the comments that silence nothing, of the lints that were asked.
func (p *Pass) unused(lints []*Lint) []Problem {
	var out []Problem
	for _, d := range p.comments {
		asked := slices.ContainsFunc(lints, func(l *Lint) bool { return l.Name == d.name })
		if d.used || !asked || d.reason == "" {
			continue
		}
		out = append(out, Problem{Lint: ignoreUnused.Name, Severity: ignoreUnused.Severity, Place: p.place(d),
			Text: "nothing here is called " + d.name + " any more", Instead: "take the comment out"})
	}
	return out
}

func (p *Pass) place(d directive) Place {
	at := Place{File: d.file, Line: d.line}
	if d.rule >= 0 {
		at.Rule = p.Rules[d.rule].Name
	}
	return at
}

func (p *Pass) reportComment(d directive, text, instead string) {
	p.problems = append(p.problems, Problem{Lint: p.lint.Name, Severity: p.lint.Severity, Place: p.place(d), Text: text, Instead: instead})
}

package render

import (
	"io"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// Explain prints the root cause, what speaks for and against it, what would change the decision, and who has to do what.
func Explain(w io.Writer, e *explain.Explanation, o Options) error {
	p := newPage(w, o)
	if n := notice(e.Report.Input); n != "" {
		p.hang("", n)
		p.line("")
	}
	p.sentence(e)
	p.argument(e.Report.Input, "What speaks for it", e.First.For)
	p.argument(e.Report.Input, "What speaks against it", e.First.Against)
	p.whatIfs(e)
	p.parties(e)
	p.diagnoses("It could also be", e.Others)
	p.diagnoses(noticed(e), e.Remarks)
	p.foot(e)
	_, err := p.WriteTo(w)
	return err
}

// sentence prints what one would say on the phone, with how sure it is at the end of the line, and the desk's word under it.
func (p *page) sentence(e *explain.Explanation) {
	sure := explain.Confidence(e.Sure)
	lines := wrap(Clean(e.First.Sentence()), p.width-len(sure)-3)
	for i, l := range lines {
		if i < len(lines)-1 {
			p.line(p.style.strong(l))
			continue
		}
		p.line(p.style.strong(l) + strings.Repeat(" ", max(3, p.width-width(l)-len(sure))) + sure)
	}
	paint := p.style.bad
	if e.Verdict == explain.Release {
		paint = p.style.good
	}
	p.hang(paint(string(e.Verdict))+"   ", "Caught by "+Clean(caughtText(e)))
}

// argument prints claims with the places that show them at the right edge; --verbose prints the bytes themselves.
func (p *page) argument(in *analyze.Input, title string, fs []analyze.Finding) {
	p.heading(title)
	if len(fs) == 0 {
		p.line("  nothing found")
	}
	for _, c := range claims(in, fs) {
		p.pinned(Clean(c.Text), c.Where)
		if p.Verbose {
			p.allEvidence(in, c.Finding)
		}
	}
}

// pinned prints text on the left and where on the right of its last line, or on a line of its own.
func (p *page) pinned(text, where string) {
	room := p.width - 2
	if where != "" && width(where) <= p.width/3 {
		room -= width(where) + 3
	}
	lines := wrap(text, room)
	for i, l := range lines {
		last := i == len(lines)-1
		gap := p.width - 2 - width(l) - width(where)
		switch {
		case !last || where == "":
			p.line("  " + l)
		case gap >= 3:
			p.line("  " + l + strings.Repeat(" ", gap) + p.style.dim(where))
		default:
			p.line("  " + l)
			where = cut(where, p.width-4)
			p.line(strings.Repeat(" ", p.width-width(where)) + p.style.dim(where))
		}
	}
}

func (p *page) whatIfs(e *explain.Explanation) {
	var rows [][2]string
	for _, w := range e.First.WhatIf {
		rows = append(rows, [2]string{changeText(w), whatIfText(e, w)})
	}
	if len(rows) == 0 {
		return
	}
	p.heading("What would change the decision")
	p.table(2, p.width/2, rows)
}

func (p *page) parties(e *explain.Explanation) {
	p.heading("Who has to do what")
	if e.Verdict == explain.DoNotRelease {
		for _, step := range dangerSteps(e) {
			p.hang("  ", step)
		}
	}
	var rows [][2]string
	for _, f := range e.First.Fixes {
		rows = append(rows, [2]string{string(f.Party), Clean(f.Text)})
	}
	if len(rows) == 0 && e.Verdict != explain.DoNotRelease {
		rows = append(rows, [2]string{string(e.First.WhoFixes), Clean(strings.Join(doText(e), " "))})
	}
	p.table(2, 20, rows)
}

func (p *page) diagnoses(title string, list []*explain.Diagnosis) {
	if len(list) == 0 {
		return
	}
	p.heading(title)
	for _, d := range list {
		p.pinned(Clean(d.Sentence()), d.Cause.Name+", "+explain.Confidence(d.Sure))
	}
}

// foot says what the answer rests on and where to read on.
func (p *page) foot(e *explain.Explanation) {
	p.line("")
	p.circumstances(e.Report.Input)
	if s := surerText(e); s != "" {
		p.hang("Surer by ", Clean(s))
	}
	p.hang("", "fpcheck docs "+e.First.Cause.Name)
}

package render

import (
	"io"
	"math"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// ExplainMarkdown prints what Explain prints, as Markdown. Nothing that comes from the message becomes markup.
func ExplainMarkdown(w io.Writer, e *explain.Explanation, o Options) error {
	in, d := e.Report.Input, newDesk(e, o)
	var doc document
	doc.head(string(d.Verdict) + ", " + d.Sure + ": " + d.Cause)
	if d.Notice != "" {
		doc.para(d.Notice)
	}
	doc.list("From: "+d.From, "To: "+d.To, "Subject: "+d.Subject, "Delivered: "+d.When, "Message-ID: "+d.ID)
	doc.list("Do: "+joinSentences(d.Do), "Who: "+d.Who, "Caught by: "+d.Caught)
	doc.claims(in, "What speaks for it", e.First.For)
	doc.claims(in, "What speaks against it", e.First.Against)
	var rows []string
	for _, wi := range e.First.WhatIf {
		rows = append(rows, changeText(wi)+": "+whatIfText(e, wi))
	}
	doc.section("What would change the decision", rows)
	rows = nil
	for _, f := range e.First.Fixes {
		rows = append(rows, string(f.Party)+": "+f.Text)
	}
	doc.section("Who has to do what", rows)
	doc.section("It could also be", diagnosisLines(e.Others))
	doc.section(noticed(e), diagnosisLines(e.Remarks))
	doc.para("Decision: " + decisionText(e.Report))
	_, err := io.WriteString(w, doc.markdown())
	return err
}

// AnalysisMarkdown prints what Text prints, as Markdown.
func AnalysisMarkdown(w io.Writer, r *analyze.Report, o Options) error {
	in := r.Input
	var doc document
	doc.head("As we estimate: " + decisionText(r))
	if n := notice(in); n != "" {
		doc.para(n)
	}
	doc.list("From: "+fromText(in), "To: "+toText(in), "Subject: "+subjectText(in.Message), "Delivered: "+whenText(in), "Message-ID: "+idText(in.Message))
	doc.section("Path, newest first", pathLines(in))
	scored, neutral := byWeight(r.Findings())
	doc.head("Reasons")
	for _, f := range scored {
		doc.finding(in, f)
	}
	var rows []string
	for _, f := range neutral {
		rows = append(rows, f.Summary+" ("+f.ID+")")
	}
	doc.section("Noted, without points", rows)
	rows = nil
	for _, s := range skippedRows(r, o.Verbose) {
		rows = append(rows, s[0]+": "+s[1])
	}
	doc.section("Not looked at", rows)
	_, err := io.WriteString(w, doc.markdown())
	return err
}

func (d *document) section(title string, rows []string) {
	if len(rows) > 0 {
		d.head(title)
		d.list(rows...)
	}
}

func (d *document) claims(in *analyze.Input, title string, fs []analyze.Finding) {
	d.head(title)
	if len(fs) == 0 {
		d.para("nothing found")
	}
	for _, f := range fs {
		d.finding(in, f)
	}
}

// finding adds a finding with the lines that show it.
func (d *document) finding(in *analyze.Input, f analyze.Finding) {
	text := f.Summary
	if math.Abs(f.Score) > 0 {
		text += " (" + f.ID + ", " + points(f.Score) + " points)"
	}
	d.list(text)
	var lines []string
	for i, e := range f.Evidence {
		if i == openEvidence {
			break
		}
		if l := evidenceLine(in, e); l != "" {
			lines = append(lines, l)
		}
	}
	d.quote(lines...)
}

// evidenceLine is one piece of evidence in one line, with the marked bytes between » and «.
func evidenceLine(in *analyze.Input, e analyze.Evidence) string {
	h := htmlEvidenceLine(in, e)
	line := h.Before
	if h.Marked != "" {
		line += "»" + h.Marked + "«"
	}
	line += h.After
	if h.Where != "" {
		line = h.Where + "  " + line
	}
	if h.Note != "" {
		line += "  (" + h.Note + ")"
	}
	return line
}

func diagnosisLines(list []*explain.Diagnosis) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Sentence()+" ("+d.Cause.Name+", "+explain.Confidence(d.Sure)+")")
	}
	return out
}

func pathLines(in *analyze.Input) []string {
	if in.Trace == nil {
		return nil
	}
	var out []string
	for i, h := range in.Trace.Hops {
		line := side(in.Trace, i).String() + ": " + hopBy(h) + " " + hopFrom(h)
		if i == in.Trace.Border {
			line += "; delivery point (border), " + howSure(in.Trace.Sure)
		}
		out = append(out, line)
	}
	return out
}

func joinSentences(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += " "
		}
		out += s
	}
	return out
}

package render

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/explain"
)

//go:embed report.html
var reportHTML string

// htmlPage parses the template when the first page is asked for: the start of the program is not to pay for it.
var htmlPage = sync.OnceValue(func() *template.Template { return template.Must(template.New("report").Parse(reportHTML)) })

// HTML prints e as one page that loads nothing: the desk screen, the path as a picture, and what was found with the bytes marked. Whatever
// comes from outside stands in text nodes alone, where html/template escapes it.
func HTML(w io.Writer, e *explain.Explanation, o Options) error {
	in, d := e.Report.Input, newDesk(e, o)
	pg := htmlReport(e.Report, o)
	pg.Desk = &htmlDesk{desk: d.clean(), Tone: tone(e.Verdict)}
	pg.Arguments = []htmlArgument{
		{"What speaks for it", htmlClaims(in, e.First.For)},
		{"What speaks against it", htmlClaims(in, e.First.Against)},
	}
	var changes []htmlRow
	for _, wi := range e.First.WhatIf {
		changes = append(changes, htmlRow{changeText(wi), whatIfText(e, wi)})
	}
	pg.table("What would change the decision", changes)
	var parties []htmlRow
	for _, f := range e.First.Fixes {
		parties = append(parties, htmlRow{string(f.Party), Clean(f.Text)})
	}
	pg.table("Who has to do what", parties)
	pg.table("It could also be", htmlDiagnoses(e.Others))
	pg.table(noticed(e), htmlDiagnoses(e.Remarks))
	pg.Foot = append(pg.Foot, "More about the cause: fpcheck docs "+e.First.Cause.Name)
	return htmlPage().Execute(w, pg)
}

// AnalysisHTML prints r alone, without a cause, as such a page.
func AnalysisHTML(w io.Writer, r *analyze.Report, o Options) error {
	in := r.Input
	pg := htmlReport(r, o)
	pg.Desk = &htmlDesk{desk: desk{Notice: notice(in), From: fromText(in), To: toText(in), Subject: subjectText(in.Message), When: whenText(in), ID: idText(in.Message)}.clean()}
	return htmlPage().Execute(w, pg)
}

type htmlData struct {
	Desk      *htmlDesk
	Decision  string
	Path      *htmlPath
	Arguments []htmlArgument
	Tables    []htmlTable
	Changes   []htmlChange
	Findings  []htmlFinding
	Skipped   []htmlRow
	Foot      []string
}

type htmlDesk struct {
	desk
	Tone string
}

// clean makes what the message says fit to print: html/template escapes markup, and lets characters pass that reorder a line or hide in it.
func (d desk) clean() desk {
	for _, s := range []*string{&d.From, &d.To, &d.Subject, &d.When, &d.ID, &d.Cause, &d.Who, &d.Caught, &d.Surer} {
		*s = Clean(*s)
	}
	for _, list := range []*[]string{&d.Do, &d.Next} {
		*list = slices.Clone(*list)
		for i, s := range *list {
			(*list)[i] = Clean(s)
		}
	}
	return d
}

type htmlArgument struct {
	Title  string
	Claims []htmlClaim
}

type htmlClaim struct {
	Text, Where string
	Evidence    []htmlEvidence
}

// htmlEvidence is one line with the bytes that are meant.
type htmlEvidence struct{ Where, Before, Marked, After, Note string }

type htmlTable struct {
	Title string
	Rows  []htmlRow
}

type htmlRow struct{ Name, Text string }

type htmlFinding struct {
	Points, Tone, Text, ID string
	Evidence               []htmlEvidence
}

type htmlChange struct {
	Title  string
	Places []htmlPlace
}

type htmlPlace struct {
	Where string
	Rows  []htmlDiffRow
}

type htmlDiffRow struct{ Class, Mark, Text string }

func tone(v explain.Verdict) string {
	switch v {
	case explain.Release:
		return "good"
	case explain.DoNotRelease:
		return "bad"
	}
	return "ask"
}

func (d *htmlData) table(title string, rows []htmlRow) {
	if len(rows) > 0 {
		d.Tables = append(d.Tables, htmlTable{title, rows})
	}
}

// htmlReport fills what explain and analyze have in common.
func htmlReport(r *analyze.Report, o Options) *htmlData {
	pg := &htmlData{Decision: "As we estimate: " + decisionText(r) + ".", Path: htmlPathOf(r.Input), Changes: htmlChanges(r)}
	scored, _ := byWeight(r.Findings())
	for _, f := range scored {
		tone := "good"
		if f.Score > 0 {
			tone = "bad"
		}
		pg.Findings = append(pg.Findings, htmlFinding{fmt.Sprintf("%+.1f", f.Score), tone, Clean(f.Summary), Clean(f.ID), htmlEvidenceOf(r.Input, f)})
	}
	for _, s := range skippedRows(r, false) {
		pg.Skipped = append(pg.Skipped, htmlRow{s[0], s[1]})
	}
	p := &page{Options: o, width: DefaultWidth}
	pg.Foot = []string{strings.Join([]string{Clean(shortName(r.Input.Name)), profileItem(r.Input.Profile), p.dnsItem(r.Input), directionItem(r.Input.Direction)}, ", ")}
	return pg
}

func htmlDiagnoses(list []*explain.Diagnosis) []htmlRow {
	var rows []htmlRow
	for _, d := range list {
		rows = append(rows, htmlRow{explain.Confidence(d.Sure), Clean(d.Sentence()) + " (" + d.Cause.Name + ")"})
	}
	return rows
}

func htmlClaims(in *analyze.Input, fs []analyze.Finding) []htmlClaim {
	var out []htmlClaim
	for _, c := range claims(in, fs) {
		out = append(out, htmlClaim{Clean(c.Text), Clean(c.Where), htmlEvidenceOf(in, c.Finding)})
	}
	return out
}

// htmlWidth is how many columns of a line around the marked bytes are shown.
const htmlWidth = 140

func htmlEvidenceOf(in *analyze.Input, f analyze.Finding) []htmlEvidence {
	var out []htmlEvidence
	for i, e := range f.Evidence {
		if i == openEvidence {
			return append(out, htmlEvidence{Note: "and " + plural(len(f.Evidence)-i, "place") + " more"})
		}
		out = append(out, htmlEvidenceLine(in, e))
	}
	return out
}

func htmlEvidenceLine(in *analyze.Input, e analyze.Evidence) htmlEvidence {
	h := htmlEvidence{Note: Clean(e.Note)}
	switch {
	case !e.Span.Empty() && in.Message != nil && e.Span.Start >= 0 && e.Span.End <= len(in.Message.Raw):
		l := excerpt(in.Message, e.Span, htmlWidth)
		h.Where = fmt.Sprintf("%s:%d", shortName(in.Name), in.Message.Line(e.Span.Start))
		h.Before, h.Marked, h.After = splitMarked(l)
	case e.DNS != nil:
		h.Where, h.Before = "dns", strings.TrimSpace(Clean(short(e.DNS.String()))+" "+Clean(e.Answer))
	case e.Profile != "":
		h.Where = "profile"
		if l, ok := in.Profile.Line(e.Profile); ok {
			h.Where, h.Before = fmt.Sprintf("%s:%d", shortName(in.Profile.Path), l.Number), Clean(strings.TrimSpace(l.Text))
		}
	}
	return h
}

// splitMarked cuts a line at the columns that are marked.
func splitMarked(l markedLine) (before, marked, after string) {
	if l.marked == 0 {
		return l.text, "", ""
	}
	col := 0
	for _, r := range l.text {
		switch {
		case col < l.from:
			before += string(r)
		case col < l.from+l.marked:
			marked += string(r)
		default:
			after += string(r)
		}
		col += runeWidth(r)
	}
	return before, marked, after
}

// htmlChanges are the restored signatures with the lines that were changed.
func htmlChanges(r *analyze.Report) []htmlChange {
	d, _ := analyze.ResultOf[checks.DKIMResult](r, checks.DKIM)
	autopsies, _ := analyze.ResultOf[checks.AutopsyResult](r, checks.Autopsy)
	var out []htmlChange
	for i, a := range autopsies {
		if !a.Found() {
			continue
		}
		c := htmlChange{Title: "Signature of " + Clean(short(d.Signatures[i].Domain)) + ": " + kindsText(a) + "; " + proofText(d.Signatures[i], a)}
		c.Places = htmlPlaces(r.Input.Name, r.Input.Message, a)
		out = append(out, c)
	}
	return out
}

func htmlPlaces(name string, m *eml.Message, a *dkim.Restoration) []htmlPlace {
	classes := map[byte]string{' ': "same", '-': "del", '+': "add"}
	all, more := hunks(m, a, false)
	var out []htmlPlace
	for _, h := range all {
		pl := htmlPlace{Where: fmt.Sprintf("%s:%d   - as signed   + as received", shortName(name), h.line)}
		if h.same {
			pl.Rows = []htmlDiffRow{{"same", " ", "only white space or line ends differ"}}
		}
		for _, row := range h.rows {
			if !h.same {
				pl.Rows = append(pl.Rows, htmlDiffRow{classes[row.mark], string(row.mark), cut(Clean(row.text), htmlWidth)})
			}
		}
		if h.more > 0 {
			pl.Rows = append(pl.Rows, htmlDiffRow{"same", " ", "and " + plural(h.more, "line") + " more"})
		}
		out = append(out, pl)
	}
	if more > 0 {
		out = append(out, htmlPlace{Where: "and " + plural(more, "place") + " more"})
	}
	return out
}

// htmlPath is the picture of the path. All its numbers are ours: where a box stands does not depend on what the message says.
type htmlPath struct {
	Width, Height int
	Hops          []htmlHop
	Note          string
}

type htmlHop struct {
	Side, Host, From, SideText, Time, Link                                                   string
	Y, TextY, SmallY, BoxWidth, SideX, SideEnd, BorderX, BorderY, LinkFrom, LinkTo, LinkText int
	Border                                                                                   bool
}

// Measures of the picture, in its own units.
const (
	pictureWidth = 760
	boxHeight    = 46
	hopHeight    = 76
	borderStart  = 150 // beside what is said of the time
	maxHopText   = 78
	maxHops      = 30 // a message with more is looping or lying; the text of analyze has them all
)

func htmlPathOf(in *analyze.Input) *htmlPath {
	t := in.Trace
	if t == nil || len(t.Hops) == 0 {
		return nil
	}
	n := min(len(t.Hops), maxHops)
	out := &htmlPath{Width: pictureWidth, Height: n*hopHeight - (hopHeight - boxHeight) + 8, Note: pathNote(t)}
	for i := range n {
		out.Hops = append(out.Hops, htmlHopOf(t, i, n))
	}
	return out
}

func htmlHopOf(t *trace.Trace, i, n int) htmlHop {
	h, y := t.Hops[i], i*hopHeight+4
	out := htmlHop{
		Side: side(t, i).String(), Host: cut(hopBy(h), maxHopText), From: cut(hopFrom(h), maxHopText), SideText: sideText(side(t, i)),
		Y: y, TextY: y + 19, SmallY: y + 36, BoxWidth: pictureWidth - 16, SideX: pictureWidth - 22, SideEnd: pictureWidth - 8, BorderY: y + boxHeight + (hopHeight-boxHeight)/2,
	}
	if !h.At.IsZero() {
		out.Time = moment(h.At)
	}
	if i+1 < n {
		out.LinkFrom, out.LinkTo, out.LinkText = y+boxHeight, y+hopHeight, y+boxHeight+20
		out.Link = " "
		if next := t.Hops[i+1]; !h.At.IsZero() && !next.At.IsZero() {
			out.Link = "after " + delay(h.At.Sub(next.At))
		}
	}
	out.Border, out.BorderX = i == t.Border && i+1 < n, borderStart
	if v := tlsVersion(h.TLS); v != "" {
		out.From = cut(out.From+", "+v, maxHopText)
	}
	return out
}

func sideText(s trace.Side) string {
	if s == trace.Unknown {
		return "side unknown"
	}
	return s.String()
}

func pathNote(t *trace.Trace) string {
	note := "Delivery point (border) unknown: " + Clean(t.Why)
	switch {
	case t.Border >= 0 && t.Border+1 == len(t.Hops):
		note = "The delivery point (border) is the oldest line, " + howSure(t.Sure) + ": " + Clean(t.Why) + "."
	case t.Border >= 0:
		note = "The red line is the delivery point (border), " + howSure(t.Sure) + ": " + Clean(t.Why) + "."
	}
	if s := handover(t.Handover); s != "" {
		note += " " + strings.ToUpper(s[:1]) + s[1:] + "."
	}
	if len(t.Hops) > maxHops {
		note += fmt.Sprintf(" %d older hops are not drawn.", len(t.Hops)-maxHops)
	}
	return note
}

package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
)

// evidence prints what a finding points at: bytes of the message with a line under them, a DNS answer, a line of the profile.
func (p *page) evidence(in *analyze.Input, e analyze.Evidence, indent, label int) {
	margin := strings.Repeat(" ", indent)
	column := func(s string) string { return margin + pad(cut(s, label), label) + "  " }
	note := Clean(e.Note)
	if !e.Span.Empty() && in.Message != nil && e.Span.Start >= 0 && e.Span.End <= len(in.Message.Raw) {
		where := fmt.Sprintf("%s:%d", cut(shortName(in.Name), label-6), in.Message.Line(e.Span.Start))
		p.point(in.Message, e.Span, column(where), note)
		note = ""
	}
	if e.DNS != nil {
		p.clipped(column("dns"), strings.TrimSpace(Clean(short(e.DNS.String()))+" "+Clean(e.Answer)))
	}
	if e.Profile != "" {
		if l, ok := in.Profile.Line(e.Profile); ok {
			p.clipped(column(fmt.Sprintf("%s:%d", cut(shortName(in.Profile.Path), label-4), l.Number)), Clean(strings.TrimSpace(l.Text)))
		} else {
			p.clipped(column("profile"), "no line "+Clean(e.Profile))
		}
	}
	if note != "" {
		p.hang(column(""), note)
	}
}

// clippedLines is how much of a long DNS answer or profile line is shown without --verbose.
const clippedLines = 2

func (p *page) clipped(head, text string) {
	if room := p.width - width(head); !p.Verbose && len(wrap(text, room)) > clippedLines {
		text = cut(text, room*clippedLines-room/4)
	}
	p.hang(head, text)
}

// point prints the field (or the line of the body) that holds s, and underlines s.
func (p *page) point(m *eml.Message, s eml.Span, head, note string) {
	l := excerpt(m, s, p.width-width(head))
	p.line(head + l.text)
	under := strings.Repeat(" ", width(head)+l.from) + p.style.mark(strings.Repeat("^", l.marked))
	switch {
	case l.marked == 0 && note == "":
	case l.marked == 0:
		p.hang(strings.Repeat(" ", width(head)), note)
	case note != "" && width(head)+l.from+l.marked+1+width(note) <= p.width:
		p.line(under + " " + note)
	default:
		p.line(under)
		if note != "" {
			p.hang(strings.Repeat(" ", width(head)), note)
		}
	}
}

// markedLine is a line of the message fit to print, with columns from..from+marked to underline; marked is 0 where the whole line is meant.
type markedLine struct {
	text         string
	from, marked int
}

// Bytes of context that are looked at around a span. More than MaxWidth characters of four bytes never fit on a line.
const (
	contextBefore = 4 * MaxWidth
	contextAfter  = 4 * MaxWidth
)

// A field's name takes at most maxFieldName columns, and leaves at least minValue to the value, where the line has as many.
const (
	maxFieldName = 40
	minValue     = 8
	nameMarks    = 4 // ": " and two "…"
)

// excerpt cuts the line that holds s to room columns: the field's name, then as much around s as fits, with "…" for what is left out.
func excerpt(m *eml.Message, s eml.Span, room int) markedLine {
	name, text := surroundings(m, s, room)
	if s.Start < text.Start {
		s.Start = text.Start // the name is shown anyway
	}
	from := max(text.Start, s.Start-contextBefore)
	to := min(text.End, s.Start+contextAfter)
	cells := cellsOf(m.Raw[from:to], from)
	first, last := cellRange(cells, s)
	whole := first == 0 && last == len(cells) && from == text.Start && to == text.End
	lo, hi := window(cells, first, last, room-width(name)-2)
	l := markedLine{text: name}
	if lo > 0 || from > text.Start {
		l.text += "…"
	}
	l.from = width(l.text) + columnsOf(cells[lo:first])
	l.marked = columnsOf(cells[first:min(last, hi)])
	for _, c := range cells[lo:hi] {
		l.text += c.glyph
	}
	if hi < len(cells) || to < text.End {
		l.text += "…"
	}
	if whole {
		l.marked = 0
	}
	return l
}

// surroundings finds the field of s: its name as printed in room columns, with place left for a little of the value, and its value
// without outer white space. Outside of the header it is the line of s, and there is no name.
func surroundings(m *eml.Message, s eml.Span, room int) (string, eml.Span) {
	for _, f := range m.Fields {
		if f.Span.Start <= s.Start && s.Start < f.Span.End {
			v := trimSpan(m.Raw, f.Value)
			return cut(Clean(f.Name), min(maxFieldName, max(room-minValue-nameMarks, 1))) + ": ", v
		}
	}
	start := bytes.LastIndexByte(m.Raw[:s.Start], '\n') + 1
	end := len(m.Raw)
	if i := bytes.IndexByte(m.Raw[s.Start:], '\n'); i >= 0 {
		end = s.Start + i
	}
	return "", trimSpan(m.Raw, eml.Span{Start: start, End: end})
}

func trimSpan(raw []byte, s eml.Span) eml.Span {
	const blank = " \t\r\n"
	for s.Start < s.End && strings.IndexByte(blank, raw[s.Start]) >= 0 {
		s.Start++
	}
	for s.Start < s.End && strings.IndexByte(blank, raw[s.End-1]) >= 0 {
		s.End--
	}
	return s
}

// cell is one character on the screen and the byte of the message that it came from.
type cell struct {
	glyph     string
	cols      int
	at, until int
}

// cellsOf turns bytes of the message into cells. A fold or a run of blanks is one blank (RFC 5322 2.2.3).
func cellsOf(b []byte, base int) []cell {
	var cells []cell
	eachGlyph(b, func(g string, at, size int) bool {
		c := cell{g, width(g), base + at, base + at + size}
		if strings.IndexByte(" \t\r\n", b[at]) >= 0 {
			c.glyph, c.cols = " ", 1
			if n := len(cells); n > 0 && cells[n-1].glyph == " " {
				cells[n-1].until = c.until
				return true
			}
		}
		cells = append(cells, c)
		return true
	})
	return cells
}

func columnsOf(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.cols
	}
	return n
}

// cellRange returns the cells that hold bytes of s.
func cellRange(cells []cell, s eml.Span) (first, last int) {
	for first < len(cells) && cells[first].until <= s.Start {
		first++
	}
	last = first
	for last < len(cells) && cells[last].at < s.End {
		last++
	}
	return first, last
}

// window chooses the cells to show in room columns: all where they fit, otherwise from the start while the marked ones are in it, otherwise
// the marked ones with some of what stands before them.
func window(cells []cell, first, last, room int) (lo, hi int) {
	room = max(room, minValue)
	if columnsOf(cells) <= room {
		return 0, len(cells)
	}
	if columnsOf(cells[:last]) > room {
		lead := min(max(0, room-columnsOf(cells[first:last]))/2, room/3)
		for lo = first; lo > 0 && lead >= cells[lo-1].cols; lo-- {
			lead -= cells[lo-1].cols
		}
	}
	for hi = lo; hi < len(cells) && room >= cells[hi].cols; hi++ {
		room -= cells[hi].cols
	}
	return lo, hi
}

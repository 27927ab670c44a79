// Package render prints reports: as text for a terminal, and as JSON. It is the only package that has styles, and the only one that
// prints bytes of a message.
package render

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Options say how to print. The zero value prints 100 columns without colour.
type Options struct {
	Width     int       // columns of the terminal; 0: not a terminal, which is taken as DefaultWidth
	Color     bool      // colours help to find things; no word depends on them
	Verbose   bool      // every finding with all its evidence, and every step of the decision
	Version   string    // of fpcheck, for the JSON
	DNSAt     time.Time // when the DNS was asked, where that is known
	DNSSource string    // the resolver or the file of the snapshot
	Paths     bool      // several messages: each is headed by its path, since files in different folders bear one name
	Command   string    // how the message is named on the command line: a path, or "--case DIR"; empty: it was pasted
}

// Widths of the output in columns. Below MinWidth the columns of a report cannot stand side by side, above MaxWidth lines are too long
// to read.
const (
	MinWidth     = 60
	DefaultWidth = 100
	MaxWidth     = 200
)

func (o Options) columns() int {
	if o.Width <= 0 {
		return DefaultWidth
	}
	return min(max(o.Width, MinWidth), MaxWidth)
}

// page collects the lines of one report. Whatever it is given to print is cleaned by the caller, word by word.
type page struct {
	bytes.Buffer
	Options
	width int
	style styles
}

type styles struct{ good, bad, strong, dim, mark func(...string) string }

func newPage(w io.Writer, o Options) *page {
	return &page{Options: o, width: o.columns(), style: newStyles(w, o.Color)}
}

// newStyles binds the colours to w. The profile is set by hand, since asking a terminal for its colours can hang a pipe.
func newStyles(w io.Writer, color bool) styles {
	r := lipgloss.NewRenderer(w)
	r.SetColorProfile(termenv.Ascii)
	if color {
		r.SetColorProfile(termenv.ANSI)
	}
	fg := func(c string) lipgloss.Style { return r.NewStyle().Foreground(lipgloss.Color(c)) }
	return styles{
		good:   fg("2").Bold(true).Render,
		bad:    fg("1").Bold(true).Render,
		strong: r.NewStyle().Bold(true).Render,
		dim:    r.NewStyle().Faint(true).Render,
		mark:   fg("3").Render,
	}
}

// line prints one line without trailing blanks.
func (p *page) line(s string) {
	p.WriteString(strings.TrimRight(s, " "))
	p.WriteByte('\n')
}

func (p *page) heading(s string) {
	p.line("")
	p.line(p.style.strong(s))
}

// narrowIndent is where text goes that has no room beside what stands before it.
const narrowIndent = 14

// hang prints head and then text, wrapped, in the column where head ends.
func (p *page) hang(head, text string) {
	indent := lipgloss.Width(head) // head may be coloured
	if indent > p.width/2 && lipgloss.Width(text) > p.width-indent {
		if strings.TrimSpace(head) != "" {
			p.line(head)
		}
		head, indent = strings.Repeat(" ", narrowIndent), narrowIndent
	}
	for i, l := range wrap(text, p.width-indent) {
		if i == 0 {
			p.line(head + l)
		} else {
			p.line(strings.Repeat(" ", indent) + l)
		}
	}
}

// table prints rows of two columns: names as wide as the widest of them (at most limit), texts wrapped beside them.
func (p *page) table(indent, limit int, rows [][2]string) {
	w := 0
	for _, r := range rows {
		if n := width(r[0]); n <= limit {
			w = max(w, n)
		}
	}
	margin := strings.Repeat(" ", indent)
	for _, r := range rows {
		if width(r[0]) <= limit {
			p.hang(margin+pad(r[0], w)+"  ", r[1])
			continue
		}
		p.hang(margin, r[0])
		p.hang(margin+strings.Repeat(" ", w+2), r[1])
	}
}

// shortName is what stands before a line number: the file without its folder.
func shortName(path string) string {
	if path == "-" || path == "" {
		return "stdin"
	}
	return Clean(filepath.Base(path))
}

// headName heads a report: the file, or the end of its path where several are read.
func (p *page) headName(path string) string {
	if !p.Paths || path == "-" {
		return cut(shortName(path), maxHeadName)
	}
	r := []rune(Clean(filepath.ToSlash(path)))
	if len(r) > maxHeadName {
		return "…" + string(r[len(r)-maxHeadName+1:])
	}
	return string(r)
}

// maxHeadName leaves room for the decision before it.
const maxHeadName = 40

// Fold wraps text to the width of columns, behind head. An indented line stays one of its own, and what stands behind its last wide gap is wrapped there.
func Fold(head, text string, columns int) string {
	p := &page{width: columns}
	var paragraph []string
	flush := func() {
		if len(paragraph) > 0 {
			p.hang(head, strings.Join(paragraph, " "))
		}
		head, paragraph = "", nil
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); line != "" && line[0] != ' ' {
			paragraph = append(paragraph, line)
			continue
		}
		flush()
		gap := strings.LastIndex(line, "  ") + len("  ")
		if line == "" || gap < len("  ") {
			p.line(line)
			continue
		}
		p.hang(line[:gap], line[gap:])
	}
	flush()
	return strings.TrimSuffix(p.String(), "\n")
}

// List prints a heading and names under it, as many on a line as fit.
func List(w io.Writer, heading string, names []string, o Options) error {
	p := newPage(w, o)
	p.line(heading)
	p.hang("  ", Clean(strings.Join(names, ", ")))
	_, err := p.WriteTo(w)
	return err
}

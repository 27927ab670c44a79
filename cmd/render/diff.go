package render

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/eml"
)

// hunk is one place that was changed after signing: whole lines, with some of what stands around them.
type hunk struct {
	line int // of the first changed line, in the input as it was given
	rows []diffRow
	more int  // rows that were left out
	same bool // the lines look the same: white space or line ends differ
}

// diffRow is one line: ' ' for context, '-' for what was there when it was signed and is gone, '+' for what came afterwards. Its text is raw.
type diffRow struct {
	mark byte
	text string
}

// Limits of a diff: a message that was encoded anew differs in every line.
const (
	contextLines = 2
	shownHunks   = 6
	shownRows    = 12       // of one mark in one hunk
	maxHunks     = 200      // even with --verbose
	maxRow       = 4 * 1024 // bytes of one line; a screen shows fewer
)

// hunks returns the changes in the order of the message, and how many more there are.
func hunks(m *eml.Message, r *dkim.Restoration, verbose bool) (out []hunk, more int) {
	groups := changesByLine(m.Raw, r)
	limit := shownHunks
	if verbose {
		limit = maxHunks
	}
	for i, g := range groups {
		if i == limit {
			return out, len(groups) - i
		}
		out = append(out, g.hunk(m, verbose))
	}
	return out, 0
}

// lineChange is some changes and the whole lines of the message that they touch.
type lineChange struct {
	at      eml.Span
	changes []dkim.Replacement
}

func changesByLine(raw []byte, r *dkim.Restoration) []lineChange {
	all := slices.Clone(r.Replaced)
	for _, s := range r.Removed {
		all = append(all, dkim.Replacement{Span: s})
	}
	slices.SortStableFunc(all, func(a, b dkim.Replacement) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	var out []lineChange
	for _, c := range all {
		at := wholeLines(raw, c.Span)
		if last := len(out) - 1; last >= 0 && at.Start < out[last].at.End {
			out[last].at.End = max(out[last].at.End, at.End)
			out[last].changes = append(out[last].changes, c)
			continue
		}
		out = append(out, lineChange{at, []dkim.Replacement{c}})
	}
	return out
}

// wholeLines widens s to the lines that it touches.
func wholeLines(raw []byte, s eml.Span) eml.Span {
	s.Start = bytes.LastIndexByte(raw[:s.Start], '\n') + 1
	if s.End > s.Start && raw[s.End-1] == '\n' {
		return s
	}
	if i := bytes.IndexByte(raw[s.End:], '\n'); i >= 0 {
		s.End += i + 1
	} else {
		s.End = len(raw)
	}
	return s
}

// signed returns the lines as they were signed.
func (c lineChange) signed(raw []byte) []byte {
	var out []byte
	pos := c.at.Start
	for _, r := range c.changes {
		if r.Span.Start < pos {
			continue
		}
		out = append(append(out, raw[pos:r.Span.Start]...), r.Original...)
		pos = r.Span.End
	}
	return append(out, raw[pos:c.at.End]...)
}

func (c lineChange) hunk(m *eml.Message, verbose bool) hunk {
	was, is := splitLines(c.signed(m.Raw)), splitLines(m.Raw[c.at.Start:c.at.End])
	first, start := 0, c.at.Start
	for first < len(was) && first < len(is) && was[first] == is[first] {
		start += lineLength(m.Raw[start:])
		first++
	}
	last := 0
	for last < len(was)-first && last < len(is)-first && was[len(was)-1-last] == is[len(is)-1-last] {
		last++
	}
	h := hunk{line: m.Line(min(start, max(0, len(m.Raw)-1))), same: first == len(was) && first == len(is)}
	h.add(' ', linesBefore(m.Raw, start), verbose)
	h.add('-', was[first:len(was)-last], verbose)
	h.add('+', is[first:len(is)-last], verbose)
	after := append(slices.Clone(is[len(is)-last:]), splitLines(head(m.Raw[c.at.End:], maxRow))...)
	h.add(' ', after[:min(contextLines, len(after))], verbose)
	return h
}

func (h *hunk) add(mark byte, lines []string, verbose bool) {
	for i, l := range lines {
		if i == shownRows && !verbose {
			h.more += len(lines) - i
			return
		}
		h.rows = append(h.rows, diffRow{mark, l})
	}
}

func head(b []byte, n int) []byte { return b[:min(n, len(b))] }

func lineLength(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	return len(b)
}

// linesBefore returns the context in front of an offset that begins a line.
func linesBefore(raw []byte, start int) []string {
	from := start
	for i := 0; i < contextLines && from > 0; i++ {
		from = bytes.LastIndexByte(raw[:from-1], '\n') + 1
	}
	return splitLines(raw[max(from, start-maxRow):start])
}

// splitLines cuts b into lines without their ends.
func splitLines(b []byte) []string {
	var out []string
	for l := range bytes.Lines(b) {
		out = append(out, strings.TrimRight(string(head(l, maxRow)), "\r\n"))
	}
	return out
}

// diff prints the hunks: context, what was signed, what came instead.
func (p *page) diff(name string, m *eml.Message, r *dkim.Restoration, indent int) {
	margin := strings.Repeat(" ", indent)
	all, more := hunks(m, r, p.Verbose)
	for _, h := range all {
		p.line(margin + p.style.dim(cut(shortName(name), 40)+fmt.Sprintf(":%d", h.line)))
		if h.same {
			p.line(margin + "  only white space or line ends differ")
			continue
		}
		for _, row := range h.rows {
			p.diffRow(margin+"  ", row)
		}
		if h.more > 0 {
			p.line(margin + "  and " + plural(h.more, "line") + " more: --verbose")
		}
	}
	if more > 0 {
		p.line(margin + "and " + plural(more, "place") + " more: --verbose")
	}
}

func (p *page) diffRow(margin string, row diffRow) {
	text := cut(Clean(row.text), p.width-len(margin)-2)
	switch row.mark {
	case '+':
		p.line(margin + p.style.bad("+ "+text))
	case '-':
		p.line(margin + p.style.good("- "+text))
	default:
		p.line(margin + "  " + text)
	}
}

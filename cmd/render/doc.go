package render

import (
	"bytes"
	"html"
	"io"
	"regexp"
	"strings"
)

// Doc prints a page of docs. Into a file or a pipe it goes as the Markdown that it is; on a terminal its paragraphs are folded and its tables laid out.
func Doc(w io.Writer, text string, o Options) error {
	if o.Width <= 0 {
		_, err := io.WriteString(w, text)
		return err
	}
	p := newPage(w, o)
	p.width = min(p.width, DefaultWidth)
	p.doc(text)
	_, err := p.WriteTo(w)
	return err
}

func (p *page) doc(text string) {
	var block []string // of a paragraph, an item of a list, or a table
	flush := func() {
		if len(block) > 0 {
			p.docBlock(block)
		}
		block = nil
	}
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			flush()
			fenced = !fenced
		case fenced:
			p.line("    " + line)
		case strings.HasPrefix(line, "    ") && block == nil:
			p.line(line)
		case strings.HasPrefix(line, "<!--"):
		case line == "":
			flush()
			if !bytes.HasSuffix(p.Bytes(), []byte("\n\n")) { // a comment is left out
				p.line("")
			}
		case strings.HasPrefix(line, "#"):
			flush()
			p.line(p.style.strong(inDoc(line)))
		default:
			if listMark.MatchString(line) {
				flush()
			}
			block = append(block, line)
		}
	}
	flush()
}

var (
	listMark = regexp.MustCompile(`^(?:- |[0-9]+\. )`)
	docLink  = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
)

func (p *page) docBlock(lines []string) {
	if strings.HasPrefix(lines[0], "|") {
		p.docTable(lines)
		return
	}
	mark := listMark.FindString(lines[0])
	for i, l := range lines {
		lines[i] = strings.TrimSpace(strings.TrimPrefix(l, mark))
	}
	p.hang(mark, inDoc(strings.Join(lines, " ")))
}

// docTable prints a table with its columns side by side, or, where they do not fit, the second column beside the first; of more columns, each under its row.
func (p *page) docTable(lines []string) {
	var rows [][]string
	var widths []int
	for i, l := range lines {
		if i == 1 { // the line under the heading
			continue
		}
		row := cells(l)
		rows = append(rows, row)
		for j, c := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], width(c))
		}
	}
	total := 0
	for _, w := range widths {
		total += w + 2
	}
	switch {
	case total-2 <= p.width:
		for i, row := range rows {
			p.docRow(row, widths, i == 0)
		}
	case len(widths) == 2:
		var pairs [][2]string
		for _, row := range rows {
			pairs = append(pairs, [2]string{row[0], strings.Join(row[1:], " ")})
		}
		p.table(0, p.width/3, pairs)
	default:
		for _, row := range rows[1:] {
			p.hang("", row[0])
			for j, c := range row[1:] {
				if c != "" && j+1 < len(rows[0]) {
					p.hang("    ", rows[0][j+1]+": "+c)
				}
			}
		}
	}
}

func (p *page) docRow(row []string, widths []int, heading bool) {
	var b strings.Builder
	for j, c := range row {
		b.WriteString(pad(c, widths[j]) + "  ")
	}
	line := strings.TrimRight(b.String(), " ")
	if heading {
		line = p.style.strong(line)
	}
	p.line(line)
}

// cells are those of a row of a table; `\|` is no border of one.
func cells(line string) []string {
	const escaped = "\x00"
	line = strings.ReplaceAll(strings.Trim(strings.TrimSpace(line), "|"), `\|`, escaped)
	var out []string
	for c := range strings.SplitSeq(line, "|") {
		out = append(out, strings.ReplaceAll(inDoc(strings.TrimSpace(c)), escaped, "|"))
	}
	return out
}

// inDoc takes out of a text what is there for the web: the targets of links, stars and entities. What stands in backticks stays.
func inDoc(text string) string {
	parts := strings.Split(text, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = docLink.ReplaceAllStringFunc(parts[i], func(s string) string {
			m := docLink.FindStringSubmatch(s)
			if strings.HasPrefix(m[2], "https://") {
				return m[1] + " (" + m[2] + ")"
			}
			return m[1]
		})
		parts[i] = html.UnescapeString(strings.ReplaceAll(parts[i], "**", ""))
	}
	return strings.Join(parts, "`")
}

package render

import (
	"strings"
	"unicode"
)

// document is a text in blocks, for what people paste into tickets and mail. Its words are raw: plain and markdown clean and escape them.
type document []block

type block struct {
	kind blockKind
	text string   // heading, paragraph
	rows []string // items of a list, lines of a quotation
	keep bool     // our own words and addresses to write to: neither redacted nor defanged
}

type blockKind int

const (
	paragraph blockKind = iota
	heading
	bullets
	quoted // lines as they stand in a header, in the DNS or in a file
)

func (d *document) para(text string)      { *d = append(*d, block{kind: paragraph, text: text}) }
func (d *document) head(text string)      { *d = append(*d, block{kind: heading, text: text}) }
func (d *document) quote(lines ...string) { d.rows(quoted, lines) }
func (d *document) list(items ...string)  { d.rows(bullets, items) }
func (d *document) contact(text string) {
	*d = append(*d, block{kind: paragraph, text: text, keep: true})
}

func (d *document) rows(kind blockKind, rows []string) {
	if len(rows) > 0 {
		*d = append(*d, block{kind: kind, rows: rows})
	}
}

// each passes every text of the document through f: redaction and defanging.
func (d document) each(f func(string) string) document {
	out := make(document, len(d))
	for i, b := range d {
		if b.keep {
			out[i] = b
			continue
		}
		out[i] = block{kind: b.kind, text: f(b.text)}
		for _, r := range b.rows {
			out[i].rows = append(out[i].rows, f(r))
		}
	}
	return out
}

// plainWidth is where lines of a plain text are wrapped (RFC 5322 2.1.1 asks for 78).
const plainWidth = 76

// plain writes the document as plain text.
func (d document) plain() string {
	var b strings.Builder
	for i, bl := range d {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch bl.kind {
		case heading:
			b.WriteString(Clean(bl.text) + "\n" + strings.Repeat("-", min(width(Clean(bl.text)), plainWidth)) + "\n")
		case paragraph:
			writeLines(&b, "", "", wrap(Clean(bl.text), plainWidth))
		case bullets:
			for _, r := range bl.rows {
				writeLines(&b, "- ", "  ", wrap(Clean(r), plainWidth-2))
			}
		case quoted:
			for _, r := range bl.rows {
				writeLines(&b, "    ", "      ", wrap(Clean(r), plainWidth-6))
			}
		}
	}
	return b.String()
}

func writeLines(b *strings.Builder, first, next string, lines []string) {
	for i, l := range lines {
		if i == 0 {
			b.WriteString(first + l + "\n")
		} else {
			b.WriteString(next + l + "\n")
		}
	}
}

// markdown writes the document as Markdown (CommonMark, and what GitHub and GitLab add). Nothing in it but our own headings, bullets and
// fences is markup.
func (d document) markdown() string {
	var b strings.Builder
	for i, bl := range d {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch bl.kind {
		case heading:
			b.WriteString("## " + Markdown(bl.text) + "\n")
		case paragraph:
			b.WriteString(Markdown(bl.text) + "\n")
		case bullets:
			for _, r := range bl.rows {
				b.WriteString("- " + Markdown(r) + "\n")
			}
		case quoted:
			fence(&b, bl.rows)
		}
	}
	return b.String()
}

// Markdown makes text fit to stand in a line of Markdown: words that any renderer could take for markup, a link, an address, a mention or a
// reference become code, which none of them looks into. It is safe at the start of a line and not meant for tables.
func Markdown(s string) string {
	words := strings.Fields(Clean(s))
	for i, w := range words {
		if w != ">" || i == 0 { // between the names of pages, where it cannot begin a quotation
			words[i] = markdownWord(w)
		}
	}
	return strings.Join(words, " ")
}

func markdownWord(w string) string {
	core := strings.Trim(w, `.,;:?()"'`)
	if isWord(core) || isMeasure(core) && !startsList(w) {
		return w
	}
	at := 0
	if core != "" {
		at = strings.Index(w, core)
	} else {
		core = w
	}
	before, after := w[:at], w[at+len(core):]
	if !isPunctuation(before) || !isPunctuation(after) {
		before, core, after = "", w, ""
	}
	return before + code(core) + after
}

// isWord reports words of letters, and numbers: nothing in them is markup anywhere. A number with a stop or bracket could begin a list, and
// letters with digits could be a reference to an issue.
func isWord(s string) bool {
	letters, digits := 0, 0
	for i, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) && i > 0:
			letters++
		case r >= '0' && r <= '9':
			digits++
		case (r == '-' || r == '\'' || r == '’') && i > 0 && i < len(s)-1:
		default:
			return false
		}
	}
	return letters > 0 && digits == 0
}

// isNumber reports whole and decimal numbers.
func isNumber(s string) bool {
	whole, rest, decimal := strings.Cut(s, ".")
	return digits(whole) && (!decimal || digits(rest))
}

// isMeasure reports numbers, with or without a per cent sign, the sign alone, and times of day.
func isMeasure(s string) bool {
	hour, minute, clock := strings.Cut(s, ":")
	return isNumber(strings.TrimSuffix(s, "%")) || s == "%" || clock && len(s) == len("16:21") && digits(hour) && digits(minute)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// startsList reports what begins a numbered list where it stands first on a line: "1." and "1)".
func startsList(w string) bool {
	return w != "" && strings.ContainsAny(w[len(w)-1:], ".)") && digits(w[:len(w)-1])
}

// isPunctuation reports what may stand around a word: never what could begin or end a link.
func isPunctuation(s string) bool { return strings.Trim(s, `.,;:?"'()`) == "" }

// code wraps s in as many backticks as it takes.
func code(s string) string {
	ticks := strings.Repeat("`", longestRun(s, '`')+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

func longestRun(s string, c rune) int {
	longest, run := 0, 0
	for _, r := range s {
		if r != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// fence writes lines as a block of code that none of them can end.
func fence(b *strings.Builder, lines []string) {
	longest := 2
	for i := range lines {
		longest = max(longest, longestRun(lines[i], '`'))
	}
	ticks := strings.Repeat("`", longest+1)
	b.WriteString(ticks + "\n")
	for _, l := range lines {
		b.WriteString(Clean(l) + "\n")
	}
	b.WriteString(ticks + "\n")
}

// Package yamlfile reads YAML that people write by hand: every complaint names the line, shows it, and says what was meant.
package yamlfile

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a file. Ten thousand rules take about 4 MB; the nesting of our formats is at most six deep, and the YAML parser
// recurses, so a file that only opens brackets must not reach it.
const (
	MaxBytes = 16 << 20
	MaxDepth = 32
)

// maxProblems bounds what is reported of one file: whoever has a hundred wrong lines mends the first ones first.
const maxProblems = 100

// Problem is something wrong in a file. Line counts from 1; 0 means the file as a whole.
type Problem struct {
	Path    string
	Line    int
	Source  string // the line as it stands in the file
	Message string // what is wrong, and what was meant where that is known
}

// Error returns "rules.yaml:4: unknown key ..." with the line of the file below it.
func (p Problem) Error() string {
	if p.Line == 0 {
		return p.Path + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d: %s\n    %d | %s", p.Path, p.Line, p.Message, p.Line, clip(strings.TrimRight(p.Source, " \t"), maxSource))
}

// Problems are all that is wrong in a file, in the order of its lines.
type Problems []Problem

// Error returns every problem, one below the other.
func (ps Problems) Error() string {
	var b strings.Builder
	for i, p := range ps {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Error())
	}
	return b.String()
}

// Doc is one file while it is read. Problems are collected, so that a user sees all of them at once.
type Doc struct {
	Path     string
	lines    []string
	problems Problems
	seen     int // problems noted, those above maxProblems too
}

// Parse reads data, which holds one document. Syntax errors are problems of the Doc; the value is then null.
func Parse(path string, data []byte) (*Doc, Value) {
	d := &Doc{Path: path}
	if len(data) > MaxBytes {
		d.add(0, fmt.Sprintf("the file has %d bytes; at most %d are read", len(data), MaxBytes))
		return d, Value{doc: d}
	}
	text := strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff")
	d.lines = strings.Split(text, "\n")
	return d, Value{doc: d, node: d.parse(text)}
}

func (d *Doc) parse(text string) ast.Node {
	if len(text) >= largeFile {
		if node, ok := plain(text); ok {
			return node
		}
	}
	tokens := lexer.Tokenize(text)
	if line, deep := tooDeep(tokens); deep {
		d.add(line, fmt.Sprintf("nested more than %d deep", MaxDepth))
		return nil
	}
	if line, many := tooMany(tokens); many {
		d.add(line, fmt.Sprintf("more than %d keys in one mapping", maxKeys))
		return nil
	}
	f, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		d.syntax(err)
		return nil
	}
	docs := f.Docs[:0:0]
	for _, doc := range f.Docs {
		if doc.Body != nil {
			docs = append(docs, doc)
		}
	}
	switch len(docs) {
	case 0:
		return nil
	case 1:
		return docs[0].Body
	}
	d.add(lineOf(docs[1].Body), "a second document begins here; one file holds one document")
	return docs[0].Body
}

func (d *Doc) syntax(err error) {
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		d.add(ye.GetToken().Position.Line, "not valid YAML: "+ye.GetMessage())
		return
	}
	d.add(0, "not valid YAML: "+err.Error())
}

// tooDeep counts brackets that are open at once, and dashes that follow one another in a line: only these nest without
// indentation, which would need a file of quadratic size.
func tooDeep(tokens token.Tokens) (line int, deep bool) {
	open, dashes, dashLine := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open--
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position.Line != dashLine {
				dashes, dashLine = 0, t.Position.Line
			}
			dashes++
		}
		if open > MaxDepth || dashes > MaxDepth || t.Position.Column > maxColumn && t.Type == token.SequenceEntryType {
			return t.Position.Line, true
		}
	}
	return 0, false
}

// maxKeys bounds a mapping: those of our formats have thirty keys, and the time of the YAML parser grows with the square of their number.
const maxKeys = 1000

// tooMany counts the keys of each mapping: in blocks those that begin in one column, between brackets by their commas.
func tooMany(tokens token.Tokens) (line int, many bool) {
	type mapping struct{ column, keys int }
	var blocks []mapping
	var brackets []mapping // column is 0 for a list, which may be long
	leave := func(column int) {
		for len(blocks) > 0 && blocks[len(blocks)-1].column > column {
			blocks = blocks[:len(blocks)-1]
		}
	}
	for _, t := range tokens {
		var in *mapping
		switch {
		case t.Type == token.SequenceStartType:
			brackets = append(brackets, mapping{})
		case t.Type == token.MappingStartType:
			brackets = append(brackets, mapping{column: 1})
		case t.Type == token.SequenceEndType || t.Type == token.MappingEndType:
			brackets = brackets[:max(0, len(brackets)-1)]
		case len(brackets) > 0:
			if in = &brackets[len(brackets)-1]; in.column == 0 || t.Type != token.CollectEntryType {
				in = nil
			}
		case t.Type == token.SequenceEntryType:
			leave(t.Position.Column)
		case t.Type == token.MappingKeyType, t.Type == token.MappingValueType && t.Prev != nil:
			column := t.Position.Column
			if t.Type == token.MappingValueType {
				column = min(column, t.Prev.Position.Column)
			}
			if leave(column); len(blocks) == 0 || blocks[len(blocks)-1].column < column {
				blocks = append(blocks, mapping{column: column})
			}
			in = &blocks[len(blocks)-1]
		}
		if in == nil {
			continue
		}
		if in.keys++; in.keys > maxKeys {
			return t.Position.Line, true
		}
	}
	return 0, false
}

// maxColumn is how far a list item may be indented: deeper than anything in our formats.
const maxColumn = 400

// Problemf notes what is wrong at v.
func (v Value) Problemf(format string, args ...any) {
	v.doc.add(v.Line(), fmt.Sprintf(format, args...))
}

func (d *Doc) add(line int, message string) {
	d.seen++
	if len(d.problems) >= maxProblems {
		return
	}
	d.problems = append(d.problems, Problem{Path: d.Path, Line: line, Source: d.Line(line), Message: clip(message, maxMessage)})
}

// What is shown of a line, and said of it, in bytes: a file may be one line of megabytes.
const (
	maxSource  = 200
	maxMessage = 2000
)

func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// Line returns the text of line n, which counts from 1.
func (d *Doc) Line(n int) string {
	if n < 1 || n > len(d.lines) {
		return ""
	}
	return d.lines[n-1]
}

// LineCount returns the number of lines.
func (d *Doc) LineCount() int { return len(d.lines) }

// Count returns the number of problems so far, so that a reader can tell whether a part of the file had any.
func (d *Doc) Count() int { return d.seen }

// Err returns all problems as a Problems in the order of their lines, or nil.
func (d *Doc) Err() error {
	if len(d.problems) == 0 {
		return nil
	}
	sort.SliceStable(d.problems, func(i, j int) bool { return d.problems[i].Line < d.problems[j].Line })
	return d.problems
}

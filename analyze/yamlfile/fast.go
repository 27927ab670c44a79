package yamlfile

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// largeFile is from where on a file is tried in the plain way first: the library needs half a second for ten thousand rules.
const largeFile = 64 << 10

// plain reads the YAML that programs and careful people write: block mappings and lists, scalars and flow collections on one line, comments.
// ok is false for whatever else there is: then the library reads the file, and its word counts. A fuzz test holds the two against each other.
func plain(text string) (node ast.Node, ok bool) {
	p := &plainParser{}
	if !p.split(text) || len(p.lines) == 0 {
		return nil, false
	}
	node, ok = p.block(p.lines[0].indent, 0)
	return node, ok && p.at == len(p.lines)
}

// plainLine is a line with content: what stands behind the indentation, without a comment.
type plainLine struct {
	number, indent int
	text           string
}

type plainParser struct {
	lines []plainLine
	at    int
}

// split cuts the text into lines and takes comments and blank lines out.
func (p *plainParser) split(text string) bool {
	p.lines = make([]plainLine, 0, strings.Count(text, "\n")+1)
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		content := strings.TrimLeft(line, " ")
		indent := len(line) - len(content)
		content, ok := uncomment(content)
		if !ok {
			return false
		}
		if content == "" {
			continue
		}
		if indent == 0 && (strings.HasPrefix(content, "---") || strings.HasPrefix(content, "...") || content[0] == '%') {
			return false
		}
		p.lines = append(p.lines, plainLine{n, indent, content})
	}
	return true
}

// uncomment takes a comment and blanks off the end of a line. ok is false where the line holds what is not read here.
func uncomment(s string) (string, bool) {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f && !unicode.IsPrint(r) || r == utf8.RuneError }) {
		return "", false
	}
	var quote byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote == '"' && c == '\\':
			return "", false
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (i == 0 || strings.IndexByte(" [{,", s[i-1]) >= 0):
			quote = c
		case c == '#' && (i == 0 || s[i-1] == ' '):
			return strings.TrimRight(s[:i], " "), true
		}
	}
	return strings.TrimRight(s, " "), quote == 0
}

// block reads the mapping, list or scalar whose lines are indented by indent.
func (p *plainParser) block(indent, depth int) (ast.Node, bool) {
	if depth >= MaxDepth || indent > maxColumn || p.at == len(p.lines) {
		return nil, false
	}
	if isItem(p.lines[p.at].text) {
		return p.list(indent, depth)
	}
	return p.mapping(indent, depth)
}

func isItem(s string) bool { return strings.HasPrefix(s, "- ") }

func (p *plainParser) list(indent, depth int) (ast.Node, bool) {
	out := &ast.SequenceNode{BaseNode: &ast.BaseNode{}, Start: at(p.lines[p.at].number, "-")}
	for p.at < len(p.lines) && p.lines[p.at].indent == indent && isItem(p.lines[p.at].text) {
		l := &p.lines[p.at]
		rest := strings.TrimLeft(l.text[2:], " ")
		var v ast.Node
		var ok bool
		if indent+len(l.text)-len(rest) > maxColumn {
			return nil, false
		}
		if _, _, isKey := cutKey(rest); isKey || isItem(rest) {
			// The item's own line becomes the first of the block inside it.
			l.indent, l.text = indent+len(l.text)-len(rest), rest
			v, ok = p.block(l.indent, depth+1)
		} else {
			v, ok = scalar(rest, l.number)
			p.at++
		}
		if !ok {
			return nil, false
		}
		out.Values = append(out.Values, v)
	}
	return out, p.at == len(p.lines) || p.lines[p.at].indent < indent || p.lines[p.at].indent == indent && !isItem(p.lines[p.at].text)
}

func (p *plainParser) mapping(indent, depth int) (ast.Node, bool) {
	out := &ast.MappingNode{BaseNode: &ast.BaseNode{}, Start: at(p.lines[p.at].number, "")}
	for p.at < len(p.lines) && p.lines[p.at].indent == indent {
		l := p.lines[p.at]
		key, rest, ok := cutKey(l.text)
		if !ok {
			return nil, false
		}
		p.at++
		v, ok := p.value(l, rest, indent, depth)
		if !ok {
			return nil, false
		}
		if out.Values = append(out.Values, pair(key, l.number, v)); len(out.Values) > maxKeys {
			return nil, false
		}
	}
	return out, p.at == len(p.lines) || p.lines[p.at].indent < indent
}

// value reads what belongs to a key: the rest of its line, or the block below.
func (p *plainParser) value(l plainLine, rest string, indent, depth int) (ast.Node, bool) {
	below := p.at < len(p.lines) && (p.lines[p.at].indent > indent || p.lines[p.at].indent == indent && isItem(p.lines[p.at].text))
	switch {
	case rest != "" && p.at < len(p.lines) && p.lines[p.at].indent > indent:
		return nil, false // goes on in the next line
	case rest != "":
		return scalar(rest, l.number)
	case below:
		return p.block(p.lines[p.at].indent, depth+1)
	}
	return nil, false // a key without a value: the library says where it ends
}

// cutKey splits "key: value". Keys are words of letters, digits, dashes and underscores.
func cutKey(s string) (key, rest string, ok bool) {
	i := 0
	for i < len(s) && isKeyByte(s[i]) {
		i++
	}
	if i == 0 || i == len(s) || s[i] != ':' || s[0] == '-' || isOdd(s[:i]) {
		return "", "", false
	}
	if rest = s[i+1:]; rest != "" && rest[0] != ' ' {
		return "", "", false
	}
	return s[:i], strings.TrimLeft(rest, " "), true
}

func isKeyByte(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isOdd reports whether YAML gives a word a meaning beside its letters.
func isOdd(s string) bool {
	switch strings.ToLower(s) {
	case "null", "~", "y", "n", ".inf", "-.inf", "+.inf", ".nan", "<<":
		return true
	}
	return false
}

// scalar reads the value of one line: plain, in quotes, or a flow collection.
func scalar(s string, line int) (ast.Node, bool) {
	f := &flow{s: s, line: line}
	v, ok := f.value(0, false)
	return v, ok && f.at == len(s)
}

// flow reads values inside of one line.
type flow struct {
	s    string
	at   int
	line int
}

func (f *flow) value(depth int, inside bool) (ast.Node, bool) {
	if f.at >= len(f.s) || depth >= MaxDepth {
		return nil, false
	}
	switch f.s[f.at] {
	case '[':
		return f.list(depth)
	case '{':
		return f.mapping(depth)
	case '"', '\'':
		return f.quoted()
	}
	return f.word(inside)
}

func (f *flow) blanks() {
	for f.at < len(f.s) && f.s[f.at] == ' ' {
		f.at++
	}
}

// next skips blanks and a comma; done is true at the closing bracket.
func (f *flow) next(end byte, first bool) (done, ok bool) {
	f.blanks()
	switch {
	case f.at >= len(f.s):
		return false, false
	case f.s[f.at] == end:
		f.at++
		return true, true
	case first:
		return false, true
	case f.s[f.at] != ',':
		return false, false
	}
	f.at++
	f.blanks()
	return false, f.at < len(f.s) && f.s[f.at] != end && f.s[f.at] != ','
}

func (f *flow) list(depth int) (ast.Node, bool) {
	out := &ast.SequenceNode{BaseNode: &ast.BaseNode{}, Start: at(f.line, "["), IsFlowStyle: true}
	f.at++
	for {
		done, ok := f.next(']', len(out.Values) == 0)
		if done || !ok {
			return out, ok
		}
		v, ok := f.value(depth+1, true)
		if !ok {
			return nil, false
		}
		out.Values = append(out.Values, v)
	}
}

func (f *flow) mapping(depth int) (ast.Node, bool) {
	out := &ast.MappingNode{BaseNode: &ast.BaseNode{}, Start: at(f.line, "{"), IsFlowStyle: true}
	f.at++
	for {
		done, ok := f.next('}', len(out.Values) == 0)
		if done || !ok {
			return out, ok
		}
		key, rest, ok := cutKey(f.s[f.at:])
		if !ok || rest == "" {
			return nil, false
		}
		f.at = len(f.s) - len(rest)
		v, ok := f.value(depth+1, true)
		if !ok {
			return nil, false
		}
		if out.Values = append(out.Values, pair(key, f.line, v)); len(out.Values) > maxKeys {
			return nil, false
		}
	}
}

// quoted reads a string in quotes; one that holds a quote or a backslash is left to the library.
func (f *flow) quoted() (ast.Node, bool) {
	quote := f.s[f.at]
	end := strings.IndexByte(f.s[f.at+1:], quote)
	if end < 0 {
		return nil, false
	}
	text := f.s[f.at+1 : f.at+1+end]
	f.at += end + 2
	if f.at < len(f.s) && (f.s[f.at] == '\'' || f.s[f.at] == '"') || quote == '"' && strings.Contains(text, `\`) {
		return nil, false
	}
	f.blanks()
	return text1(text, f.line), true
}

// word reads a plain scalar: to the end of the line, or inside a collection to the next comma or bracket.
func (f *flow) word(inside bool) (ast.Node, bool) {
	s := f.s[f.at:]
	if inside {
		end := strings.IndexAny(s, ",[]{}")
		if end < 0 {
			return nil, false
		}
		s = s[:end]
	}
	f.at += len(s)
	s = strings.TrimRight(s, " ")
	if s == "" || !isWordStart(s[0]) || isOdd(s) || strings.Contains(s, ": ") || strings.HasSuffix(s, ":") || strings.Contains(s, " #") || strings.ContainsAny(s, `"'`) {
		return nil, false
	}
	return text1(s, f.line), true
}

// isWordStart accepts what begins a plain scalar and nothing else.
func isWordStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '/' || c == '^' || c == '_' || c == '(' || c >= 0x80
}

func at(line int, value string) *token.Token {
	return &token.Token{Value: value, Origin: value, Position: &token.Position{Line: line, Column: 1}}
}

func text1(s string, line int) ast.Node {
	return &ast.StringNode{BaseNode: &ast.BaseNode{}, Token: at(line, s), Value: s}
}

func pair(key string, line int, v ast.Node) *ast.MappingValueNode {
	t := at(line, key)
	return &ast.MappingValueNode{BaseNode: &ast.BaseNode{}, Start: t, Key: &ast.StringNode{BaseNode: &ast.BaseNode{}, Token: t, Value: key}, Value: v}
}

package yamlfile

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Value is a place in a Doc: a scalar, a list or a mapping. Its methods note a problem where the file holds another kind.
type Value struct {
	doc  *Doc
	node ast.Node
}

// Entry is one key of a mapping with its value.
type Entry struct {
	Key   string
	Line  int // of the key
	Value Value
}

// Line returns the line on which v begins, or 0 for an absent value.
func (v Value) Line() int { return lineOf(v.node) }

func lineOf(n ast.Node) int {
	if n == nil || n.GetToken() == nil {
		return 0
	}
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		return lineOf(m.Values[0].Key)
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		return lineOf(m.Key)
	}
	return n.GetToken().Position.Line
}

// IsNull reports whether v is absent or empty ("key:" with nothing behind it).
func (v Value) IsNull() bool {
	if v.node == nil {
		return true
	}
	_, null := v.node.(*ast.NullNode)
	return null
}

// IsMap reports whether v is a mapping.
func (v Value) IsMap() bool {
	switch v.node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

// Source returns v as YAML text of its own.
func (v Value) Source() string {
	if v.IsNull() {
		return ""
	}
	return v.node.String() + "\n"
}

// Entries returns the keys of a mapping in the order of the file. A key that is not among known, or that stands twice, is a
// problem. known may be nil: then any key will do.
func (v Value) Entries(known []string) []Entry {
	var pairs []*ast.MappingValueNode
	switch n := v.node.(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		v.Problemf("expected keys with values here, such as `%s: ...`", first(known))
		return nil
	}
	return v.entries(pairs, known)
}

func (v Value) entries(pairs []*ast.MappingValueNode, known []string) []Entry {
	out := make([]Entry, 0, len(pairs))
	for _, p := range pairs {
		key := Value{v.doc, p.Key}
		e := Entry{Key: p.Key.GetToken().Value, Line: key.Line(), Value: Value{v.doc, p.Value}}
		if before := find(out, e.Key); before > 0 {
			key.Problemf("`%s` stands twice; first in line %d", e.Key, before)
			continue
		}
		if known != nil && !contains(known, e.Key) {
			key.Problemf("%s", unknown("key", e.Key, known))
			continue
		}
		out = append(out, e)
	}
	return out
}

func find(entries []Entry, key string) int {
	for _, e := range entries {
		if e.Key == key {
			return e.Line
		}
	}
	return 0
}

// Items returns the values of a list; a single value counts as a list of one.
func (v Value) Items() []Value {
	switch n := v.node.(type) {
	case nil, *ast.NullNode:
		return nil
	case *ast.SequenceNode:
		out := make([]Value, len(n.Values))
		for i, item := range n.Values {
			out[i] = Value{v.doc, item}
		}
		return out
	}
	return []Value{v}
}

// Text returns a scalar as it is written, without quotes: numbers, dates and booleans too.
func (v Value) Text() (string, bool) {
	switch n := v.node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return v.node.GetToken().Value, true
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		v.Problemf("anchors, aliases and tags are not supported; write the value out")
		return "", false
	case nil, *ast.NullNode:
		v.Problemf("a value is missing")
		return "", false
	}
	v.Problemf("expected one value here")
	return "", false
}

// Texts returns a list of scalars; a single scalar counts as a list of one.
func (v Value) Texts() []string {
	var out []string
	for _, item := range v.Items() {
		if s, ok := item.Text(); ok {
			out = append(out, s)
		}
	}
	return out
}

// Bool returns a yes or no. YAML 1.1 and 1.2 disagree about "yes"; people write both, so both are read.
func (v Value) Bool() (yes, ok bool) {
	s, ok := v.Text()
	if !ok {
		return false, false
	}
	switch strings.ToLower(s) {
	case "yes", "true", "on":
		return true, true
	case "no", "false", "off":
		return false, true
	}
	v.Problemf("`%s` is neither yes nor no", s)
	return false, false
}

// Float returns a number.
func (v Value) Float() (float64, bool) {
	s, ok := v.Text()
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		v.Problemf("`%s` is not a number", s)
		return 0, false
	}
	return f, true
}

// Word returns a scalar that must be one of known.
func (v Value) Word(known ...string) (string, bool) {
	s, ok := v.Text()
	if ok && !contains(known, s) {
		v.Problemf("%s", unknown("value", s, known))
		return "", false
	}
	return s, ok
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func first(list []string) string {
	if len(list) == 0 {
		return "key"
	}
	return list[0]
}

package dkim

import (
	"bytes"
	"errors"
	"strings"
	"unicode"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Tag is one tag=value pair of a tag list (RFC 6376 3.2).
type Tag struct {
	Name  string
	Value string   // without outer white space; folds stand as they are
	Span  eml.Span // of Value
	whole eml.Span // all between "=" and ";"
}

// Tags is a tag list in its order.
type Tags []Tag

// Why a tag list cannot be used.
var (
	ErrTagSyntax    = errors.New("a tag without \"=\"")
	ErrTagTwice     = errors.New("a tag stands twice")
	ErrTagName      = errors.New("a tag name that is none")
	ErrTagEmpty     = errors.New("an empty tag between semicolons")
	ErrTagsTooMany  = errors.New("too many tags")
	errTagValueChar = errors.New("a tag value with a control character")
)

// maxTags: signatures have a dozen; looking for doubles is quadratic in their number.
const maxTags = 100

// ParseTags reads the tag list that stands at span in raw. It is as tolerant as verifiers are: empty tags and odd names pass here,
// and Strict finds them.
func ParseTags(raw []byte, span eml.Span) (Tags, error) {
	var out Tags
	for pos := span.Start; pos < span.End; {
		end := span.End
		if i := bytes.IndexByte(raw[pos:span.End], ';'); i >= 0 {
			end = pos + i
		}
		part := eml.Span{Start: pos, End: end}
		tag, err := parseTag(raw, part)
		switch {
		case trimSpan(raw, part).Empty():
		case err != nil:
			return out, err
		case out.index(tag.Name) >= 0:
			return out, ErrTagTwice
		case len(out) == maxTags:
			return out, ErrTagsTooMany
		default:
			out = append(out, tag)
		}
		pos = end + 1
	}
	return out, nil
}

func parseTag(raw []byte, s eml.Span) (Tag, error) {
	b := raw[s.Start:s.End]
	eq := bytes.IndexByte(b, '=')
	if eq < 0 {
		return Tag{}, ErrTagSyntax
	}
	whole := eml.Span{Start: s.Start + eq + 1, End: s.End}
	span := trimSpan(raw, whole)
	return Tag{
		Name:  string(bytes.TrimSpace(b[:eq])),
		Value: string(raw[span.Start:span.End]),
		Span:  span, whole: whole,
	}, nil
}

func trimSpan(raw []byte, s eml.Span) eml.Span {
	b := raw[s.Start:s.End]
	left := bytes.TrimLeftFunc(b, unicode.IsSpace)
	s.Start += len(b) - len(left)
	s.End = s.Start + len(bytes.TrimRightFunc(left, unicode.IsSpace))
	return s
}

func (t Tags) index(name string) int {
	for i := range t {
		if t[i].Name == name {
			return i
		}
	}
	return -1
}

// Get returns the tag of that name; names are case-sensitive (RFC 6376 3.2).
func (t Tags) Get(name string) (Tag, bool) {
	if i := t.index(name); i >= 0 {
		return t[i], true
	}
	return Tag{}, false
}

// Value returns the value of a tag without any white space inside, or "".
func (t Tags) Value(name string) string {
	tag, _ := t.Get(name)
	return strip(tag.Value)
}

// Strict reports what the grammar of RFC 6376 3.2 forbids and DKIM verifiers let pass; ARC verifiers do not (RFC 8617 4.1 has the same grammar).
func (t Tags) Strict(raw []byte, span eml.Span) error {
	if emptyTag(raw[span.Start:span.End]) {
		return ErrTagEmpty
	}
	for _, tag := range t {
		if !tagName(tag.Name) {
			return ErrTagName
		}
		if strings.IndexFunc(tag.Value, badValueChar) >= 0 {
			return errTagValueChar
		}
	}
	return nil
}

// emptyTag finds a semicolon with nothing before it; one at the very end is allowed.
func emptyTag(b []byte) bool {
	for {
		part, rest, more := bytes.Cut(b, []byte{';'})
		if !more {
			return false
		}
		if len(bytes.TrimSpace(part)) == 0 {
			return true
		}
		b = rest
	}
}

func badValueChar(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' || r == 0x7f }

func tagName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if letter := c >= 'a' && c <= 'z'; letter || i > 0 && (s[i] >= '0' && s[i] <= '9' || s[i] == '_') {
			continue
		}
		return false
	}
	return s != ""
}

// strip takes out all white space, folds included.
func strip(s string) string {
	if strings.IndexFunc(s, unicode.IsSpace) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// list splits a colon-separated value (h=, q=, s=, t=), white space taken out.
func list(s string) []string {
	return strings.Split(strip(s), ":")
}

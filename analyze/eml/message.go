// Package eml turns the raw bytes of a message into fields, MIME parts and spans, and never changes a byte.
package eml

import (
	"net/netip"
	"sync"
)

// Span is a half-open byte range of Message.Raw.
type Span struct{ Start, End int }

// Len returns the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Empty reports whether the span holds no byte: the zero Span points nowhere.
func (s Span) Empty() bool { return s.End <= s.Start }

// Field is one header field. Span holds name, colon, folded lines and the final line end; Value is what stands
// after the colon, without the final line end. Name is spelled as in the message.
type Field struct {
	Name  string
	Span  Span
	Value Span
}

// Problem is something wrong with the message that other parsers may read differently: it is said, never repaired silently.
type Problem struct {
	Kind string // stable name, one of the Kind constants
	Span Span
	Note string
}

// Repair is one change that the paste doctor made so that the message could be read.
type Repair struct {
	Kind string // stable name, such as "lost-indent"
	Line int    // 1-based, in the input as it was given
	Note string
}

// Message is a parsed message. All spans point into Raw. It may be read from several goroutines at once.
type Message struct {
	Raw        []byte
	Fields     []Field
	Header     Span // from the first field up to and with the last field's line end (an mbox "From " line stands before it)
	Body       Span // what follows the blank line
	HeaderOnly bool // there is no blank line, or nothing after it and the fields announce a body
	Repairs    []Repair
	Problems   []Problem // what Parse saw; AllProblems adds the MIME tree and decoding

	cr      bool       // lines end with CR alone
	origin  origin     // where the bytes of a repaired paste came from
	tableIP netip.Addr // see TableIP
	lazy    lazy
}

// lazy holds what is worked out when it is first asked for.
type lazy struct {
	mu       sync.Mutex
	problems []Problem

	names   sync.Once
	byName  nameIndex
	lines   sync.Once
	lineIdx lineIndex
	tree    sync.Once
	root    *Part
}

package eml

import (
	"cmp"
	"slices"
)

// The kinds of Problem. They are stable: they stand in JSON and in people's CI. A message may have none, some or many of each.
const (
	KindMboxLine       = "mbox-line"            // a "From " or ">From " line, as mbox files and some gateways write it
	KindBOM            = "bom"                  // a byte order mark before the first field
	KindLeadingBlank   = "leading-blank"        // the first line is blank, so the message has no header at all (RFC 5322 2.1)
	KindNoColon        = "no-colon"             // a line of the header that is neither a field nor a continuation
	KindOrphanFold     = "orphan-fold"          // a continuation line with no field before it
	KindWhiteLine      = "white-line"           // a header line of white space alone: a fold by RFC 5322 4.2, the end of the header for others
	KindNoBlankLine    = "no-blank-line"        // the header of a part runs into its body or boundary
	KindEightBitName   = "eight-bit-name"       // a byte above 127 in a field name
	KindControlInName  = "control-in-name"      // a control character in a field name
	KindEmptyName      = "empty-name"           // a colon with nothing before it
	KindSpaceColon     = "space-before-colon"   // obsolete (RFC 5322 4.5.3), and not a field for some parsers
	KindNotUTF8        = "not-utf8"             // raw bytes in a field that are not UTF-8 (RFC 6532)
	KindLongLine       = "long-line"            // a header line of more than 998 bytes (RFC 5322 2.1.1)
	KindBareLF         = "bare-lf"              // LF without CR in a message that otherwise ends its lines with CRLF
	KindBareCR         = "bare-cr"              // CR without LF
	KindNUL            = "nul"                  // a NUL byte in the header
	KindTooManyFields  = "too-many-fields"      // fields after the first maxFields were not read
	KindTooMany        = "too-many-problems"    // problems after the first maxProblems are not listed
	KindBadWord        = "bad-encoded-word"     // an RFC 2047 word that could not be decoded, or not whole
	KindUnknownCharset = "unknown-charset"      // a charset nobody knows: the bytes were read as UTF-8 or else Windows-1252
	KindWrongCharset   = "wrong-charset"        // bytes that do not occur in the charset that is stated
	KindNoAt           = "no-at"                // an address without "@" or without one of its sides: left out
	KindSeveralAt      = "several-at"           // an address with more than one "@": the last one counts here
	KindOpenBracket    = "open-bracket"         // "<" without ">"
	KindAddressList    = "long-address-list"    // addresses after the first maxAddresses, or maxAddressBytes, were not read
	KindContentType    = "bad-content-type"     // a Content-Type that cannot be read: the default counts (RFC 2045 5.2)
	KindRepeatedType   = "repeated-mime-field"  // a MIME field that stands twice in one header: the first counts here
	KindRepeatedParam  = "repeated-parameter"   // a parameter that stands twice in one field: the first counts here
	KindNoBoundary     = "no-boundary"          // multipart without a boundary parameter: its parts cannot be found
	KindNoParts        = "no-parts"             // multipart whose boundary never occurs
	KindUnclosed       = "unclosed-multipart"   // the closing boundary is missing
	KindBoundaryLike   = "boundary-like"        // a line that begins with the boundary and goes on: RFC 2046 5.1.1 takes it, most parsers do not
	KindSameBoundary   = "same-boundary"        // an inner multipart uses the boundary of an outer one
	KindTooDeep        = "too-deep"             // nested deeper than maxDepth: not opened
	KindTooManyParts   = "too-many-parts"       // parts after the first maxParts were not read
	KindEncodedParent  = "encoded-container"    // base64 or quoted-printable on multipart or message/*, which RFC 2045 6.4 forbids
	KindUnknownCTE     = "unknown-encoding"     // a Content-Transfer-Encoding nobody knows: the bytes are returned as they stand
	KindBadBase64      = "bad-base64"           // bytes outside the alphabet, or an incomplete end
	KindBadQP          = "bad-quoted-printable" // "=" without two hexadecimal digits
)

// Limits on what is said. A message made of defects is described by its first ones.
const maxProblems = 500

// report adds a problem found while parsing. It belongs to the one goroutine that parses.
func (m *Message) report(kind string, s Span, note string) {
	m.Problems = appendProblem(m.Problems, Problem{kind, s, note})
}

// note adds a problem found later, while text or parts were decoded: once, however often it is met, and from any goroutine.
func (m *Message) note(kind string, s Span, note string) {
	m.lazy.mu.Lock()
	defer m.lazy.mu.Unlock()
	p := Problem{kind, s, note}
	if len(m.lazy.problems) <= maxProblems && !slices.Contains(m.lazy.problems, p) {
		m.lazy.problems = appendProblem(m.lazy.problems, p)
	}
}

func appendProblem(list []Problem, p Problem) []Problem {
	switch {
	case len(list) < maxProblems:
		return append(list, p)
	case len(list) == maxProblems:
		return append(list, Problem{KindTooMany, p.Span, "more of the like was not listed"})
	}
	return list
}

// AllProblems returns what is wrong with the message: Problems, what the MIME tree showed, and what decoding has met so far,
// in the order of the bytes. It builds the tree.
func (m *Message) AllProblems() []Problem {
	m.Root()
	m.lazy.mu.Lock()
	defer m.lazy.mu.Unlock()
	all := slices.Concat(m.Problems, m.lazy.problems)
	slices.SortStableFunc(all, func(a, b Problem) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return all
}

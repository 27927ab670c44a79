package trace

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// ReadHop reads a Received field of m. Spans point into m.Raw, folds included. Where no dialect understands the line, only Span
// is filled and Dialect is empty.
func ReadHop(m *eml.Message, f eml.Field) Hop {
	raw := m.Bytes(f.Value)
	value, lead, folded := unfold(raw)
	h, ok := ParseReceived(value)
	if !ok {
		return Hop{Span: f.Span}
	}
	h.Span = f.Span
	at := func(i int) int {
		if folded {
			i = unfoldedAt(raw[lead:], i)
		}
		return f.Value.Start + lead + i
	}
	for _, s := range []*eml.Span{&h.IPSpan, &h.HostSpan} {
		if !s.Empty() {
			*s = eml.Span{Start: at(s.Start), End: at(s.End-1) + 1}
		}
	}
	return h
}

var unfolding = strings.NewReplacer("\r", "", "\n", "", "\t", " ")

// unfold takes the line ends out of a value (RFC 5322 2.2.3) and the blanks around it. A fold with a tab reads as one with a space does,
// since mail clients turn one into the other; lead is how many bytes of raw went before
// the first that was kept.
func unfold(raw []byte) (value string, lead int, folded bool) {
	for lead < len(raw) && blank(raw[lead]) {
		lead++
	}
	s := string(raw[lead:])
	if strings.ContainsAny(s, "\r\n") {
		s, folded = unfolding.Replace(s), true
	}
	return strings.TrimRight(s, " \t"), lead, folded
}

// unfoldedAt returns the offset in raw of the i-th byte that is no line end.
func unfoldedAt(raw []byte, i int) int {
	for j, c := range raw {
		if c == '\r' || c == '\n' {
			continue
		}
		if i == 0 {
			return j
		}
		i--
	}
	return len(raw)
}

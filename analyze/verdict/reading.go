package verdict

import (
	"math"
	"strconv"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// reading is one decoder at work on one copy of its fields.
type reading struct {
	m      *eml.Message
	t      *trace.Trace
	fields []field
	v      Verdict
}

// piece is a stretch of a field's value: its text without folds and outer white space, and where that stands.
type piece struct {
	text string
	span eml.Span
}

func (p piece) lower() string { return strings.ToLower(p.text) }

// value returns the whole value of f, cut at maxValue.
func (r *reading) value(f field) piece { return r.piece(clip(f.Value)) }

// get returns the value of the first field of that name, given in lower case.
func (r *reading) get(name string) (piece, bool) {
	for _, f := range r.fields {
		if f.name == name {
			return r.value(f), true
		}
	}
	return piece{}, false
}

// piece returns the stretch s without white space at its ends.
func (r *reading) piece(s eml.Span) piece {
	b := r.m.Bytes(s)
	for len(b) > 0 && white(b[0]) {
		b, s.Start = b[1:], s.Start+1
	}
	for len(b) > 0 && white(b[len(b)-1]) {
		b, s.End = b[:len(b)-1], s.End-1
	}
	return piece{unfold(b), s}
}

func white(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// unfold joins folded lines: a fold becomes one space.
func unfold(b []byte) string {
	s := string(b)
	if !strings.ContainsAny(s, "\r\n") {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// split cuts p at every sep. Empty stretches are left out. Brackets are not heeded: a peer's HELO name with an open bracket in it must not
// swallow what follows.
func (r *reading) split(p piece, sep byte) []piece {
	var out []piece
	b := r.m.Bytes(p.span)
	start := 0
	for i := 0; i <= len(b); i++ {
		if i < len(b) && b[i] != sep {
			continue
		}
		if q := r.piece(eml.Span{Start: p.span.Start + start, End: p.span.Start + i}); q.text != "" {
			out = append(out, q)
		}
		start = i + 1
	}
	return out
}

// words cuts p at white space.
func (r *reading) words(p piece) []piece {
	var out []piece
	b := r.m.Bytes(p.span)
	for i := 0; i < len(b); {
		for i < len(b) && white(b[i]) {
			i++
		}
		start := i
		for i < len(b) && !white(b[i]) {
			i++
		}
		if i > start {
			out = append(out, r.piece(eml.Span{Start: p.span.Start + start, End: p.span.Start + i}))
		}
	}
	return out
}

// cut splits p at the first sep.
func (r *reading) cut(p piece, sep byte) (key, value piece, ok bool) {
	b := r.m.Bytes(p.span)
	for i, c := range b {
		if c == sep {
			at := p.span.Start + i
			return r.piece(eml.Span{Start: p.span.Start, End: at}), r.piece(eml.Span{Start: at + 1, End: p.span.End}), true
		}
	}
	return p, piece{span: eml.Span{Start: p.span.End, End: p.span.End}}, false
}

// pair is a key and its value: "SCL:5", "score=1.2".
type pair struct {
	key   string // lower case
	value piece
	whole piece
}

// pairs cuts p at sep and each stretch at eq.
func (r *reading) pairs(p piece, sep, eq byte) []pair {
	var out []pair
	list := r.split(p, sep)
	if sep == ' ' {
		list = r.words(p)
	}
	for _, w := range list {
		k, v, _ := r.cut(w, eq)
		out = append(out, pair{k.lower(), v, w})
	}
	return out
}

// number reads a number as filters write them. Words such as "nan" are none.
func number(s string) Number {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 32 || strings.ContainsAny(s, "nNxXpP_") {
		return Number{}
	}
	v, err := strconv.ParseFloat(strings.TrimPrefix(s, "+"), 64)
	if err != nil || math.IsInf(v, 0) {
		return Number{}
	}
	return Number{v, true}
}

// scoreAgainst reads a score of which the limit is known: from there on the message is spam, as text says.
func (r *reading) scoreAgainst(p piece, code string, limit float64, text string) {
	n := r.numberOr(p, code)
	if !n.Known {
		return
	}
	r.v.Score, r.v.Threshold = n, Number{limit, true}
	if n.Value >= limit {
		r.say(Spam)
		r.because(code+p.text, text, "classifier-misjudged", p)
		return
	}
	r.say(NotSpam)
}

// say raises the verdict to w where that is the graver word.
func (r *reading) say(w Word) {
	if gravity[w] > gravity[r.v.Verdict] {
		r.v.Verdict = w
	}
}

// reason adds a ground.
func (r *reading) reason(code, text string, at piece) *Reason {
	return r.add(Reason{Code: shown(code), Text: text, Span: at.span})
}

// because adds a ground that points to a root cause.
func (r *reading) because(code, text, cause string, at piece) {
	r.reason(code, text, at).Cause = cause
}

func (r *reading) add(x Reason) *Reason {
	if len(r.v.Reasons) >= maxReasons {
		r.v.More++
		return &Reason{}
	}
	r.v.Reasons = append(r.v.Reasons, x)
	return &r.v.Reasons[len(r.v.Reasons)-1]
}

// strange notes a value that we do not know.
func (r *reading) strange(what string) {
	if len(r.v.Unknown) < maxUnknown {
		r.v.Unknown = append(r.v.Unknown, shown(what))
	}
}

// shown cuts a text to what is repeated in a report.
func shown(s string) string {
	if len(s) > maxShown {
		s = strings.ToValidUTF8(s[:maxShown], "") + "..."
	}
	return s
}

// meaning is what a value of a filter means.
type meaning struct {
	word  Word   // "": says nothing of the verdict
	text  string // in our words
	cause string
}

// look reads a value by a table; a value that is not in it is shown as such. code is what stands in the report.
func (r *reading) look(table map[string]meaning, code string, value piece) {
	m, ok := table[value.lower()]
	if !ok {
		r.strange(code)
		return
	}
	if m.word != "" {
		r.say(m.word)
	}
	if m.text != "" {
		r.because(code, m.text, m.cause, value)
	}
}

// yesNo reads the many ways to say yes.
func yesNo(s string) (yes, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "yes", "true", "1", "y", "spam":
		return true, true
	case "no", "false", "0", "n", "ham", "clean":
		return false, true
	}
	return false, false
}

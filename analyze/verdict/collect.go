package verdict

import (
	"strings"
	"sync"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// Limits: a header is hostile, and a report has to be read.
const (
	maxCopies  = 4        // verdicts of one filter and side; a chain of more scanners than that has not been seen
	maxReasons = 64       // SpamAssassin writes some forty symbols on the worst spam
	maxUnknown = 16       // values that we do not know
	maxValue   = 16 << 10 // bytes of one field that are read; the longest reports of real filters have some 4 kB
	maxShown   = 120      // bytes of a strange value that are repeated
	maxFields  = 64       // fields of one filter; the fullest Microsoft header has some forty
)

// field is a field of a filter, with its name in lower case.
type field struct {
	eml.Field
	name string
}

// oneCopy is a set of fields that make one verdict.
type oneCopy struct {
	fields []field
	side   trace.Side
	why    string
	more   int
}

// index leads from names of fields to the decoders that know them.
type index struct {
	exact  map[string][]int // lower case
	prefix map[string][]int // up to and with the second "-": "x-barracuda-"
}

var names = sync.OnceValue(func() index {
	x := index{exact: map[string][]int{}, prefix: map[string][]int{}}
	for i, d := range Decoders {
		for _, n := range d.Fields {
			n = strings.ToLower(n)
			if rest, ok := strings.CutSuffix(n, "*"); ok {
				x.prefix[stem(rest)] = append(x.prefix[stem(rest)], i)
			} else {
				x.exact[n] = append(x.exact[n], i)
			}
		}
	}
	return x
})

// stem returns a name up to and with its second "-", by which wildcards are found.
func stem(name string) string {
	if i := strings.IndexByte(name, '-'); i >= 0 {
		if j := strings.IndexByte(name[i+1:], '-'); j >= 0 {
			return name[:i+j+2]
		}
	}
	return name
}

// collect sorts the fields of m by decoder, in the order of the message.
func collect(m *eml.Message) [][]field {
	out := make([][]field, len(Decoders))
	x := names()
	for _, f := range m.Fields {
		if len(f.Name) < 5 || len(f.Name) > 80 || !strings.ContainsRune("xXaAsSrRmM", rune(f.Name[0])) {
			continue
		}
		name := strings.ToLower(strings.TrimSpace(f.Name))
		if i := owner(m, x, f, name); i >= 0 && len(out[i]) < maxFields {
			out[i] = append(out[i], field{f, name})
		}
	}
	return out
}

// owner returns the first decoder that takes f, or -1.
func owner(m *eml.Message, x index, f eml.Field, name string) int {
	best := -1
	for _, list := range [][]int{x.exact[name], x.prefix[stem(name)]} {
		for _, i := range list {
			if (best < 0 || i < best) && Decoders[i].wants(m, f, name) {
				best = i
			}
		}
	}
	if best < 0 && brandField(m, f, name) {
		return brandDecoder()
	}
	return best
}

func (d *Decoder) wants(m *eml.Message, f eml.Field, name string) bool {
	return d.knows(name) && (d.Takes == nil || d.Takes(m, name, valueOf(m, f)))
}

func (d *Decoder) knows(name string) bool {
	for _, n := range d.Fields {
		if rest, ok := strings.CutSuffix(n, "*"); ok && len(name) >= len(rest) && strings.EqualFold(name[:len(rest)], rest) || strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// valueOf returns what f says, unfolded and cut at maxValue.
func valueOf(m *eml.Message, f eml.Field) string { return unfold(m.Bytes(clip(f.Value))) }

func clip(s eml.Span) eml.Span {
	s.End = min(s.End, s.Start+maxValue)
	return s
}

// copies groups the fields of one decoder by who wrote them, and by how often each name stands: fields of different sides never meet.
func copies(m *eml.Message, t *trace.Trace, d *Decoder, fields []field) []oneCopy {
	var out []oneCopy
	for _, side := range []trace.Side{trace.Ours, trace.Unknown, trace.Theirs} {
		out = append(out, copiesOf(m, t, d, fields, side)...)
	}
	return out
}

func copiesOf(m *eml.Message, t *trace.Trace, d *Decoder, fields []field, side trace.Side) []oneCopy {
	var out []oneCopy
	count := map[string]int{}
	more := 0
	for _, f := range fields {
		b := t.Belief(m, f.Field)
		if b.Who != side {
			continue
		}
		n := count[f.name]
		if !contains(d.Many, f.name) {
			count[f.name]++
		}
		switch {
		case n >= maxCopies:
			more++
		case n >= len(out):
			out = append(out, oneCopy{fields: []field{f}, side: side, why: b.Why})
		default:
			out[n].fields = append(out[n].fields, f)
		}
	}
	if len(out) > 0 {
		out[len(out)-1].more = more
	}
	return out
}

func contains(list []string, name string) bool {
	for _, n := range list {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

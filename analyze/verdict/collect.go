package verdict

import (
	"slices"
	"strings"
	"sync"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// Limits: a header is hostile, and a report has to be read.
const (
	maxCopies     = 4        // verdicts of one filter and side; a chain of more scanners than that has not been seen
	maxReasons    = 64       // SpamAssassin writes some forty symbols on the worst spam
	maxUnknown    = 16       // values that we do not know
	maxValue      = 16 << 10 // bytes of one field that are read; the longest reports of real filters have some 4 kB
	maxShown      = 120      // bytes of a strange value that are repeated
	maxCandidates = 512      // fields of all filters that one side wrote
	maxFields     = 64       // fields of one filter; the fullest Microsoft header has some forty
)

// field is a field of a filter, with its name in lower case.
type field struct {
	eml.Field
	name string
	why  string // why its side wrote it
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

// sides are in the order of the report.
var sides = [...]trace.Side{trace.Ours, trace.Unknown, trace.Theirs}

// neighbours are the candidate fields that one side wrote. Which decoder takes a field may depend on them, and on no others: the sender
// must not be able to turn our fields over to another decoder.
type neighbours map[string]string

// has reports whether a field of that name, in lower case, stands on the same side.
func (n neighbours) has(name string) bool { _, ok := n[name]; return ok }

// collect sorts the fields of m that some decoder knows by side and decoder, in the order of the message.
func collect(m *eml.Message, t *trace.Trace) [len(sides)][][]field {
	var out [len(sides)][][]field
	x := names()
	for i, list := range candidates(m, t, x) {
		out[i] = make([][]field, len(Decoders))
		near := neighbours{}
		for _, f := range list {
			if _, ok := near[f.name]; !ok {
				near[f.name] = valueOf(m, f.Field)
			}
		}
		for _, f := range list {
			if d := owner(m, x, near, f); d >= 0 && len(out[i][d]) < maxFields {
				out[i][d] = append(out[i][d], f)
			}
		}
	}
	return out
}

// candidates are the fields that some decoder may take, by the side that wrote them.
func candidates(m *eml.Message, t *trace.Trace, x index) [len(sides)][]field {
	var out [len(sides)][]field
	for _, f := range m.Fields {
		if len(f.Name) < 5 || len(f.Name) > 80 || strings.IndexByte("xXaAsSrRmMuU", f.Name[0]) < 0 {
			continue
		}
		c := field{Field: f, name: strings.ToLower(strings.TrimSpace(f.Name))}
		if x.exact[c.name] == nil && x.prefix[stem(c.name)] == nil && branded(m, f, c.name) == nil {
			continue
		}
		b := t.Belief(m, f)
		c.why = b.Why
		for i, s := range sides {
			if b.Who == s && len(out[i]) < maxCandidates {
				out[i] = append(out[i], c)
			}
		}
	}
	return out
}

// owner returns the first decoder that takes f, or -1.
func owner(m *eml.Message, x index, near neighbours, f field) int {
	best := -1
	for _, list := range [][]int{x.exact[f.name], x.prefix[stem(f.name)]} {
		for _, i := range list {
			if (best < 0 || i < best) && Decoders[i].wants(m, near, f) {
				best = i
			}
		}
	}
	if d := branded(m, f.Field, f.name); best < 0 && d != nil {
		return slices.Index(Decoders, d)
	}
	return best
}

func (d *Decoder) wants(m *eml.Message, near neighbours, f field) bool {
	return d.knows(f.name) && (d.Takes == nil || d.Takes(near, f.name, valueOf(m, f.Field)))
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

// copies makes sets of fields in which no name stands twice, but for those that may.
func copies(d *Decoder, fields []field, side trace.Side) []oneCopy {
	var out []oneCopy
	count := map[string]int{}
	more := 0
	for _, f := range fields {
		n := count[f.name]
		if !contains(d.Many, f.name) {
			count[f.name]++
		}
		switch {
		case n >= maxCopies:
			more++
		case n >= len(out):
			out = append(out, oneCopy{fields: []field{f}, side: side, why: f.why})
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

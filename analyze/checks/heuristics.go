package checks

import (
	"bytes"
	_ "embed"
	"math"
	"strings"
	"sync"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
)

// heuristic is one thing about words or shape that spam does more often than good mail. Points stand in weights.yaml.
type heuristic struct {
	id       string                    // "words.prize": also the key of its weight
	title    string                    // what it says about the message
	literals []string                  // lower case; the test runs only around a place where one of them stands
	window   int                       // bytes around that place that test sees
	test     func(around string) bool  // nil: the literal is enough
	shape    func(*look) (found, bool) // for what is no phrase: looks at the whole message
	first    int                       // number of its first literal in the search; set by phrases
}

// look is what a shape test sees.
type look struct {
	*analyze.Pass
	*Words
}

// found points at what made a heuristic speak.
type found struct {
	span eml.Span
	note string
}

// group is a family of heuristics that overlap: what it adds to the score is capped.
type group struct {
	name, title string
	cap         float64
	list        []heuristic
}

// groups in the order of the report.
var groups = []*group{&wordGroup, &obfuscationGroup, &linkGroup, &headerGroup, &mimeGroup, &senderGroup}

// heuristicChecks makes a check of each group.
func heuristicChecks() []*analyze.Check {
	var out []*analyze.Check
	for _, g := range groups {
		out = append(out, g.newCheck())
	}
	return out
}

func (g *group) newCheck() *analyze.Check {
	return &analyze.Check{
		Name:  g.name,
		Title: g.title,
		Spec:  "patterns of spam, weighed as in weights.yaml",
		Stage: policy.StageScore,
		Needs: []*analyze.Check{Content, Bayes},
		Run:   g.run,
	}
}

func (g *group) run(p *analyze.Pass) (any, error) {
	w, ok := analyze.Get[*Words](p, Content)
	if !ok {
		return nil, analyze.Skip("no-content", "the text could not be read")
	}
	if w.HeaderOnly && g.needsBody() {
		p.Limit("header-only", "only the subject was looked at: there is no body")
	}
	v, judged := analyze.Get[*bayes.Verdict](p, Bayes)
	left := g.cap
	if judged && g == &wordGroup {
		left = min(left, wordsCap-max(0, bayesPoints(p.Input, v)))
	}
	at := &look{p, w}
	for i := range g.list {
		h := &g.list[i]
		if f, ok := h.find(at); ok {
			points := p.Weights[h.id]
			if judged {
				points *= g.beside(h.id)
			}
			left -= g.report(p, h, f, min(points, max(left, 0)))
		}
	}
	return nil, nil
}

func (g *group) needsBody() bool { return g.name != headerGroup.name && g.name != senderGroup.name }

// measuredIDs are the heuristics that speak often enough in the training half, as `make weights` found: the classifier has learned there what they say.
//
//go:embed measured.txt
var measuredIDs string

var measured = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, id := range strings.Fields(measuredIDs) {
		out[id] = true
	}
	return out
})

const (
	besideWords = 0.25 // the classifier has read the very words
	besideForm  = 0.5  // it knows marks of form, if not the same ones
)

// beside is the part of its points that a heuristic keeps beside a verdict of the classifier, set by cross-validation on the training half.
// What that half hardly holds is news to the classifier, and keeps all.
func (g *group) beside(id string) float64 {
	switch {
	case !measured()[id]:
		return 1
	case g == &wordGroup:
		return besideWords
	}
	return besideForm
}

// report adds the finding and returns the points it added.
func (g *group) report(p *analyze.Pass, h *heuristic, f found, points float64) float64 {
	points = math.Round(100*points) / 100
	said := analyze.Finding{ID: h.id, Score: points, Summary: h.title, Evidence: []analyze.Evidence{{Span: f.span, Note: f.note}}}
	if points == 0 {
		said.Summary += "; the group has reached its cap"
		p.Note(said)
		return 0
	}
	p.Report(said)
	return points
}

func (h *heuristic) find(l *look) (found, bool) {
	if h.shape != nil {
		return h.shape(l)
	}
	for i := range h.literals {
		for _, at := range l.found[h.first+i] {
			if around := l.around(at, len(h.literals[i]), h.window); h.test == nil || h.test(around) {
				return l.point(l.Message, at, h.literals[i]), true
			}
		}
	}
	return found{}, false
}

// around cuts the text window bytes before and after a literal of n bytes; a word boundary is not asked for.
func (w *Words) around(at hit, n, window int) string {
	text := w.textAt(at)
	return text[max(0, at.pos-window):min(len(text), at.pos+n+window)]
}

func (w *Words) textAt(at hit) string {
	if at.text < 0 {
		return w.subject
	}
	return w.Texts[at.text].Visible
}

// point finds the literal in the bytes of the message: exactly where the part is not encoded, or else the part that holds it.
func (w *Words) point(m *eml.Message, at hit, literal string) found {
	s := w.SubjectSpan
	if at.text >= 0 {
		s = w.Texts[at.text].Part.Body
	}
	note := "“" + literal + "”"
	if i := indexFold(m.Bytes(s), literal); i >= 0 {
		return found{eml.Span{Start: s.Start + i, End: s.Start + i + len(literal)}, ""}
	}
	return found{firstLine(m, s), note + " in the decoded text"}
}

// indexFold finds lower-case needle in b in any case of ASCII letters, in one pass for the first maxText bytes.
func indexFold(b []byte, needle string) int {
	b = b[:min(len(b), maxText)]
	return strings.Index(asciiLower(b), needle)
}

func asciiLower(b []byte) string {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		out[i] = c
	}
	return string(out)
}

// firstLine shortens a span to its first line that is not blank, so that a report does not underline a whole body.
func firstLine(m *eml.Message, s eml.Span) eml.Span {
	b := m.Bytes(s)
	text := bytes.TrimLeft(b, " \t\r\n")
	if len(text) == 0 {
		return s
	}
	s.Start += len(b) - len(text)
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		s.End = s.Start + i
	}
	return s
}

// phrases returns the heuristics that have literals, in the order in which the search knows them.
var phrases = sync.OnceValue(func() []*heuristic {
	var out []*heuristic
	n := 0
	for _, g := range groups {
		for i := range g.list {
			if h := &g.list[i]; len(h.literals) > 0 {
				h.first = n
				n += len(h.literals)
				out = append(out, h)
			}
		}
	}
	return out
})

func literalCount() int {
	n := 0
	for _, h := range phrases() {
		n += len(h.literals)
	}
	return n
}

// GroupInfo describes a group of heuristics, for its docs page.
type GroupInfo struct {
	Name, Title string
	Cap         float64 // points that the group adds at most
	List        []HeuristicInfo
}

// HeuristicInfo describes one heuristic: its id, what it says about a message, and the part of its points that it keeps beside a verdict of the classifier.
type HeuristicInfo struct {
	ID, Title string
	Beside    float64
}

// Heuristics lists every group in the order of the report.
func Heuristics() []GroupInfo {
	var out []GroupInfo
	for _, g := range groups {
		info := GroupInfo{Name: g.name, Title: g.title, Cap: g.cap}
		for _, h := range g.list {
			info.List = append(info.List, HeuristicInfo{h.id, h.title, g.beside(h.id)})
		}
		out = append(out, info)
	}
	return out
}

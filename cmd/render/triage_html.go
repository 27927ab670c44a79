package render

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/fpcheck/fpcheck/suggest/triage"
)

//go:embed triage.html
var triageHTML string

var triagePage = sync.OnceValue(func() *template.Template { return template.Must(template.New("triage").Parse(triageHTML)) })

type triageData struct {
	Sentence          string
	Plan              []triagePart
	Days              []bar
	ChartWidth        int
	FirstDay, LastDay string
	Causes            []bar
	CausesHeight      int
	Groups            []triageGroup
}

// triagePart is a part of the plan under its heading.
type triagePart struct {
	Heading string
	First   int
	Steps   []triageStep
}

type triageStep struct {
	Title        string
	Clears, Left int
}

// bar is one bar of a chart, in units of the drawing.
type bar struct {
	Label         string
	X, Y, W, H, N int
	TextY, NX     int
}

type triageGroup struct {
	Number, Held, Count                 int
	Cause, Sender, Customer, Last, Spam string
	Change, Title, Rule                 string
	Bad                                 bool
	Details, Examples                   []string
}

// TriageHTML prints the triage as one page that loads nothing, with charts over time and causes.
func TriageHTML(w io.Writer, t Triage, _ Options) error {
	d := triageData{Sentence: triageSentence(t.File)}
	for i, s := range t.File.Plan {
		if h := stepHeading(s); len(d.Plan) == 0 || d.Plan[len(d.Plan)-1].Heading != h {
			d.Plan = append(d.Plan, triagePart{Heading: h, First: i + 1})
		}
		part := &d.Plan[len(d.Plan)-1]
		part.Steps = append(part.Steps, triageStep{stepTitle(t.File, s), s.Clears, s.Left})
	}
	d.days(t.File.Groups)
	d.causes(t.File.Groups)
	for i, g := range t.File.Groups {
		d.Groups = append(d.Groups, newTriageGroup(i+1, g))
	}
	return triagePage().Execute(w, d)
}

func newTriageGroup(n int, g *triage.Group) triageGroup {
	out := triageGroup{Number: n, Held: g.Caught, Count: g.Count, Cause: Clean(g.Cause), Sender: Clean(g.Identity), Customer: Clean(g.Customer), Last: dayOr(g.Last),
		Spam: fmt.Sprintf("%.0f %%", g.Spam*100), Change: changeWord(g), Title: Clean(g.Title), Bad: g.Nature == "bad"}
	for _, e := range g.Examples {
		out.Examples = append(out.Examples, Clean(e))
	}
	if g.Ask {
		out.Details = append(out.Details, askWords)
	}
	if m := g.Remedy; m != nil {
		out.Rule = m.Rule
		for _, s := range []string{m.Title, m.Text, m.Refused} {
			if s != "" {
				out.Details = append(out.Details, Clean(s))
			}
		}
		if m.Matches > 0 {
			out.Details = append(out.Details, fmt.Sprintf("Clears %d of this group and %d of others; lets in %d more of which nothing is known, and %d that look bad; of %d forged copies by outsiders and others %d by outsiders.",
				m.Matches, m.AlsoGood, m.LetsIn, m.SpamLike, m.Copies, m.Outsiders))
		}
	}
	return out
}

// maxDays is how many days the chart shows; of a longer time the last ones.
const maxDays, dayWidth = 120, 10

func (d *triageData) days(groups []*triage.Group) {
	sum := map[string]int{}
	for _, g := range groups {
		for day, n := range g.Days {
			sum[day] += n
		}
	}
	if len(sum) == 0 {
		return
	}
	names := slices.Sorted(keysOf(sum))
	first, _ := time.Parse(time.DateOnly, names[0])
	last, _ := time.Parse(time.DateOnly, names[len(names)-1])
	if from := last.AddDate(0, 0, 1-maxDays); first.Before(from) {
		first = from
	}
	most := 0
	for _, n := range sum {
		most = max(most, n)
	}
	for at, i := first, 0; !at.After(last); at, i = at.AddDate(0, 0, 1), i+1 {
		n := sum[at.Format(time.DateOnly)]
		h := 110 * n / most
		d.Days = append(d.Days, bar{Label: fmt.Sprintf("%s: %d", day(at), n), X: i * dayWidth, Y: 112 - h, W: dayWidth - 2, H: h})
	}
	d.ChartWidth, d.FirstDay, d.LastDay = max(len(d.Days)*dayWidth, 200), day(first), day(last)
}

// maxCauses is how many causes the chart shows.
const maxCauses = 12

func (d *triageData) causes(groups []*triage.Group) {
	sum := map[string]int{}
	for _, g := range groups {
		sum[g.Cause] += g.Count
	}
	names := slices.SortedFunc(keysOf(sum), func(a, b string) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
	names = names[:min(len(names), maxCauses)]
	for i, name := range names {
		w := 400 * sum[name] / sum[names[0]]
		d.Causes = append(d.Causes, bar{Label: Clean(name), Y: i * 22, W: max(w, 1), N: sum[name], TextY: i*22 + 11, NX: 246 + w})
	}
	d.CausesHeight = len(names) * 22
}

package render

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Text prints r for people: the decision, the path, what was found in order of weight with the bytes that show it, and what could not
// be looked at.
func Text(w io.Writer, r *analyze.Report, o Options) error {
	p := newPage(w, o)
	p.decision(r)
	p.verdicts(r)
	p.circumstances(r.Input)
	p.handed(r.Input)
	if p.Verbose {
		p.steps("Order of decision", r.Decision)
		for _, d := range r.Filters[min(1, len(r.Filters)):] { // the first is r.Decision
			p.steps("Then the order of "+filterTitle(d), d)
		}
	}
	p.path(r)
	p.findings(r)
	p.skipped(r)
	_, err := p.WriteTo(w)
	return err
}

// decision prints the answer: what becomes of the message, the points, and the stage that decided.
func (p *page) decision(r *analyze.Report) {
	d := r.Decision
	paint := p.style.bad
	if d.Action == policy.Deliver {
		paint = p.style.good
	}
	action := strings.ToUpper(string(d.Action))
	rest := fmt.Sprintf("   %s of %s   estimate", points(d.Score), points(d.Threshold))
	name := p.headName(r.Input.Name)
	gap := max(3, p.width-width(action)-width(rest)-width(name))
	p.line(paint(action) + rest + strings.Repeat(" ", gap) + name)
	by, decider := decidedBy(d)
	if decider.Reason != "" && (decider.Stage != policy.StageScore || d.Action != policy.Deliver && d.Score < d.Threshold) { // its reason is the points, which stand above
		by += ": " + Clean(decider.Reason)
	}
	p.hang("  ", by)
	if knobs := knobNames(decider.YieldsTo); knobs != "" && d.Action != policy.Deliver {
		p.hang("  ", "yields to: "+knobs)
	}
	p.otherFilters(r)
}

func decidedBy(d policy.Decision) (string, policy.Step) {
	for _, s := range d.Trace {
		if s.Decided {
			return "decided by " + stageName(s) + ofFilter(d), s
		}
	}
	return "no stage" + ofFilter(d) + " objects", policy.Step{}
}

func ofFilter(d policy.Decision) string {
	if d.Filter == "neutral" || d.Title == "" && d.Filter == "" { // the order that filters have in common
		return ""
	}
	return " of " + filterTitle(d)
}

func filterTitle(d policy.Decision) string { return Clean(cmp.Or(d.Title, d.Filter)) }

func stageName(s policy.Step) string {
	if s.Title != "" {
		return Clean(s.Title)
	}
	return string(s.Stage)
}

func knobNames(knobs []policy.Knob) string {
	var names []string
	for _, k := range knobs {
		names = append(names, Clean(cmp.Or(k.Title, k.Name)))
	}
	return strings.Join(names, "; ")
}

// otherFilters prints one line for each further filter on the way.
func (p *page) otherFilters(r *analyze.Report) {
	for i, d := range r.Filters {
		if i == 0 {
			continue // it is r.Decision
		}
		by, _ := decidedBy(d)
		p.hang("  then ", fmt.Sprintf("%s: %s, %s of %s, %s", filterTitle(d), d.Action, points(d.Score), points(d.Threshold), by))
	}
}

// steps prints the order of the filter and what each stage said.
func (p *page) steps(title string, d policy.Decision) {
	p.heading(title)
	var rows [][2]string
	for _, s := range d.Trace {
		text := Clean(s.Result)
		if s.Reason != "" {
			text += ": " + Clean(s.Reason)
		}
		if knobs := knobNames(s.YieldsTo); knobs != "" {
			text += " (yields to: " + knobs + ")"
		}
		rows = append(rows, [2]string{stageName(s), text})
	}
	p.table(2, 30, rows)
}

// circumstances prints in one line what the answer rests on.
func (p *page) circumstances(in *analyze.Input) {
	items := []string{profileItem(in.Profile), p.dnsItem(in), directionItem(in.Direction)}
	switch {
	case in.Delivered.IsZero():
		items = append(items, "time of delivery unknown")
	case in.DNSMode == "offline":
		items = append(items, "delivered "+moment(in.Delivered))
	}
	if in.Message.HeaderOnly {
		items = append(items, "headers only")
	}
	if n := len(in.Message.Repairs); n > 0 {
		items = append(items, plural(n, "repair"))
	}
	if in.Category != "" {
		items = append(items, "the filter's log says "+Clean(in.Category))
	}
	line := ""
	for _, it := range items {
		if line != "" && width(line)+3+width(it) > p.width {
			p.line(p.style.dim(line))
			line = ""
		}
		if line != "" {
			line += "   "
		}
		line += it
	}
	p.line(p.style.dim(line))
}

func directionItem(d rules.Direction) string {
	if d == rules.DirectionUnknown {
		return "direction unknown"
	}
	return d.String() + " mail"
}

func profileItem(pr *profile.Profile) string {
	if pr == nil || pr.Path == "" {
		return "no profile"
	}
	return "profile " + cut(shortName(pr.Path), 40)
}

func (p *page) dnsItem(in *analyze.Input) string {
	switch in.DNSMode {
	case "offline":
		return "DNS switched off"
	case "live":
		return "DNS asked today" + afterDelivery(in.Today, in.Delivered)
	}
	if p.DNSAt.IsZero() {
		return "DNS from a snapshot"
	}
	return "DNS as of " + day(p.DNSAt) + afterDelivery(p.DNSAt, in.Delivered)
}

func afterDelivery(asked, delivered time.Time) string {
	if delivered.IsZero() || asked.IsZero() {
		return ""
	}
	switch days := int(asked.Sub(delivered).Hours() / 24); {
	case days < 0:
		return ", before delivery"
	case days == 0:
		return ", on the day of delivery"
	default:
		return ", " + plural(days, "day") + " after delivery"
	}
}

// Findings weightier than this are shown with their evidence, but no more than openFindings of them: a long report must stay
// readable. --verbose opens all.
const (
	openPoints   = 0.4
	openFindings = 8
	openEvidence = 3
)

// findings prints what was found, the weightiest first, then what carries no points.
func (p *page) findings(r *analyze.Report) {
	scored, neutral := byWeight(r.Findings())
	p.heading("Reasons")
	if len(scored) == 0 {
		p.line("  nothing was found that speaks for or against it")
	}
	ids := 0
	for _, f := range scored {
		ids = max(ids, min(width(f.ID), 26))
	}
	for i, f := range scored {
		open := p.Verbose || i < openFindings && math.Abs(f.Score) >= openPoints
		p.finding(r.Input, f, ids, open)
	}
	if len(neutral) > 0 {
		p.noted(r.Input, neutral)
	}
}

func byWeight(all []analyze.Finding) (scored, neutral []analyze.Finding) {
	for _, f := range all {
		if f.Score == 0 {
			neutral = append(neutral, f)
		} else {
			scored = append(scored, f)
		}
	}
	slices.SortStableFunc(scored, func(a, b analyze.Finding) int { return cmp.Compare(math.Abs(b.Score), math.Abs(a.Score)) })
	return scored, neutral
}

func (p *page) finding(in *analyze.Input, f analyze.Finding, ids int, open bool) {
	score := fmt.Sprintf("%+5.1f", f.Score)
	if f.Score > 0 {
		score = p.style.bad(score)
	} else {
		score = p.style.good(score)
	}
	p.hang("  "+score+"  "+pad(Clean(f.ID), ids)+"  ", Clean(f.Summary))
	if open {
		p.allEvidence(in, f)
	}
}

const (
	evidenceIndent = 11
	evidenceLabel  = 20
)

func (p *page) allEvidence(in *analyze.Input, f analyze.Finding) {
	for i, e := range f.Evidence {
		if i == openEvidence && !p.Verbose {
			p.line(strings.Repeat(" ", evidenceIndent) + fmt.Sprintf("and %s more: --verbose", plural(len(f.Evidence)-i, "place")))
			return
		}
		p.evidence(in, e, evidenceIndent, evidenceLabel)
	}
}

// shownNeutral is how many findings without points are listed before the rest is only counted.
const shownNeutral = 6

func (p *page) noted(in *analyze.Input, fs []analyze.Finding) {
	p.heading("Noted, without points")
	if p.Verbose {
		for _, f := range fs {
			p.hang("  "+Clean(f.ID)+"  ", Clean(f.Summary))
			p.allEvidence(in, f)
		}
		return
	}
	var rows [][2]string
	for i, f := range fs {
		if i == shownNeutral {
			break
		}
		rows = append(rows, [2]string{Clean(f.ID), cut(Clean(f.Summary), clippedLines*(p.width-30))})
	}
	p.table(2, 26, rows)
	if n := len(fs) - shownNeutral; n > 0 {
		p.line(fmt.Sprintf("  and %d more: --verbose", n))
	}
}

// skipped prints what could not be looked at. Checks with the same reason stand together.
func (p *page) skipped(r *analyze.Report) {
	if rows := skippedRows(r, p.Verbose); len(rows) > 0 {
		p.heading("Not looked at")
		p.table(2, 26, rows)
	}
}

// skippedRows names checks and why they did not look, or looked at a part alone.
func skippedRows(r *analyze.Report, verbose bool) [][2]string {
	var reasons []string
	names := map[string][]string{}
	for _, o := range r.Outcomes {
		if o.Status == analyze.Done && o.Code == "" { // with a code, a part of the question is open
			continue
		}
		reason := skipReason(o, verbose)
		if _, ok := names[reason]; !ok {
			reasons = append(reasons, reason)
		}
		names[reason] = append(names[reason], o.Check.Name)
	}
	var rows [][2]string
	for _, reason := range reasons {
		rows = append(rows, [2]string{strings.Join(names[reason], ", "), reason})
	}
	if stages := r.Decision.NotLooked; len(stages) > 0 {
		rows = append(rows, [2]string{Clean(strings.Join(stages, ", ")), "done by the filter itself; it cannot be run here"})
	}
	return rows
}

// skipReason is one line; the stack of a bug of ours is for --verbose.
func skipReason(o analyze.Outcome, verbose bool) string {
	reason := o.Reason
	if o.Status == analyze.Failed {
		if !verbose {
			reason, _, _ = strings.Cut(reason, "\n")
		}
		reason = "failed: " + reason
	}
	if !verbose {
		reason = withoutNames(reason)
	}
	return Clean(reason)
}

// shownNames is how many names a reason without --verbose lists.
const shownNames = 4

// withoutNames leaves out a long list of names at the end of a sentence.
func withoutNames(s string) string {
	before, names, ok := strings.Cut(s, ": ")
	if !ok || strings.Count(names, ", ") < shownNames {
		return s
	}
	return before + " (--verbose names them)"
}

func points(f float64) string {
	s := fmt.Sprintf("%.1f", f)
	if s == "-0.0" {
		return "0.0"
	}
	return s
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func day(t time.Time) string    { return t.UTC().Format("2 Jan 2006") }
func moment(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }

package render

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/triage"
)

// Triage is a triage as it is shown.
type Triage struct {
	File     *triage.File
	Open     int    // number of the group to show whole, from 1; 0: the table
	Compared string // name of the file that Changes is about; empty: nothing was compared
	Changes  []triage.Change
	Verbose  bool
}

// maxGroups is how many groups the table shows without --verbose; the others are counted.
const maxGroups = 20

// TriageText prints the table of groups, or one group.
func TriageText(w io.Writer, t Triage, o Options) error {
	p := newPage(w, o)
	if t.Open > 0 {
		p.openGroup(t.File.Groups[t.Open-1], t.Open)
	} else {
		p.triage(t)
	}
	_, err := w.Write(p.Bytes())
	return err
}

func (p *page) triage(t Triage) {
	p.hang("", triageSentence(t.File))
	p.plan(t.File)
	p.groups(t)
	p.changes(t)
	if len(t.File.Bad) > 0 {
		p.heading("Could not be read")
		for _, name := range slices.Sorted(keysOf(t.File.Bad)) {
			p.hang("  "+Clean(shortName(name))+"  ", Clean(t.File.Bad[name]))
		}
	}
	if len(t.File.Groups) > 0 {
		p.line("")
		p.line("Open one with --group NUMBER")
	}
}

// triageSentence says what it is all about.
func triageSentence(f *triage.File) string {
	n := f.Totals
	if n.Messages == 0 {
		return "No message was found that these conditions take."
	}
	s := fmt.Sprintf("%s of %s%s: %s held by our estimate, and %s bad.", plural(n.Messages, "message"), plural(n.Customers, "customer"), period(f),
		counted(n.GoodHeld, "real false positive is", "real false positives are"), counted(n.Bad, "looks", "look"))
	if n.AskHeld > 0 {
		s += fmt.Sprintf(" Of %s the sender has to be asked first.", plural(n.AskHeld, "held message"))
	}
	if n.Unclear > 0 {
		s += fmt.Sprintf(" Of %d nothing can be told.", n.Unclear)
	}
	if n.Unread > 0 {
		s += fmt.Sprintf(" %s could not be read.", plural(n.Unread, "input"))
	}
	return s
}

// counted writes a number with the words that fit it.
func counted(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprint(n, " ", one)
	}
	return fmt.Sprint(n, " ", many)
}

func period(f *triage.File) string {
	var first, last time.Time
	for _, g := range f.Groups {
		if !g.First.IsZero() && (first.IsZero() || g.First.Before(first)) {
			first = g.First
		}
		if g.Last.After(last) {
			last = g.Last
		}
	}
	switch {
	case first.IsZero():
		return ""
	case day(first) == day(last):
		return ", " + day(first)
	}
	return ", " + day(first) + " to " + day(last)
}

// days is when the messages of a group were delivered.
func days(g *triage.Group) string {
	first, last := dayOr(g.First), dayOr(g.Last)
	if first == last {
		return first
	}
	return first + " to " + last
}

// dayOr is the day, or a dash where it is not known.
func dayOr(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return day(t)
}

// The headings of the two parts of a plan.
const (
	planHeading = "What to do, in this order"
	askHeading  = "When the sender has said that the mail is his"
)

// plan prints the set of changes: first those for real false positives, then those for which the sender has to be asked before.
func (p *page) plan(f *triage.File) {
	now := slices.IndexFunc(f.Plan, func(s triage.Step) bool { return s.Key.Ask })
	if now < 0 {
		now = len(f.Plan)
	}
	p.planPart(f, planHeading, f.Plan[:now], 1, f.Totals.GoodHeld, "false positives are cleared")
	p.planPart(f, askHeading, f.Plan[now:], now+1, f.Totals.AskHeld, "would be cleared")
}

// planPart prints a part of the plan, numbered from first. held is how many messages it is for, and cleared what is said of those that it clears.
func (p *page) planPart(f *triage.File, heading string, list []triage.Step, first, held int, cleared string) {
	if held == 0 {
		return
	}
	p.heading(heading)
	for i, s := range list {
		p.hang(fmt.Sprintf("  %2d  clears %s, leaves %s   ", first+i, padded(s.Clears, list[0].Clears), padded(s.Left, list[0].Left)),
			fmt.Sprintf("%s (group %d)", stepTitle(f, s), groupNumber(f, s.Key)))
	}
	if len(list) == 0 {
		p.hang("  ", "no change is known that clears any of them and lets nothing bad in; see each group")
		return
	}
	words := fmt.Sprintf("%d of %d %s with %s", held-list[len(list)-1].Left, held, cleared, plural(len(list), "change"))
	if len(list) > 1 {
		words += fmt.Sprintf("; the smallest set that clears as many is at most %.1f times smaller", bound(list[0].Clears))
	}
	p.hang("  ", words)
}

// stepHeading is the heading of the part that a step belongs to.
func stepHeading(s triage.Step) string {
	if s.Key.Ask {
		return askHeading
	}
	return planHeading
}

// padded writes a number as wide as the largest one below it.
func padded(n, largest int) string { return fmt.Sprintf("%*d", len(fmt.Sprint(largest)), n) }

// stepTitle names the change, and where it is made if there are several customers.
func stepTitle(f *triage.File, s triage.Step) string {
	title := Clean(s.Group.Remedy.Title)
	if f.Totals.Customers > 1 {
		title = Clean(s.Key.Customer) + ": " + title
	}
	return title
}

// bound is what the greedy choice may lose against the smallest set: the harmonic number of the largest step.
func bound(largest int) float64 {
	h := 0.0
	for i := 1; i <= largest; i++ {
		h += 1 / float64(i)
	}
	return h
}

func groupNumber(f *triage.File, key triage.Key) int {
	return 1 + slices.IndexFunc(f.Groups, func(g *triage.Group) bool { return g.Key == key })
}

// customerWidth is how much of the customer's name the table shows, on terminals that have room for it.
const customerWidth = 20

// groups prints the table. It fits 100 columns, and narrower ones by cutting names.
func (p *page) groups(t Triage) {
	if len(t.File.Groups) == 0 {
		return
	}
	p.heading("Groups")
	rest := p.width - 43 // what the numbers, the spam column and the longest change need
	dated := p.width >= 80
	if dated {
		rest -= 13
	}
	named := p.width >= 120 && t.File.Totals.Customers > 1
	if named {
		rest -= customerWidth + 2
	}
	cause, who := rest*6/10, rest-rest*6/10
	row := func(n, held, all, customer, c, w, last, spam, change string) {
		if named {
			c = column(customer, customerWidth) + "  " + column(c, cause)
		} else {
			c = column(c, cause)
		}
		if !dated {
			last = ""
		} else {
			last = fmt.Sprintf("%-11s  ", last)
		}
		p.line(fmt.Sprintf("  %3s %5s %5s  %s  %s  %s%4s  %s", n, held, all, c, column(w, who), last, spam, change))
	}
	row("#", "held", "all", "customer", "cause", "sender", "last", "spam", "change")
	shown := 0
	for i, g := range t.File.Groups {
		if !t.Verbose && (shown == maxGroups || g.Nature == "bad" && i > maxGroups/2) {
			break
		}
		shown++
		row(fmt.Sprint(i+1), fmt.Sprint(g.Caught), fmt.Sprint(g.Count), g.Customer, g.Cause, g.Identity, dayOr(g.Last), fmt.Sprintf("%.0f%%", g.Spam*100), changeWord(g))
	}
	if more := len(t.File.Groups) - shown; more > 0 {
		p.line(fmt.Sprintf("  and %s (--verbose)", plural(more, "smaller or bad group")))
	}
}

func column(s string, width int) string {
	s = ansi.Truncate(Clean(s), width, "…")
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// changeWord says in a word or two what the group's change is.
func changeWord(g *triage.Group) string {
	m := g.Remedy
	switch {
	case g.Nature == "bad":
		return "none: bad"
	case g.Suspect:
		return "suspect"
	case m == nil:
		return "-"
	case m.Refused != "":
		return "none"
	case m.SpamLike+m.Outsiders+m.Holds > 0:
		return "unsafe"
	case m.Knob == suggest.BlockEntry:
		return "unblock"
	case m.Rule == "" && m.Matches == 0:
		return "ask"
	}
	word := strings.TrimPrefix(m.Kind, "rule-")
	if g.Ask {
		return "ask: " + word
	}
	return word
}

// openGroup prints one group whole.
func (p *page) openGroup(g *triage.Group, n int) {
	p.hang("", Clean(g.Title))
	p.line("")
	rows := [][2]string{
		{"Group", fmt.Sprintf("%d: %s", n, Clean(g.Cause))}, {"Customer", Clean(g.Customer)}, {"Sender", fmt.Sprintf("%s, proven by %s", Clean(g.Identity), provenWords(g))},
		{"Messages", fmt.Sprintf("%d, of which %d are held; %d without near-identical copies", g.Count, g.Caught, g.Distinct)},
		{"Delivered", days(g)}, {"Spam", fmt.Sprintf("%.0f %% likely", g.Spam*100)},
	}
	for i, name := range g.Examples {
		head := ""
		if i == 0 {
			head = "Examples"
		}
		rows = append(rows, [2]string{head, Clean(name)})
	}
	p.table(0, 12, rows)
	if g.Suspect {
		p.hang("", "Nothing proves who sent these, and their text is like that of fraud: the cause may be what a forger wants it to be. Look at one before anything else.")
	}
	if g.Ask {
		p.hang("", askWords)
	}
	p.heading("Change")
	p.remedy(g.Remedy)
}

// askWords is what stands with a change that is for the case that the sender says yes.
const askWords = "Nothing proves that the author sent these. Ask him on a number or address that you know, and not by answering one of them; the change is for when he says that he did."

func (p *page) remedy(m *triage.Remedy) {
	switch {
	case m == nil:
		p.hang("  ", "none: there is no message of this group here to work on, or nothing good of it is held")
		return
	case m.Refused != "":
		p.hang("  ", "none: "+Clean(m.Refused))
		return
	}
	p.hang("  ", Clean(m.Title))
	p.hang("  ", Clean(m.Text))
	for line := range strings.Lines(m.Rule) {
		p.line("    " + Clean(strings.TrimRight(line, "\n")))
	}
	if m.Matches > 0 || m.Rule != "" {
		p.hang("  ", fmt.Sprintf("clears %d of this group and %d of others; lets in %d more of which nothing is known, and %d that look bad", m.Matches, m.AlsoGood, m.LetsIn, m.SpamLike))
	}
	if m.Holds > 0 {
		p.hang("  ", fmt.Sprintf("holds %s that would be delivered without it", plural(m.Holds, "message")))
	}
	if m.Copies > 0 {
		p.hang("  ", fmt.Sprintf("lets in %d of %d forged copies by outsiders", m.Outsiders, m.Copies))
	}
}

func provenWords(g *triage.Group) string {
	var out []string
	for _, k := range slices.Sorted(keysOf(g.Proven)) {
		out = append(out, fmt.Sprintf("%s (%d)", Clean(k), g.Proven[k]))
	}
	return strings.Join(out, ", ")
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// maxChanges is how many differences to the last triage are named.
const maxChanges = 15

func (p *page) changes(t Triage) {
	if t.Compared == "" {
		return
	}
	p.heading("Since " + Clean(shortName(t.Compared)))
	if len(t.Changes) == 0 {
		p.line("  nothing changed")
	}
	for _, c := range t.Changes[:min(len(t.Changes), maxChanges)] {
		p.hang(fmt.Sprintf("  %5d -> %-5d ", c.Was, c.Is), fmt.Sprintf("%s  %s  %s%s", Clean(c.Cause), Clean(c.Identity), Clean(c.Customer), newOrGone(c)))
	}
	if more := len(t.Changes) - maxChanges; more > 0 {
		p.line(fmt.Sprintf("  and %s", plural(more, "smaller difference")))
	}
}

func newOrGone(c triage.Change) string {
	switch {
	case c.Was == 0:
		return "  new"
	case c.Is == 0:
		return "  gone"
	}
	return ""
}

// TriageCSV prints a line a group, for spreadsheets. A cell that a spreadsheet would take for a formula gets an apostrophe before it.
func TriageCSV(w io.Writer, t Triage, _ Options) error {
	c := csv.NewWriter(w)
	_ = c.Write([]string{"group", "customer", "cause", "sender", "nature", "held", "messages", "distinct", "first", "last", "spam", "change", "clears", "lets in", "example"})
	for i, g := range t.File.Groups {
		row := []string{fmt.Sprint(i + 1), g.Customer, g.Cause, g.Identity, g.Nature, fmt.Sprint(g.Caught), fmt.Sprint(g.Count), fmt.Sprint(g.Distinct), dayOr(g.First), dayOr(g.Last),
			fmt.Sprintf("%.2f", g.Spam), changeWord(g), "", "", g.Examples[0]}
		if m := g.Remedy; m != nil {
			row[12], row[13] = fmt.Sprint(m.Matches+m.AlsoGood), fmt.Sprint(m.LetsIn+m.SpamLike)
		}
		for j := range row {
			row[j] = cellText(row[j])
		}
		_ = c.Write(row)
	}
	c.Flush()
	return c.Error()
}

func cellText(s string) string {
	if s = Clean(s); s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) && s != "-" {
		return "'" + s
	}
	return s
}

// TriageJSON prints the whole triage as one object, which --compare and --merge read. Groups and records, of which there may be a hundred thousand,
// are written one by one.
func TriageJSON(w io.Writer, t Triage, _ Options) error {
	rest := *t.File
	rest.Groups, rest.Records = nil, nil
	b, err := json.Marshal(rest)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	b, err = writeList(out, b, "groups", t.File.Groups)
	if err == nil {
		b, err = writeList(out, b, "records", t.File.Records)
	}
	if err != nil {
		return err
	}
	escapeJSON(out, append(b, '\n'))
	return out.Flush()
}

// writeList writes an object up to the member of that name, which is null in it, and the list in its stead, and returns what comes behind. Inside a
// string of JSON the quotes would be escaped, so that the name is found once.
func writeList[T any](out *bufio.Writer, object []byte, name string, list []T) (rest []byte, err error) {
	before, rest, _ := bytes.Cut(object, []byte(`"`+name+`":null`))
	escapeJSON(out, before)
	out.WriteString(`"` + name + `":[`)
	for i, v := range list {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		escapeJSON(out, b)
	}
	out.WriteByte(']')
	return rest, nil
}

// TriageLines prints one JSON object a message.
func TriageLines(w io.Writer, t Triage, _ Options) error {
	out := bufio.NewWriter(w)
	for _, rec := range t.File.Records {
		b, err := json.Marshal(rec)
		if err != nil {
			return err
		}
		escapeJSON(out, append(b, '\n'))
	}
	return out.Flush()
}

// escapeJSON writes JSON; what a terminal might act on is escaped by the package that made it (control characters) and by us (C1, direction marks).
// Errors are those of Flush.
func escapeJSON(out *bufio.Writer, b []byte) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if acts(r) {
			var s strings.Builder
			escapeUTF16(&s, r)
			out.WriteString(s.String())
		} else {
			out.Write(b[:n])
		}
		b = b[n:]
	}
}

// TriageMarkdown prints the table for a meeting.
func TriageMarkdown(w io.Writer, t Triage, _ Options) error {
	var b strings.Builder
	b.WriteString("# Triage\n\n" + Markdown(triageSentence(t.File)) + "\n")
	if len(t.File.Plan) > 0 {
		heading := ""
		for _, s := range t.File.Plan {
			if h := stepHeading(s); h != heading {
				heading = h
				b.WriteString("\n## " + heading + "\n\n")
			}
			fmt.Fprintf(&b, "1. %s (clears %d, leaves %d)\n", Markdown(stepTitle(t.File, s)), s.Clears, s.Left)
		}
	}
	b.WriteString("\n## Groups\n\n| # | held | all | cause | sender | customer | last | spam | change |\n|---|---|---|---|---|---|---|---|---|\n")
	for i, g := range t.File.Groups {
		fmt.Fprintf(&b, "| %d | %d | %d | %s | %s | %s | %s | %.0f %% | %s |\n", i+1, g.Caught, g.Count, markdownCell(g.Cause), markdownCell(g.Identity), markdownCell(g.Customer),
			dayOr(g.Last), g.Spam*100, changeWord(g))
	}
	if t.Compared != "" {
		fmt.Fprintf(&b, "\n## Since %s\n\n", Markdown(shortName(t.Compared)))
		for _, c := range t.Changes {
			fmt.Fprintf(&b, "- %s, %s, %s: %d, now %d\n", markdownCell(c.Cause), markdownCell(c.Identity), markdownCell(c.Customer), c.Was, c.Is)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownCell is Markdown for a table, where a bar ends the cell even inside code.
func markdownCell(s string) string { return Markdown(strings.ReplaceAll(s, "|", "¦")) }

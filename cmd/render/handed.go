package render

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/intake"
)

// handed prints how the message was handed over, and what was mended of it. Nothing where a file was handed over as it is.
func (p *page) handed(in *analyze.Input) {
	if it := in.Handed; it != nil && (len(it.Notes) > 0 || it.Refusal != nil) {
		p.line("")
		p.line("Handed over as")
		for _, n := range it.Notes {
			p.hang("  ", Clean(n))
		}
		if it.Refusal != nil {
			p.refusal(it.Refusal)
		}
	}
	p.repairs(in.Message)
	p.repeated(in.Message)
	p.problems(in.Message)
}

// problems lists what is not well formed in the message, whether or not a check has something to say of it.
func (p *page) problems(m *eml.Message) {
	list := m.AllProblems()
	if len(list) == 0 {
		return
	}
	p.heading("Not well formed")
	shown := list
	if !p.Verbose && len(list) > shownProblems {
		shown = list[:shownProblems]
	}
	p.table(2, 18, problemRows(m, shown))
	if n := len(list) - len(shown); n > 0 {
		p.line(fmt.Sprintf("  and %d more: --verbose", n))
	}
}

// shownProblems is how many problems are listed without --verbose.
const shownProblems = 6

func problemRows(m *eml.Message, list []eml.Problem) [][2]string {
	var rows [][2]string
	for _, x := range list {
		text := x.Kind
		if x.Note != "" {
			text += ": " + Clean(x.Note)
		}
		rows = append(rows, [2]string{lineNumbers([]int{m.Line(x.Span.Start)}), text})
	}
	return rows
}

// repeated names the fields that stand more often than they may, and which one counts.
func (p *page) repeated(m *eml.Message) {
	list := m.Repeated()
	if len(list) == 0 {
		return
	}
	p.line("")
	p.line("Fields that stand more often than they may")
	var rows [][2]string
	for _, r := range list {
		var lines []int
		for _, f := range r.Fields {
			lines = append(lines, m.Line(f.Span.Start))
		}
		rows = append(rows, [2]string{r.Name, lineNumbers(lines) + ": " + r.Why})
	}
	p.table(2, 18, rows)
}

// repeatedList is the same for JSON.
func repeatedList(o *object, m *eml.Message) {
	list(o, "repeated", m.Repeated(), func(r eml.Repeated) any {
		e := object{{"name", r.Name}}
		list(&e, "lines", r.Fields, func(f eml.Field) any { return m.Line(f.Span.Start) })
		e.set("used_line", m.Line(r.Fields[r.Used].Span.Start))
		e.text("why", r.Why)
		return e
	})
}

// repairs lists what was mended: each repair with its line, or each kind with its lines where there are many.
func (p *page) repairs(m *eml.Message) {
	if len(m.Repairs) == 0 {
		return
	}
	p.line("")
	p.line("Mended before reading (fpcheck docs paste)")
	var rows [][2]string
	if p.Verbose || len(m.Repairs) <= shownRepairs {
		for _, r := range m.Repairs {
			rows = append(rows, [2]string{lineNumbers([]int{r.Line}), r.Kind + ": " + Clean(r.Note)})
		}
	} else {
		rows = repairKinds(m.Repairs)
	}
	p.table(2, 18, rows)
}

// shownRepairs is how many repairs are listed one by one without --verbose.
const shownRepairs = 6

func repairKinds(list []eml.Repair) [][2]string {
	var rows [][2]string
	for _, k := range eml.RepairKinds {
		var lines []int
		for _, r := range list {
			if r.Kind == k.Name {
				lines = append(lines, r.Line)
			}
		}
		if len(lines) > 0 {
			rows = append(rows, [2]string{lineNumbers(lines), k.Name + ": " + k.Title})
		}
	}
	return rows
}

// maxLines is how many line numbers are named; the rest is counted.
const maxLines = 3

func lineNumbers(lines []int) string {
	var b strings.Builder
	b.WriteString("line")
	shown := 0
	last := 0
	for _, n := range lines {
		if n == last {
			continue
		}
		last = n
		if shown++; shown > maxLines {
			b.WriteString(" ...")
			break
		}
		if shown > 1 {
			b.WriteString(",")
		}
		b.WriteString(" " + strconv.Itoa(n))
	}
	return b.String()
}

// refusal prints what the server said, and what that means.
func (p *page) refusal(r *intake.Refusal) {
	where := "refused"
	if r.AtDoor() {
		where = "refused at the door"
	}
	if r.Server != "" {
		where += " by " + Clean(r.Server)
	}
	if r.Temporary {
		where += ", for the time being"
	}
	p.hang("  ", where+": "+r.Why())
	p.hang("  ", "it said: "+Clean(r.Text))
}

// Refusal prints a rejection of which no message is here.
func Refusal(w io.Writer, it *intake.Item, o Options) error {
	p := newPage(w, o)
	p.line(p.style.bad("REFUSED") + "   " + it.Refusal.Why())
	p.line("")
	for _, row := range refusalRows(it.Refusal) {
		p.hang(pad(row.Name, deskLabel), Clean(row.Text))
	}
	for _, n := range it.Notes {
		p.line("")
		p.hang("", Clean(n))
	}
	_, err := p.WriteTo(w)
	return err
}

// RefusalMarkdown prints the same as Markdown.
func RefusalMarkdown(w io.Writer, it *intake.Item, _ Options) error {
	var doc document
	doc.head("REFUSED: " + it.Refusal.Why())
	var rows []string
	for _, row := range refusalRows(it.Refusal) {
		rows = append(rows, row.Name+": "+row.Text)
	}
	doc.list(rows...)
	for _, n := range it.Notes {
		doc.para(n)
	}
	_, err := io.WriteString(w, doc.markdown())
	return err
}

// RefusalHTML prints the same as a page that loads nothing.
func RefusalHTML(w io.Writer, it *intake.Item, _ Options) error {
	var rows []htmlRow
	for _, row := range refusalRows(it.Refusal) {
		rows = append(rows, htmlRow{row.Name, Clean(row.Text)})
	}
	pg := &htmlData{}
	pg.table("REFUSED: "+it.Refusal.Why(), rows)
	for _, n := range it.Notes {
		pg.Foot = append(pg.Foot, Clean(n))
	}
	return htmlPage().Execute(w, pg)
}

// refusalRows are what is known of a refusal, each with its label. The texts are as they were found.
func refusalRows(r *intake.Refusal) []htmlRow {
	address := ""
	if r.IP.IsValid() {
		address = r.IP.String()
	}
	rows := []htmlRow{{"Server", r.Server}, {"Told by", r.Reporter}, {"Recipient", r.Recipient}, {"Address", address}, {"It said", r.Text}, {"Stage", refusalStage(r)}, {"Do", r.Advice()}}
	return slices.DeleteFunc(rows, func(row htmlRow) bool { return row.Text == "" })
}

func refusalStage(r *intake.Refusal) string {
	if r.AtDoor() {
		return "the door: before any filter rule, sender list or score"
	}
	return "during or after the reading of the message"
}

// RefusalJSON prints a rejection of which no message is here as one object on one line.
func RefusalJSON(w io.Writer, it *intake.Item, o Options) error {
	var b strings.Builder
	out := object{{"schema", schemaNumber}, {"tool", object{{"name", "fpcheck"}, {"version", o.Version}}}}
	in := object{}
	in.text("name", it.Name)
	out.set("input", in)
	addHanded(&out, it)
	out.write(&b)
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// statedObject is what the input itself says of the delivery, beside the message.
func statedObject(s intake.Stated) object {
	var o object
	o.text("mail_from", s.MailFrom)
	list(&o, "rcpt", s.Rcpt, func(s string) any { return s })
	if s.IP.IsValid() {
		o.set("ip", s.IP.String())
	}
	o.text("helo", s.Helo)
	o.time("delivered", s.Delivered)
	o.text("category", s.Category)
	return o
}

// addHanded adds how the message was handed over.
func addHanded(out *object, it *intake.Item) {
	if it == nil {
		return
	}
	h := object{{"format", it.Format}}
	list(&h, "notes", it.Notes, func(s string) any { return s })
	h.set("stated", statedObject(it.Stated))
	if r := it.Refusal; r != nil {
		o := object{{"code", r.Code}, {"enhanced", r.Enhanced}, {"reason", r.Reason}, {"list", r.List}, {"at_door", r.AtDoor()}, {"temporary", r.Temporary}}
		o.text("text", r.Text)
		o.text("server", r.Server)
		o.text("reporter", r.Reporter)
		o.text("recipient", r.Recipient)
		if r.IP.IsValid() {
			o.set("ip", r.IP.String())
		}
		o.text("advice", r.Advice())
		h.set("refusal", o)
	}
	out.set("handed_over", h)
}

package render

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Export prints rules in the words of a filter. Files of an engine are printed as they are, so that they can be piped into a file; a click
// path is set out for reading.
func Export(w io.Writer, t suggest.Text, o Options) error {
	p := newPage(w, o)
	if len(t.Files) == 0 {
		p.filterText(t)
		_, err := p.WriteTo(w)
		return err
	}
	for _, f := range t.Files {
		p.line("# " + Clean(f.Path))
		for line := range strings.Lines(f.Content) {
			line = strings.TrimRight(line, "\n")
			tabs := len(line) - len(strings.TrimLeft(line, "\t"))
			p.line(strings.Repeat("\t", tabs) + Clean(line[tabs:]))
		}
	}
	for _, n := range t.Notes {
		p.line("# " + Clean(n))
	}
	_, err := p.WriteTo(w)
	return err
}

// RuleDiff is how a rule file and what a filter shows differ.
type RuleDiff struct {
	Same    int
	Missing []rules.Rule // in the file and not in the filter
	Extra   []rules.Rule // in the filter and not in the file
	Ended   []rules.Rule // ended by the file, and still in the filter
}

// RulesDiff prints what to do so that file and filter agree.
func RulesDiff(w io.Writer, d RuleDiff, o Options) error {
	p := newPage(w, o)
	part := func(title string, rs []rules.Rule, sign string) {
		if len(rs) == 0 {
			return
		}
		p.line(p.style.strong(title))
		for _, r := range rs {
			p.hang("  "+sign+" ", Clean(strings.TrimSpace(r.Name+"  "+Conditions(r))))
		}
	}
	part("In the filter, though they have ended: take them out there", d.Ended, "-")
	part("In the filter and not in the file: add them to the file, or take them out there", d.Extra, "-")
	part("In the file and not in the filter: put them in there", d.Missing, "+")
	p.line(fmt.Sprintf("%d agree, %d ended, %d only in the filter, %d only in the file", d.Same, len(d.Ended), len(d.Extra), len(d.Missing)))
	_, err := p.WriteTo(w)
	return err
}

// Conditions says on one line what a rule asks for and does.
func Conditions(r rules.Rule) string {
	if r.When.Empty() && len(r.Unsupported) == 0 {
		return ""
	}
	x := rules.Rule{When: r.When, Unless: r.Unless, Action: r.Action, Unsupported: r.Unsupported}
	text := strings.TrimPrefix(string(rules.Marshal([]rules.Rule{x})), "rules:\n")
	words := strings.Fields(strings.ReplaceAll(text, "\n", "; "))
	return strings.NewReplacer("- ;", "", "when:; ", "", ":; ", ": ", "unless: ", "unless ").Replace(strings.TrimSuffix(strings.TrimPrefix(strings.Join(words, " "), "- "), ";"))
}

// RuleList prints one line for each rule: when it ends, its name, owner and ticket.
func RuleList(w io.Writer, rs []rules.Rule, today time.Time, ticket func(string) string, o Options) error {
	p := newPage(w, o)
	wide := 0
	for _, r := range rs {
		wide = max(wide, width(Clean(r.Name)))
	}
	wide = min(wide, p.width/3)
	for _, r := range rs {
		when, paint := "never ends", p.style.dim
		if !r.Expires.IsZero() {
			when, paint = r.Expires.Format(time.DateOnly), func(s ...string) string { return strings.Join(s, " ") }
			if !today.Before(r.Expires) {
				when, paint = when+" ended", p.style.bad
			}
		}
		rest := []string{string(r.Action)}
		for _, s := range []string{r.Owner, ticket(r.Ticket), r.Filter, r.Reason} {
			if s != "" {
				rest = append(rest, Clean(s))
			}
		}
		p.line(paint(pad(when, 16)) + "  " + pad(cut(Clean(r.Name), wide), wide) + "  " + strings.Join(rest, "  "))
	}
	p.line(fmt.Sprintf("%d %s", len(rs), map[bool]string{true: "rule", false: "rules"}[len(rs) == 1]))
	_, err := p.WriteTo(w)
	return err
}

// RuleListJSON prints the same as one object.
func RuleListJSON(w io.Writer, rs []rules.Rule, today time.Time, ticket func(string) string, o Options) error {
	var out object
	out.set("schema", schemaNumber)
	out.set("tool", object{{"name", "fpcheck"}, {"version", o.Version}})
	list(&out, "rules", rs, func(r rules.Rule) any {
		var m object
		m.text("rule", r.Name)
		m.text("file", slashed(r.File))
		m.set("line", r.Line)
		m.set("action", string(r.Action))
		m.time("expires", r.Expires)
		m.set("ended", !r.Expires.IsZero() && !today.Before(r.Expires))
		m.time("installed", r.Installed)
		m.text("owner", r.Owner)
		m.text("ticket", r.Ticket)
		m.text("link", ticket(r.Ticket))
		m.text("filter", r.Filter)
		m.text("reason", r.Reason)
		return m
	})
	return writeObject(w, out)
}

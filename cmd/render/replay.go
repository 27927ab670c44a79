package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/fpcheck/fpcheck/suggest/trial"
)

// Replay prints what each rule does to an archive.
func Replay(w io.Writer, t *trial.Tally, o Options) error {
	p := newPage(w, o)
	p.line(fmt.Sprintf("%d messages, %d stopped without any rule (estimate)", t.Messages, t.Stopped))
	for _, r := range t.Rules {
		p.line("")
		p.line(p.style.strong(Clean(r.Rule.Name)) + "  " + string(r.Rule.Action) + fmt.Sprintf("  %s:%d", Clean(r.Rule.File), r.Rule.Line))
		p.hang("  ", radius(r))
		for _, e := range r.Examples {
			text := fmt.Sprintf("%s -> %s   %s points", e.Before, e.After, points(e.Score))
			if e.Spam != "" {
				text += "   looks like spam: " + Clean(e.Spam)
			}
			p.hang("  ", Clean(e.Name)+"   "+text)
		}
	}
	_, err := p.WriteTo(w)
	return err
}

// radius says in words what one rule does.
func radius(r trial.Radius) string {
	parts := []string{fmt.Sprintf("matches %d", r.Matched)}
	add := func(n int, words string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(words, n))
		}
	}
	add(r.LetIn, "lets %d in that would be stopped")
	add(r.Spam, "%d of these look like spam")
	add(r.KeptOut, "keeps %d out that would be delivered")
	add(r.Same, "changes nothing for %d")
	add(r.Unknown, "could not be judged for %d")
	return strings.Join(parts, ", ")
}

// ReplayJSON prints the same as one object.
func ReplayJSON(w io.Writer, t *trial.Tally, o Options) error {
	var out object
	out.set("schema", schemaNumber)
	out.set("tool", object{{"name", "fpcheck"}, {"version", o.Version}})
	out.set("messages", t.Messages)
	out.set("stopped", t.Stopped)
	list(&out, "rules", t.Rules, func(r trial.Radius) any {
		var m object
		m.text("rule", r.Rule.Name)
		m.text("file", slashed(r.Rule.File))
		m.set("line", r.Rule.Line)
		m.set("matched", r.Matched)
		m.set("let_in", r.LetIn)
		m.set("kept_out", r.KeptOut)
		m.set("same", r.Same)
		m.set("spam", r.Spam)
		m.set("unknown", r.Unknown)
		list(&m, "examples", r.Examples, func(e trial.Example) any {
			var x object
			x.text("name", e.Name)
			x.set("score", e.Score)
			x.set("before", string(e.Before))
			x.set("after", string(e.After))
			x.text("spam", e.Spam)
			return x
		})
		return m
	})
	return writeObject(w, out)
}

// Compare prints which decisions a change of the rules changes, as Markdown: it goes into a pull request.
func Compare(w io.Writer, c *trial.Comparison, _ Options) error {
	var b strings.Builder
	b.WriteString(CompareSummary(c) + "\n")
	if len(c.Changes) > 0 {
		b.WriteString("\n| message | before | after | rule | points | |\n|---|---|---|---|---|---|\n")
	}
	for _, x := range c.Changes {
		spam := ""
		if x.Spam != "" {
			spam = "looks like spam: " + x.Spam
		}
		rule := x.NewRule
		if rule == "" {
			rule = x.OldRule + " (gone)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", tableText(x.Name), x.Before, x.After, tableText(rule), points(x.Score), tableText(spam))
	}
	if more := c.Allowed + c.Stopped - len(c.Changes); more > 0 {
		fmt.Fprintf(&b, "\n%d more are not listed.\n", more)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// CompareSummary is the sentence that a reviewer wants: "newly allowed: 12 of 4000, 3 look like spam".
func CompareSummary(c *trial.Comparison) string {
	s := fmt.Sprintf("newly allowed: %d of %d", c.Allowed, c.Messages)
	if c.Spam > 0 {
		s += fmt.Sprintf(", %d look like spam", c.Spam)
	}
	return s + fmt.Sprintf("; newly stopped: %d", c.Stopped)
}

// CompareJSON prints the same as one object.
func CompareJSON(w io.Writer, c *trial.Comparison, o Options) error {
	var out object
	out.set("schema", schemaNumber)
	out.set("tool", object{{"name", "fpcheck"}, {"version", o.Version}})
	out.set("messages", c.Messages)
	out.set("newly_allowed", c.Allowed)
	out.set("newly_allowed_spam", c.Spam)
	out.set("newly_stopped", c.Stopped)
	list(&out, "changes", c.Changes, func(x trial.Change) any {
		var m object
		m.text("name", x.Name)
		m.set("before", string(x.Before))
		m.set("after", string(x.After))
		m.text("old_rule", x.OldRule)
		m.text("new_rule", x.NewRule)
		m.set("score", x.Score)
		m.text("spam", x.Spam)
		return m
	})
	return writeObject(w, out)
}

// tableText makes text fit a cell of a Markdown table; what a message brings along is no markup.
func tableText(s string) string {
	return strings.NewReplacer("|", `\|`, "`", "'", "<", "&lt;", "[", `\[`, "*", `\*`, "_", `\_`).Replace(Clean(s))
}

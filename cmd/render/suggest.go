package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/suggest"
)

// Suggest prints the changes that are proposed, the safest first, each with who would get in with it, and what is not offered. showProof
// adds the table of all forged copies.
func Suggest(w io.Writer, s *suggest.Report, o Options, showProof bool) error {
	p := newPage(w, o)
	if s.Refused != nil {
		p.refused(*s.Refused)
	} else {
		p.uncaught(s)
		several := manyTargets(s)
		for i, x := range s.Suggestions {
			p.suggestion(i+1, x, several)
		}
		p.phrase(s)
		p.notOffered(s.NotOffered)
		if showProof {
			p.proof(s)
		}
		p.suggestFoot(s)
	}
	_, err := p.WriteTo(w)
	return err
}

// uncaught says that the stage is not known where our estimate did not stop the message.
func (p *page) uncaught(s *suggest.Report) {
	if d := s.Analysis.Decision; d.Action == policy.Deliver && s.Analysis.Input.Category == "" {
		p.hang("", fmt.Sprintf("Our estimate would deliver it, %s of %s, so which stage of your filter stopped it is not known. Say what its log calls it: --category.",
			points(d.Score), points(d.Threshold)))
		p.line("")
	}
}

func manyTargets(s *suggest.Report) bool {
	seen := map[string]bool{}
	for _, x := range s.Suggestions {
		if x.Target != "" {
			seen[x.Target] = true
		}
	}
	return len(seen) > 1
}

func (p *page) refused(r suggest.Refusal) {
	p.line(p.style.bad("NO RULE"))
	p.hang("  ", Clean(r.Reason))
	if r.Instead != "" {
		p.hang("  ", "Instead: "+Clean(r.Instead))
	}
	p.line("")
	p.line("fpcheck docs " + r.Name)
}

// suggestion prints one change: its title, what to do, where to enter it, and who gets in.
func (p *page) suggestion(n int, s suggest.Suggestion, several bool) {
	title := Clean(s.Remedy.Title)
	if several && s.Target != "" {
		title += " (" + s.Target + ")"
	}
	p.suggestionTitle(n, title, lastingWord(s.Remedy))
	steps := s.Remedy.Steps
	if len(steps) < 2 {
		steps = []string{s.Remedy.Text}
	}
	for _, step := range steps {
		p.hang("     ", Clean(step))
	}
	if s.Remedy.Works == "sources conflict" {
		p.hang("     ", "Sources conflict on whether the stage that stopped it asks this setting: try it with one message.")
	}
	switch {
	case s.Text != nil:
		p.filterText(*s.Text)
	case s.Remedy.Rule != nil:
		p.verbatim(string(rules.Marshal([]rules.Rule{*s.Remedy.Rule})))
	}
	for _, w := range s.Remedy.Warnings {
		p.hang("     ", "Warning: "+Clean(w.Reason)+instead(w.Instead))
	}
	p.outcome(s)
}

func instead(s string) string {
	if s == "" {
		return ""
	}
	return ": " + Clean(s)
}

// suggestionTitle prints number and title on the left and word at the right edge.
func (p *page) suggestionTitle(n int, title, word string) {
	lines := wrap(title, p.width-width(word)-6)
	for i, l := range lines {
		if l = "   " + l; i == 0 {
			l = fmt.Sprintf("%-3d%s", n, l[3:])
		}
		if i < len(lines)-1 {
			p.line(p.style.strong(l))
			continue
		}
		p.line(p.style.strong(l) + strings.Repeat(" ", max(3, p.width-width(l)-len(word))) + word)
	}
}

func lastingWord(r suggest.Remedy) string {
	switch {
	case r.Lasting:
		return "lasting"
	case r.Rule != nil && !r.Rule.Expires.IsZero():
		return "until " + r.Rule.Expires.UTC().Format("2006-01-02")
	}
	return "temporary"
}

// filterText prints a click path or the files of an engine, and what must be known to install them.
func (p *page) filterText(t suggest.Text) {
	w := 0
	for _, s := range t.Worksheet {
		if s.Value != "" {
			w = max(w, width(Clean(s.Label)))
		}
	}
	w = min(w, p.width/2)
	for _, s := range t.Worksheet {
		if s.Value == "" {
			p.hang("     ", Clean(s.Label))
			continue
		}
		p.line("       " + pad(Clean(s.Label), w) + "  " + Clean(s.Value)) // never wrapped: it is copied
	}
	for _, f := range t.Files {
		p.line("     " + Clean(f.Path))
		p.verbatim(f.Content)
	}
	for from, to := range t.NameMap {
		p.hang("     ", "The rule "+Clean(from)+" is called "+Clean(to)+" there.")
	}
	for _, n := range t.Notes {
		p.hang("     - ", Clean(n))
	}
	if t.Proof != "" {
		p.hang("     ", upperFirst(Clean(t.Proof)))
	}
}

// verbatim prints text line by line as it is to be copied.
func (p *page) verbatim(text string) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		tabs := len(line) - len(strings.TrimLeft(line, "\t"))
		p.line("       " + strings.Repeat("\t", tabs) + Clean(line[tabs:]))
	}
}

func upperFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// outcome says what the change does to the message and to the forged copies.
func (p *page) outcome(s suggest.Suggestion) {
	if s.Decision != "" {
		p.hang("     ", "With it: "+Clean(s.Decision))
	}
	if len(s.Proof) > 0 {
		in := 0
		for _, r := range s.Proof {
			if r.Matched && r.Variant != suggest.Genuine {
				in++
			}
		}
		p.hang("     ", fmt.Sprintf("Matches this message and %d of %d forged test copies.", in, len(s.Proof)-1))
		for _, a := range []suggest.Attacker{suggest.Outsider, suggest.KnowsRule, suggest.Insider} {
			if list := s.Matched(a); len(list) > 0 {
				p.hang("       "+pad(string(a), len(suggest.KnowsRule))+"  ", notes(list))
			}
		}
	}
	for _, r := range s.Remedy.Residual {
		p.hang("     ", "Stays open: "+Clean(r))
	}
}

func notes(list []suggest.Result) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = Clean(r.Note)
	}
	return strings.Join(out, "; ")
}

func (p *page) notOffered(list []suggest.Refusal) {
	if len(list) == 0 {
		return
	}
	p.heading("Not offered")
	for _, r := range list {
		text := Clean(r.Reason)
		if r.Instead != "" {
			text += ". Instead: " + Clean(r.Instead)
		}
		p.hang("  ", Clean(r.What)+" ("+r.Name+")")
		p.hang("      ", text)
	}
}

// phrase says how common the phrase of the user is, and what its words would do by themselves.
func (p *page) phrase(s *suggest.Report) {
	j := s.Phrase
	if j == nil {
		return
	}
	p.heading(fmt.Sprintf("The phrase “%s”", Clean(j.Phrase)))
	p.hang("  ", upperFirst(Clean(j.Known.String()))+".")
	if j.Swing == nil {
		return
	}
	d, w := s.Analysis.Decision, j.Swing
	with := d.Score + w.PointsAfter - w.PointsBefore
	text := "Its words alone would leave the estimate of this message at " + points(with)
	if points(with) != points(d.Score) {
		text = fmt.Sprintf("Its words alone would move the estimate of this message from %s to %s", points(d.Score), points(with))
	}
	text += fmt.Sprintf(" of %s points (spam by its words: %s before, %s with it).", points(d.Threshold), checks.Percent(w.Before), checks.Percent(w.After))
	if d.Score >= d.Threshold && with >= d.Threshold {
		text += " It is the rule that lets the message out."
	}
	p.hang("  ", text)
}

// proof prints the table of every forged copy, for each suggestion that was tried.
func (p *page) proof(s *suggest.Report) {
	for i, x := range s.Suggestions {
		if len(x.Proof) == 0 {
			continue
		}
		p.heading(fmt.Sprintf("Forged test copies and suggestion %d", i+1))
		for _, r := range x.Proof {
			in := "refused"
			if r.Matched {
				in = "LET IN"
			}
			if r.Variant == suggest.Genuine {
				r.Note = "the message itself"
			}
			p.hang(fmt.Sprintf("  %-8s%-25s%-15s", in, r.Variant, r.Attacker), Clean(r.Note))
		}
	}
}

func (p *page) suggestFoot(s *suggest.Report) {
	names := map[string]bool{}
	var pages []string
	for _, x := range s.Suggestions {
		if x.Target != "" && !names[x.Target] {
			names[x.Target] = true
			pages = append(pages, "fpcheck docs targets/"+x.Target)
		}
	}
	if len(pages) > 0 {
		p.line("")
		p.line(strings.Join(pages, "   "))
	}
}

// SuggestJSON prints the object of explain with the suggestions. Every forged copy stands in it.
func SuggestJSON(w io.Writer, e *explain.Explanation, s *suggest.Report, o Options) error {
	out := explainObject(e, o)
	if s.Refused != nil {
		out.set("suggest_refused", refusalObject(*s.Refused))
	} else {
		out.set("suggest_refused", nil)
	}
	list(&out, "suggestions", s.Suggestions, func(x suggest.Suggestion) any { return suggestionObject(x) })
	list(&out, "not_offered", s.NotOffered, func(r suggest.Refusal) any { return refusalObject(r) })
	out.set("phrase", phraseObject(s))
	var b strings.Builder
	out.write(&b)
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

// phraseObject is null where no phrase was named.
func phraseObject(s *suggest.Report) any {
	j := s.Phrase
	if j == nil {
		return nil
	}
	o := object{}
	o.text("text", j.Phrase)
	met := func(m bayes.Met) object {
		return object{{"ham", m.Ham}, {"spam", m.Spam}, {"own_ham", m.OwnHam}, {"own_spam", m.OwnSpam}}
	}
	named := func(m bayes.Met) any {
		n := object{}
		n.text("words", m.Words)
		return append(n, met(m)...)
	}
	list(&o, "words", j.Known.Words, named)
	list(&o, "pairs", j.Known.Pairs, named)
	o.set("messages", met(j.Known.Of))
	o.text("known", j.Known.String())
	o.set("effect", nil)
	if w := j.Swing; w != nil {
		score := s.Analysis.Decision.Score
		o[len(o)-1].value = object{{"spam_probability", w.Before}, {"spam_probability_with", w.After}, {"score", score},
			{"score_with", score + w.PointsAfter - w.PointsBefore}, {"threshold", s.Analysis.Decision.Threshold}}
	}
	return o
}

func refusalObject(r suggest.Refusal) object {
	o := object{{"name", r.Name}}
	o.text("what", r.What)
	o.text("reason", r.Reason)
	o.text("instead", r.Instead)
	return o
}

func suggestionObject(s suggest.Suggestion) object {
	o := object{{"kind", s.Remedy.Kind}, {"target", s.Target}, {"party", string(s.Remedy.Party)}, {"lasting", s.Remedy.Lasting}, {"works", s.Remedy.Works}}
	o.text("title", s.Remedy.Title)
	o.text("text", s.Remedy.Text)
	o.text("decision", s.Decision)
	o.set("rule", nil)
	if s.Remedy.Rule != nil {
		o[len(o)-1].value = string(rules.Marshal([]rules.Rule{*s.Remedy.Rule}))
	}
	o.set("filter_text", nil)
	if s.Text != nil {
		o[len(o)-1].value = textObject(*s.Text)
	}
	list(&o, "residual_risk", s.Remedy.Residual, func(x string) any { return x })
	list(&o, "warnings", s.Remedy.Warnings, func(r suggest.Refusal) any { return refusalObject(r) })
	o.set("refused", nil)
	o.set("proof", proofObject(s.Proof))
	return o
}

func textObject(t suggest.Text) object {
	o := object{{"target", t.Target}, {"proof", t.Proof}}
	list(&o, "worksheet", t.Worksheet, func(s suggest.Step) any {
		m := object{}
		m.text("label", s.Label)
		m.text("value", s.Value)
		return m
	})
	list(&o, "files", t.Files, func(f suggest.File) any {
		m := object{{"path", f.Path}}
		m.text("content", f.Content)
		return m
	})
	list(&o, "notes", t.Notes, func(n string) any { return n })
	return o
}

// proofObject is null where nothing was tried.
func proofObject(proof []suggest.Result) any {
	if len(proof) == 0 {
		return nil
	}
	o := object{{"matched", proof[0].Matched}}
	list(&o, "impostors", proof[1:], func(r suggest.Result) any {
		return object{{"name", r.Variant}, {"attacker", string(r.Attacker)}, {"matched", r.Matched}, {"note", r.Note}}
	})
	return o
}

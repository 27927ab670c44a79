package render

import (
	"io"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// ExplainJSON prints the report of e as JSON does, with the verdict, the causes and what would change the decision.
func ExplainJSON(w io.Writer, e *explain.Explanation, o Options) error {
	var b strings.Builder
	explainObject(e, o).write(&b)
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

func explainObject(e *explain.Explanation, o Options) object {
	out := reportObject(e.Report, o)
	out.set("verdict", object{{"word", string(e.Verdict)}, {"sure", e.Sure}, {"confidence", explain.Confidence(e.Sure)}, {"caught", e.Caught}, {"filter", filterObject(e)}})
	out.set("causes", causeList(e))
	list(&out, "what_if", e.First.WhatIf, func(w explain.WhatIf) any {
		var m object
		m.text("change", w.Change)
		m.set("action", string(w.Action))
		m.set("score", w.Score)
		m.set("flips", w.Flips)
		return m
	})
	return out
}

// filterObject is what our side's filter wrote of its own verdict; null where it wrote nothing that we can read.
func filterObject(e *explain.Explanation) any {
	s := e.View.Filter
	if s.Filter == "" {
		return nil
	}
	o := object{{"name", s.Filter}, {"caught", s.Caught}, {"let_through_by_entry", s.Let}}
	o.text("said", s.Verdict)
	if !s.Span.Empty() {
		addSpan(&o, e.Report.Input.Message, s.Span)
	}
	return o
}

// causeList holds the first cause, then others, then remarks: role says which.
func causeList(e *explain.Explanation) []any {
	out := []any{causeObject(e, "first", e.First)}
	for _, d := range e.Others {
		out = append(out, causeObject(e, "other", d))
	}
	for _, d := range e.Remarks {
		out = append(out, causeObject(e, "remark", d))
	}
	return out
}

func causeObject(e *explain.Explanation, role string, d *explain.Diagnosis) object {
	in := e.Report.Input
	o := object{{"name", d.Cause.Name}, {"role", role}, {"nature", [...]string{"good", "bad", "unclear"}[d.Cause.Nature]}}
	o.text("title", d.Sentence())
	o.set("sure", d.Sure)
	o.set("decisive", d.Decisive)
	o.set("stated", d.Stated)
	o.set("who_fixes", string(d.WhoFixes))
	o.text("do", d.Do)
	list(&o, "for", d.For, func(f analyze.Finding) any { return findingObject(in, f) })
	list(&o, "against", d.Against, func(f analyze.Finding) any { return findingObject(in, f) })
	list(&o, "fix", d.Fixes, func(f explain.Fix) any {
		m := object{{"party", string(f.Party)}}
		m.text("text", f.Text)
		return m
	})
	return o
}

package render

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/analyze/verdict"
)

// verdicts prints what the filters of our side said, and whether our estimate agrees. Where none said anything, nothing is printed.
func (p *page) verdicts(r *analyze.Report) {
	for _, a := range checks.Reconcile(r) {
		p.hang("  the filter said  ", Clean(a.Finding.Summary))
	}
}

// addVerdicts adds every verdict that stands in the header, with the side that wrote it. Only those of side "ours" count.
func addVerdicts(o *object, r *analyze.Report) {
	vs, _ := analyze.ResultOf[[]verdict.Verdict](r, checks.Verdicts)
	agreements := map[int]checks.Agreement{}
	for _, a := range checks.Reconcile(r) {
		agreements[a.Verdict] = a
	}
	out := make([]any, len(vs))
	for i, v := range vs {
		e := verdictObject(r.Input.Message, v)
		e.set("agrees", nil)
		if a, ok := agreements[i]; ok {
			e[len(e)-1].value = a.Agrees
			list(&e, "why_not", a.Why, func(s string) any { return s })
		}
		out[i] = e
	}
	o.set("verdicts", out)
}

func verdictObject(m *eml.Message, v verdict.Verdict) object {
	o := object{{"filter", v.Filter}, {"title", v.Title}, {"verdict", string(v.Verdict)}, {"score", numberOrNull(v.Score)}, {"threshold", numberOrNull(v.Threshold)}}
	list(&o, "reasons", v.Reasons, func(x verdict.Reason) any { return reasonObject(m, x) })
	o.set("side", v.Side.String())
	o.text("why", v.Why)
	o.set("counts", v.Side == trace.Ours && v.Verdict != verdict.Unknown)
	o.set("direction", nil)
	if v.Direction != rules.DirectionUnknown {
		o[len(o)-1].value = v.Direction.String()
	}
	list(&o, "lines", v.Fields, func(f eml.Field) any { return m.Line(f.Span.Start) })
	list(&o, "unknown", v.Unknown, func(s string) any { return Clean(s) })
	o.set("more", v.More)
	o.set("documentation", object{{"source", v.Source}, {"read", v.Read}})
	return o
}

func reasonObject(m *eml.Message, x verdict.Reason) object {
	var o object
	o.text("code", x.Code)
	o.text("text", x.Text)
	addSpan(&o, m, x.Span)
	o.set("points", numberOrNull(x.Points))
	if x.Cause != "" {
		o.set("cause", x.Cause)
	}
	if x.Blind {
		o.set("blind", true)
	}
	return o
}

func numberOrNull(n verdict.Number) any {
	if !n.Known {
		return nil
	}
	return n.Value
}

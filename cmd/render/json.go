package render

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// schemaNumber changes when a field is renamed or taken away; adding one does not change it. See docs/schema/report.json.
const schemaNumber = 1

// usualObject is how many bytes most messages fill.
const usualObject = 16 << 10

// JSON prints r as one object on one line. Lines count from 1 and bytes from 0, both in the input as it was given; text that is not UTF-8
// is base64 under a name that ends in _base64.
func JSON(w io.Writer, r *analyze.Report, o Options) error {
	var b strings.Builder
	b.Grow(usualObject)
	reportObject(r, o).write(&b)
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

func reportObject(r *analyze.Report, o Options) object {
	in := r.Input
	var out object
	out.set("schema", schemaNumber)
	out.set("tool", object{{"name", "fpcheck"}, {"version", o.Version}})
	out.set("times", timesObject(in, o))
	out.set("dns_mode", in.DNSMode)
	out.set("input", inputObject(in))
	addHanded(&out, in.Handed)
	out.set("direction", in.Direction.String())
	out.set("decision", decisionObject(r.Decision))
	list(&out, "filters", r.Filters, func(d policy.Decision) any { return decisionObject(d) })
	out.set("border", borderObject(in))
	out.set("path", pathList(in))
	addAuthentication(&out, r)
	addVerdicts(&out, r)
	list(&out, "findings", r.Findings(), func(f analyze.Finding) any { return findingObject(in, f) })
	out.set("skipped", skippedList(r))
	return out
}

func timesObject(in *analyze.Input, o Options) object {
	var t object
	t.time("delivered", in.Delivered)
	t.time("today", in.Today)
	switch {
	case in.DNSMode == "live":
		t.time("dns", in.Today)
	default:
		t.time("dns", o.DNSAt)
	}
	return t
}

func inputObject(in *analyze.Input) object {
	m := in.Message
	sum := sha256.Sum256(m.Given())
	var o object
	o.text("name", in.Name)
	o.set("sha256", hex.EncodeToString(sum[:]))
	list(&o, "repairs", m.Repairs, func(r eml.Repair) any {
		e := object{{"kind", r.Kind}, {"line", r.Line}}
		e.text("note", r.Note)
		return e
	})
	o.set("header_only", m.HeaderOnly)
	repeatedList(&o, m)
	list(&o, "problems", m.AllProblems(), func(p eml.Problem) any {
		e := object{{"kind", p.Kind}}
		addSpan(&e, m, p.Span)
		e.text("note", p.Note)
		return e
	})
	return o
}

func decisionObject(d policy.Decision) object {
	o := object{{"filter", d.Filter}, {"title", d.Title}, {"action", string(d.Action)}, {"score", d.Score}, {"threshold", d.Threshold}, {"reject_at", d.RejectAt}, {"stage", string(d.Stage)}}
	list(&o, "trace", d.Trace, func(s policy.Step) any {
		e := object{{"stage", string(s.Stage)}, {"title", s.Title}, {"result", s.Result}, {"decided", s.Decided}}
		e.text("reason", s.Reason)
		list(&e, "yields_to", s.YieldsTo, func(k policy.Knob) any {
			return object{{"name", k.Name}, {"title", k.Title}, {"source", k.Source}, {"sure", k.Sure}}
		})
		return e
	})
	list(&o, "not_looked_at", d.NotLooked, func(s string) any { return s })
	return o
}

// borderObject is null where the border is unknown; the reason then stands under "skipped".
func borderObject(in *analyze.Input) any {
	t := in.Trace
	if t == nil || t.Border < 0 {
		return nil
	}
	h := t.Handover
	o := object{{"hop", t.Border + 1}, {"ip", addr(h.IP)}}
	o.text("host", h.RDNS)
	o.text("helo", h.Helo)
	by := ""
	if t.Border < len(t.Hops) {
		by = t.Hops[t.Border].By
	}
	o.text("by", by)
	o.text("mail_from", h.MailFrom)
	o.set("provider", t.Receiver)
	o.text("why", t.Why)
	o.set("sure", t.Sure)
	return o
}

func addr(ip netip.Addr) any {
	if !ip.IsValid() {
		return nil
	}
	return ip.String()
}

func pathList(in *analyze.Input) []any {
	out := []any{}
	if in.Trace == nil {
		return out
	}
	for i := range in.Trace.Hops {
		out = append(out, hopObject(in, i))
	}
	return out
}

func hopObject(in *analyze.Input, i int) object {
	t := in.Trace
	h := t.Hops[i]
	var o object
	addSpan(&o, in.Message, h.Span)
	from := h.RDNS
	if from == "" {
		from = h.Helo
	}
	o.text("from", from)
	o.text("rdns", h.RDNS)
	o.text("helo", h.Helo)
	o.set("ip", addr(h.IP))
	o.text("by", h.By)
	o.text("with", h.With)
	o.text("id", h.ID)
	o.time("time", h.At)
	o.set("delay_s", delaySeconds(t, i))
	o.set("dialect", h.Dialect)
	o.set("authenticated", h.Authenticated)
	o.set("side", side(t, i).String())
	list(&o, "remarks", remarksOf(t, i), func(m trace.Remark) any {
		e := object{{"kind", m.Kind}}
		e.text("note", m.Note)
		return e
	})
	return o
}

func remarksOf(t *trace.Trace, hop int) []trace.Remark {
	var out []trace.Remark
	for _, m := range t.Remarks {
		if m.Hop == hop {
			out = append(out, m)
		}
	}
	return out
}

// delaySeconds is the time since the hop before (the next older line), or null where either is unknown.
func delaySeconds(t *trace.Trace, i int) any {
	if i+1 >= len(t.Hops) || t.Hops[i].At.IsZero() || t.Hops[i+1].At.IsZero() {
		return nil
	}
	return int(t.Hops[i].At.Sub(t.Hops[i+1].At).Seconds())
}

func findingObject(in *analyze.Input, f analyze.Finding) object {
	o := object{{"id", f.ID}, {"score", f.Score}, {"toward", f.Toward.String()}}
	o.text("summary", f.Summary)
	list(&o, "evidence", f.Evidence, func(e analyze.Evidence) any { return evidenceObject(in, e) })
	return o
}

// evidenceObject has only the members that it needs: line, start and end for bytes, dns and answer, or profile.
func evidenceObject(in *analyze.Input, e analyze.Evidence) object {
	o := object{}
	if !e.Span.Empty() {
		addSpan(&o, in.Message, e.Span)
	}
	if e.DNS != nil {
		o.text("dns", short(e.DNS.String()))
		o.text("answer", e.Answer)
	}
	if e.Profile != "" {
		o.set("profile", e.Profile)
		if l, ok := in.Profile.Line(e.Profile); ok {
			o.set("profile_line", l.Number)
		}
	}
	if e.Note != "" {
		o.text("note", e.Note)
	}
	return o
}

// addSpan adds line, start and end of s, as they are in the input as it was given.
func addSpan(o *object, m *eml.Message, s eml.Span) {
	line, start := m.Origin(s.Start)
	_, end := m.Origin(s.End)
	o.set("line", line)
	o.set("start", start)
	o.set("end", end)
}

func skippedList(r *analyze.Report) []any {
	out := []any{}
	for _, c := range r.Outcomes {
		if c.Status == analyze.Done && c.Code == "" {
			continue
		}
		e := object{{"check", c.Check.Name}, {"code", c.Code}}
		e.text("reason", c.Reason)
		out = append(out, e)
	}
	if t := r.Input.Trace; t != nil && t.Border < 0 {
		e := object{{"check", "border"}, {"code", "no-border"}}
		e.text("reason", t.Why)
		out = append(out, e)
	}
	return out
}

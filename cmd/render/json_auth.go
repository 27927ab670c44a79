package render

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/arc"
	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/dmarc"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/spf"
)

// addAuthentication adds what the engines found, without judgement. What was not looked at is an empty list or null, and stands under
// "skipped".
func addAuthentication(o *object, r *analyze.Report) {
	o.set("spf", spfList(r))
	o.set("dkim", dkimList(r))
	o.set("dmarc", dmarcObject(r))
	o.set("arc", arcObject(r))
}

func spfList(r *analyze.Report) []any {
	out := []any{}
	res, ok := analyze.ResultOf[checks.SPFResult](r, checks.SPF)
	if !ok {
		return out
	}
	for _, one := range []spf.Result{res.MailFrom, res.Helo} {
		if one.Domain == "" {
			continue
		}
		e := object{{"identity", string(one.Identity)}}
		e.text("domain", one.Domain)
		recorded := res.FromRecord && one.Identity == res.MailFrom.Identity
		if recorded {
			one.Verdict, one.Reason = res.Verdict, "recorded at the border"
		}
		e.set("result", string(one.Verdict))
		e.text("reason", one.Reason)
		e.text("record", one.Record)
		e.set("lookups", one.Lookups)
		e.set("from_record", recorded)
		out = append(out, e)
	}
	return out
}

func dkimList(r *analyze.Report) []any {
	out := []any{}
	res, _ := analyze.ResultOf[checks.DKIMResult](r, checks.DKIM)
	autopsies, _ := analyze.ResultOf[checks.AutopsyResult](r, checks.Autopsy)
	for i, s := range res.Signatures {
		e := signatureObject(r, s)
		e.set("restoration", nil)
		if i < len(autopsies) && autopsies[i] != nil && autopsies[i].Found() {
			e[len(e)-1].value = restorationObject(r, res, i, autopsies[i])
		}
		e.set("counts_as", string(res.Status[i]))
		e.set("from_record", res.FromRecord[i])
		out = append(out, e)
	}
	return out
}

func signatureObject(r *analyze.Report, s dkim.Signature) object {
	var e object
	addSpan(&e, r.Input.Message, s.Field.Span)
	e.text("domain", s.Domain)
	e.text("selector", s.Selector)
	e.text("identity", s.Identity)
	e.text("algorithm", s.Algorithm)
	e.set("key_bits", s.KeyBits)
	e.time("signed", s.SignedAt)
	e.time("expires", s.ExpiresAt)
	e.set("result", string(s.Status))
	e.set("code", s.ReasonCode)
	e.text("reason", s.Reason)
	e.set("body_hash", string(s.BodyHash))
	e.set("header_signature", string(s.HeaderSignature))
	list(&e, "verifiers_differ", s.Differs, func(d string) any { return d })
	return e
}

// restorationObject says which change broke a signature, what proves it, and where on the path it can have happened.
func restorationObject(r *analyze.Report, d checks.DKIMResult, i int, a *dkim.Restoration) object {
	m := r.Input.Message
	var o object
	list(&o, "kinds", a.Kinds, func(k string) any { return k })
	list(&o, "removed", a.Removed, func(s eml.Span) any {
		var e object
		addSpan(&e, m, s)
		return e
	})
	list(&o, "replaced", a.Replaced, func(c dkim.Replacement) any {
		var e object
		addSpan(&e, m, c.Span)
		e.text("original", string(c.Original))
		return e
	})
	o.set("proof", a.Proof)
	o.text("note", a.Note)
	c := dkim.Blame(m, r.Input.Trace, nil, d.Signatures, i, a)
	by := object{{"tool", ""}, {"sure", c.Sure}}
	if c.Known() {
		by[0].value = c.Tool.Name
	}
	list(&by, "hosts", c.Hosts, func(h string) any { return Clean(h) })
	o.set("by", by)
	return o
}

// arcObject is null where the chain was not looked at.
func arcObject(r *analyze.Report) any {
	c, ok := analyze.ResultOf[arc.Chain](r, checks.ARC)
	if !ok {
		return nil
	}
	o := object{{"result", string(c.Status)}}
	o.text("reason", c.Reason)
	o.set("oldest_pass", c.OldestPass)
	list(&o, "instances", c.Instances, func(i arc.Instance) any {
		var e object
		addSpan(&e, r.Input.Message, i.Seal.Field.Span)
		e.set("instance", i.N)
		e.text("sealer", i.Sealer)
		e.text("cv", i.CV)
		e.set("seal", string(i.Seal.Status))
		e.set("message_signature", string(i.Message.Status))
		list(&e, "saw", i.Seen.Methods, func(m authres.Method) any {
			var s object
			s.text("method", m.Name)
			s.text("result", m.Value)
			return s
		})
		e.text("problem", i.Problem)
		return e
	})
	return o
}

func dmarcObject(r *analyze.Report) any {
	res, ok := analyze.ResultOf[checks.DMARCResult](r, checks.DMARC)
	if !ok {
		return nil
	}
	var o object
	o.text("domain", res.FromDomain)
	o.set("result", string(res.Verdict))
	o.set("policy", string(res.Policy))
	o.text("found_at", res.FoundAt)
	o.text("organisational_domain", res.OrgDomain)
	o.set("test_mode", res.TestMode)
	o.text("reason", res.Why)
	o.set("spf", alignmentObject(res.SPF))
	list(&o, "dkim", res.DKIM, func(a dmarc.Alignment) any { return alignmentObject(a) })
	o.set("from_record", res.FromRecord)
	return o
}

func alignmentObject(a dmarc.Alignment) object {
	var o object
	o.text("domain", a.Domain)
	o.text("result", a.Verdict)
	o.set("aligned", a.Aligned)
	return o
}

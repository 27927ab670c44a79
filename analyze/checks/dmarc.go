package checks

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dmarc"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// DMARC asks whether the domain in From stands behind the message. Its result is a DMARCResult.
var DMARC = &analyze.Check{
	Name:  "dmarc",
	Title: "does the domain in From stand behind the message",
	Spec:  "RFC 9989",
	Stage: policy.StageAuth,
	Needs: []*analyze.Check{SPF, DKIM, Recorded},
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsDNS, analyze.ReadsProfile},
	Run:   runDMARC,
}

// DMARCResult is the verdict. FromRecord says that it is the border's word, since the DNS could not be asked.
type DMARCResult struct {
	dmarc.Result
	FromRecord bool
}

func runDMARC(p *analyze.Pass) (any, error) {
	switch {
	case p.FromDomain() == "":
		return nil, analyze.Skip("no-from", "%s", whyNoAuthor(p))
	case p.Direction == rules.Outbound || p.Direction == rules.Internal:
		return nil, analyze.Skip("own-mail", "%s mail has not been handed to a receiver yet", p.Direction)
	}
	out := DMARCResult{Result: dmarc.Check(p.Context, p.Resolve, dmarcRequest(p))}
	if out.Verdict == dmarc.Unknown {
		return recordedDMARC(p, out)
	}
	reportDMARC(p, out)
	return out, nil
}

func dmarcRequest(p *analyze.Pass) dmarc.Request {
	req := dmarc.Request{FromDomain: p.FromDomain(), SPF: dmarc.Identifier{Verdict: "unknown"}}
	if s, ok := analyze.Get[SPFResult](p, SPF); ok {
		req.SPF = dmarc.Identifier{Domain: s.Domain, Verdict: string(s.Verdict)}
	}
	if d, ok := analyze.Get[DKIMResult](p, DKIM); ok {
		for i, s := range d.Signatures {
			req.DKIM = append(req.DKIM, dmarc.Identifier{Domain: s.Domain, Verdict: string(d.Status[i])})
		}
	}
	return req
}

func reportDMARC(p *analyze.Pass, r DMARCResult) {
	f := analyze.Finding{ID: "dmarc." + string(r.Verdict), Evidence: fromEvidence(p)}
	q := resolve.Q("_dmarc."+r.FromDomain, resolve.TypeTXT)
	if r.Record != nil {
		q = resolve.Q("_dmarc."+r.FoundAt, resolve.TypeTXT)
		f.Evidence = append(f.Evidence, dnsEvidence(q, r.Record.Text))
	} else {
		f.Evidence = append(f.Evidence, dnsEvidence(q, r.Kind.String()))
	}
	switch r.Verdict {
	case dmarc.Pass:
		f.Summary = fmt.Sprintf("%s stands behind the message: %s", r.FromDomain, alignedBy(r))
	case dmarc.Fail:
		f.ID = "dmarc.fail-" + string(r.Effective())
		f.Summary = fmt.Sprintf("neither SPF nor DKIM speaks for %s, %s", r.FromDomain, policyWords(r))
	case dmarc.None:
		f.Summary = fmt.Sprintf("%s publishes no DMARC policy", r.FromDomain)
	default:
		f.Summary = fmt.Sprintf("DMARC of %s: %s", r.FromDomain, r.Why)
	}
	if r.Differ() {
		f.Evidence = append(f.Evidence, analyze.Evidence{
			Note: fmt.Sprintf("organisational domain %s by RFC 9989, %s for receivers that use the public suffix list", r.OrgDomain, r.PSLOrgDomain)})
	}
	p.Report(f)
}

func alignedBy(r DMARCResult) string {
	for _, d := range r.DKIM {
		if d.Counts() {
			return "it is signed by " + d.Domain
		}
	}
	return "SPF passes for " + r.SPF.Domain
}

func policyWords(r DMARCResult) string {
	switch {
	case r.TestMode:
		return fmt.Sprintf("which asks for %s, in test mode", r.Policy)
	case r.Policy == "none":
		return "which asks for nothing to be done"
	case r.Policy == "reject":
		return "which asks to reject such mail"
	}
	return "which asks to quarantine such mail"
}

func recordedDMARC(p *analyze.Pass, out DMARCResult) (any, error) {
	rec, ok := recorded(p).DMARC(out.FromDomain)
	if !ok {
		if out.Open == nil {
			return nil, analyze.Skip("no-result", "neither SPF nor DKIM could be judged, so DMARC of %s could not", out.FromDomain)
		}
		return nil, dnsSkip(out.Open.Kind, "the DMARC policy of %s", out.FromDomain)
	}
	out.FromRecord, out.Verdict = true, dmarc.Verdict(rec.Result)
	p.Limit("recorded", "DMARC is what the border recorded at delivery")
	f := analyze.Finding{ID: "dmarc." + rec.Result, Summary: fmt.Sprintf("the border recorded DMARC %s for %s", rec.Result, out.FromDomain),
		Evidence: []analyze.Evidence{{Span: rec.Span}}}
	if rec.Result == "bestguesspass" { // Microsoft: no record, and SPF or DKIM would have been aligned
		out.Verdict, f.ID = dmarc.None, "dmarc.none"
	}
	if out.Verdict == dmarc.Fail {
		f.ID = "dmarc.fail-" + firstNonEmpty(rec.Policy, "none")
		if rec.Policy != "" {
			f.Summary += ", and that it acted by the domain's policy: " + rec.Policy
		}
	}
	p.Report(f)
	return out, nil
}

func dmarcPasses(p *analyze.Pass) bool {
	r, ok := analyze.Get[DMARCResult](p, DMARC)
	return ok && r.Verdict == dmarc.Pass
}

// Auth asks whether the sender's domain authenticates its mail at all.
var Auth = &analyze.Check{
	Name:  "auth",
	Title: "does the sender's domain authenticate its mail at all",
	Spec:  "RFC 7208, RFC 6376, RFC 9989",
	Stage: policy.StageScore,
	Needs: []*analyze.Check{SPF, DKIM, DMARC},
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsDNS, analyze.ReadsProfile},
	Run:   runAuth,
}

func runAuth(p *analyze.Pass) (any, error) {
	s, haveSPF := analyze.Get[SPFResult](p, SPF)
	d, haveDKIM := analyze.Get[DKIMResult](p, DKIM)
	m, haveDMARC := analyze.Get[DMARCResult](p, DMARC)
	if !haveSPF || !haveDKIM || !haveDMARC {
		return nil, analyze.Skip("no-result", "SPF, DKIM and DMARC could not all be judged")
	}
	if s.Verdict == "none" && len(d.Signatures) == 0 && m.Verdict == dmarc.None {
		p.Report(analyze.Finding{ID: "auth.none", Summary: fmt.Sprintf("%s has no SPF, no DKIM and no DMARC: nothing shows that it sent this", p.FromDomain()),
			Evidence: append(fromEvidence(p), absent(p, s, m)...)})
	}
	return nil, nil
}

// absent points at what shows that there is no SPF and no DMARC record: the answer of the DNS, or what the border recorded where it was not asked.
func absent(p *analyze.Pass, s SPFResult, m DMARCResult) []analyze.Evidence {
	noSPF, noDMARC := dnsEvidence(s.MailFrom.Question, "no SPF record"), dnsEvidence(resolve.Q("_dmarc."+p.FromDomain(), resolve.TypeTXT), "no DMARC record")
	if rec, ok := recorded(p).SPF(s.Domain); ok && s.FromRecord {
		noSPF = analyze.Evidence{Span: rec.Span}
	}
	if rec, ok := recorded(p).DMARC(m.FromDomain); ok && m.FromRecord {
		noDMARC = analyze.Evidence{Span: rec.Span}
	}
	return []analyze.Evidence{noSPF, noDMARC}
}

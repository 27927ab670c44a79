package checks

import (
	"fmt"
	"strings"

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

// DMARCResult is the verdict. FromRecord says that it is the border's word, since the DNS could not be asked, or says something else today.
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
	q, then := policyQuestion(out), toldDMARC(p, out)
	f, old := dmarcFinding(p, out), askedAfter(p, q, recordsHold)
	switch {
	case out.Verdict == dmarc.Unknown:
		return recordedDMARC(p, out)
	case then != "" && then != out.Verdict && askedAfter(p, q, sameDay): // the record was changed since
		return recordedDMARC(p, out)
	case old && out.Verdict == dmarc.Fail: // what the domain asked for then is not known
		f.ID, f.Summary = "dmarc.fail-none", asOf(p, q)+" "+f.Summary
	case old && then == "" && out.Verdict != dmarc.Pass:
		return nil, analyze.Skip(longAfter, "%s %s, which says nothing of the day of delivery", asOf(p, q), f.Summary)
	case old && then == "":
		f.Summary = asOf(p, q) + " " + f.Summary
	}
	p.Report(f)
	return out, nil
}

// toldDMARC returns what our side recorded of the message; empty: nothing, or nothing that counts. A failure does not count where the message passes: it
// may be the word of a filter behind a gateway, and it follows from SPF and DKIM, of which the border's word counts.
func toldDMARC(p *analyze.Pass, out DMARCResult) dmarc.Verdict {
	rec, ok := recorded(p).DMARC(out.FromDomain)
	switch then := recordedVerdict(rec); {
	case !ok || rec.Domain == "", then == dmarc.Fail && out.Verdict == dmarc.Pass:
		return ""
	case then == dmarc.Pass || then == dmarc.Fail || then == dmarc.None || then == dmarc.PermError:
		return then
	}
	return ""
}

// recordedVerdict reads the word of the border. Microsoft's bestguesspass: no record, and SPF or DKIM would have been aligned.
func recordedVerdict(rec Entry) dmarc.Verdict {
	if rec.Result == "bestguesspass" {
		return dmarc.None
	}
	return dmarc.Verdict(rec.Result)
}

func dmarcRequest(p *analyze.Pass) dmarc.Request {
	req := dmarc.Request{FromDomain: p.FromDomain(), SPF: dmarc.Identifier{Verdict: "unknown"}}
	if code, _, _ := p.Skipped(SPF); code == longAfter { // it may have passed then; of the null sender it is the HELO name
		h := p.Trace.Handover
		req.SPF.Domain = firstNonEmpty(domainOf(h.MailFrom), strings.ToLower(h.Helo))
	}
	if s, ok := analyze.Get[SPFResult](p, SPF); ok {
		req.SPF = dmarc.Identifier{Domain: s.Domain, Verdict: string(s.Verdict)}
	}
	if d, ok := analyze.Get[DKIMResult](p, DKIM); ok {
		for i, s := range d.Signatures {
			req.DKIM = append(req.DKIM, dmarc.Identifier{Domain: s.Domain, Verdict: string(d.Status[i])})
		}
	}
	if req.SPF.Domain == "" && req.DKIM == nil { // nothing was looked at: an envelope sender that nobody knows may be aligned, and pass
		req.SPF.Domain = req.FromDomain
	}
	return req
}

// policyQuestion is the one whose answer is the policy.
func policyQuestion(r DMARCResult) resolve.Question {
	if r.Record != nil {
		return resolve.Q("_dmarc."+r.FoundAt, resolve.TypeTXT)
	}
	return resolve.Q("_dmarc."+r.FromDomain, resolve.TypeTXT)
}

func dmarcFinding(p *analyze.Pass, r DMARCResult) analyze.Finding {
	answer := r.Kind.String()
	if r.Record != nil {
		answer = r.Record.Text
	}
	f := analyze.Finding{ID: "dmarc." + string(r.Verdict), Summary: dmarcSentence(r), Evidence: append(fromEvidence(p), dnsEvidence(policyQuestion(r), answer))}
	if r.Verdict == dmarc.Fail {
		f.ID = "dmarc.fail-" + string(r.Effective())
	}
	if r.Differ() {
		f.Evidence = append(f.Evidence, analyze.Evidence{
			Note: fmt.Sprintf("organisational domain %s by RFC 9989, %s for receivers that use the public suffix list", r.OrgDomain, r.PSLOrgDomain)})
	}
	return f
}

func dmarcSentence(r DMARCResult) string {
	switch r.Verdict {
	case dmarc.Pass:
		return fmt.Sprintf("%s stands behind the message: %s", r.FromDomain, alignedBy(r))
	case dmarc.Fail:
		return fmt.Sprintf("neither SPF nor DKIM speaks for %s, %s", r.FromDomain, policyWords(r))
	case dmarc.None:
		return fmt.Sprintf("%s publishes no DMARC policy", r.FromDomain)
	}
	return fmt.Sprintf("DMARC of %s: %s", r.FromDomain, r.Why)
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
			return nil, analyze.Skip("no-result", "SPF or DKIM could not be judged, so DMARC of %s could not", out.FromDomain)
		}
		return nil, dnsSkip(out.Open.Kind, "the DMARC policy of %s", out.FromDomain)
	}
	then := recordedVerdict(rec)
	f := analyze.Finding{ID: "dmarc." + string(then), Summary: fmt.Sprintf("the border recorded DMARC %s for %s", rec.Result, out.FromDomain),
		Evidence: []analyze.Evidence{{Span: rec.Span}}}
	if then == dmarc.Fail {
		f.ID = "dmarc.fail-" + firstNonEmpty(rec.Policy, "none")
		if rec.Policy != "" {
			f.Summary += ", and that it acted by the domain's policy: " + rec.Policy
		}
	}
	if out.Verdict == dmarc.Unknown {
		p.Limit("recorded", "DMARC is what the border recorded at delivery")
	} else {
		f.Summary += fmt.Sprintf(", and that counts: %s %s", asOf(p, policyQuestion(out)), dmarcSentence(out))
		f.Evidence = append(f.Evidence, dmarcFinding(p, out).Evidence...)
	}
	out.FromRecord, out.Verdict = true, then
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

package checks

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/spf"
)

// SPF asks whether the address that handed us the mail may send for the envelope domain. Its result is an SPFResult.
var SPF = &analyze.Check{
	Name:  "spf",
	Title: "may the address that handed us the mail send for the envelope domain",
	Spec:  "RFC 7208",
	Stage: policy.StageScore,
	Needs: []*analyze.Check{Recorded},
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsDNS, analyze.ReadsProfile},
	Run:   runSPF,
}

// SPFResult is the verdict on both identities. FromRecord says that it is the border's word, since the DNS could not be asked, or says something else
// today; MailFrom is what the DNS says.
type SPFResult struct {
	Domain     string
	Verdict    spf.Verdict
	MailFrom   spf.Result
	Helo       spf.Result
	FromRecord bool
}

func runSPF(p *analyze.Pass) (any, error) {
	if err := borderIP(p); err != nil {
		return nil, err
	}
	h := p.Trace.Handover
	if h.MailFrom == "" {
		return nil, analyze.Skip("no-mail-from", "the envelope sender is not recorded: state it with --mail-from")
	}
	req := spf.Request{IP: h.IP, Helo: h.Helo, MailFrom: h.MailFrom}
	out := SPFResult{MailFrom: spf.Check(p.Context, p.Resolve, req)}
	out.Domain, out.Verdict = out.MailFrom.Domain, out.MailFrom.Verdict
	q, sentence := out.MailFrom.Question, spfSentence(out.MailFrom, h.IP.String())
	switch rec, told := toldSPF(p, out); {
	case !out.MailFrom.Looked():
		return recordedSPF(p, out)
	case told && rec.Result != string(out.Verdict) && askedAfter(p, q, sameDay): // the record was changed since
		out.Verdict, out.FromRecord = spf.Verdict(rec.Result), true
		p.Report(analyze.Finding{ID: "spf." + rec.Result, Evidence: []analyze.Evidence{{Span: rec.Span}, dnsEvidence(q, recordText(out.MailFrom))},
			Summary: fmt.Sprintf("the border recorded SPF %s for %s, and that counts: %s %s", rec.Result, out.Domain, asOf(p, q), sentence)})
		return out, nil
	case told || !askedAfter(p, q, recordsHold):
	case out.Verdict != spf.Pass:
		return nil, analyze.Skip(longAfter, "%s %s, which says nothing of the day of delivery", asOf(p, q), sentence)
	default:
		sentence = asOf(p, q) + " " + sentence
	}
	p.Report(analyze.Finding{ID: "spf." + string(out.Verdict), Summary: sentence,
		Evidence: append(handoverEvidence(p), dnsEvidence(q, recordText(out.MailFrom)))})
	if out.MailFrom.Identity != spf.Helo && isHostName(h.Helo) {
		out.Helo = spf.CheckHelo(p.Context, p.Resolve, req)
		reportHeloSPF(p, out.Helo)
	}
	return out, nil
}

// recordText is the record, or that there is none.
func recordText(r spf.Result) string {
	if r.Verdict == spf.None {
		return "no SPF record"
	}
	return r.Record
}

// toldSPF returns what our side recorded of this very delivery. A result for another address is about another hop, and a failure that names neither the
// address nor the border may be, where the DNS passes ours: a filter behind a gateway judges the gateway.
func toldSPF(p *analyze.Pass, out SPFResult) (Entry, bool) {
	rec, ok := recorded(p).SPF(out.Domain)
	ours := rec.IP == p.Trace.Handover.IP.Unmap() || !rec.IP.IsValid() && (rec.AtBorder || rec.Result == string(spf.Pass) || out.Verdict != spf.Pass)
	switch spf.Verdict(rec.Result) {
	case spf.Pass, spf.Fail, spf.SoftFail, spf.Neutral, spf.None, spf.PermError:
		return rec, ok && rec.Domain != "" && ours
	}
	return Entry{}, false
}

func reportHeloSPF(p *analyze.Pass, r spf.Result) {
	if r.Looked() && r.Verdict == spf.Fail && !askedAfter(p, r.Question, recordsHold) {
		p.Report(analyze.Finding{ID: "spf.helo-fail", Summary: fmt.Sprintf("the HELO name %s does not allow %s to use it", r.Domain, p.Trace.Handover.IP),
			Evidence: append(handoverEvidence(p), dnsEvidence(r.Question, r.Record))})
	}
}

func recordedSPF(p *analyze.Pass, out SPFResult) (any, error) {
	rec, ok := recorded(p).SPF(out.Domain)
	if !ok {
		return nil, dnsSkip(out.MailFrom.Unknown.Kind, "whether SPF of %s allows %s", out.Domain, p.Trace.Handover.IP)
	}
	out.Verdict, out.FromRecord = spf.Verdict(rec.Result), true
	p.Limit(skipCode(out.MailFrom.Unknown.Kind), "SPF is what the border recorded at delivery; the DNS could not be asked")
	p.Report(analyze.Finding{ID: "spf." + rec.Result, Summary: fmt.Sprintf("the border recorded SPF %s for %s", rec.Result, out.Domain),
		Evidence: []analyze.Evidence{{Span: rec.Span}}})
	return out, nil
}

// spfSentence says what the verdict means for this address.
func spfSentence(r spf.Result, ip string) string {
	who := r.Domain
	if r.Identity == spf.Helo {
		who = "the HELO name " + r.Domain
	}
	switch r.Verdict {
	case spf.Pass:
		return fmt.Sprintf("%s lists %s%s", who, ip, byTerm(r))
	case spf.Fail:
		return fmt.Sprintf("%s does not list %s, and says that nobody else may send%s", who, ip, byTerm(r))
	case spf.SoftFail:
		return fmt.Sprintf("%s does not list %s, but does not insist%s", who, ip, byTerm(r))
	case spf.Neutral:
		return fmt.Sprintf("%s says nothing about %s%s", who, ip, byTerm(r))
	case spf.None:
		return fmt.Sprintf("%s publishes no SPF record", who)
	case spf.PermError:
		return fmt.Sprintf("the SPF record of %s is broken: %s", who, r.Reason)
	}
	return fmt.Sprintf("SPF of %s could not be evaluated: %s", who, r.Reason)
}

func byTerm(r spf.Result) string {
	if r.Term == nil {
		return ""
	}
	return fmt.Sprintf(" (%s)", r.Term.Text)
}

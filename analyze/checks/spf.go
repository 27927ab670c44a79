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

// SPFResult is the verdict on both identities. FromRecord says that it is the border's word, since the DNS could not be asked.
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
	if !out.MailFrom.Looked() {
		return recordedSPF(p, out)
	}
	p.Report(analyze.Finding{ID: "spf." + string(out.Verdict), Summary: spfSentence(out.MailFrom, h.IP.String()),
		Evidence: append(handoverEvidence(p), dnsEvidence(out.MailFrom.Question, recordText(out.MailFrom)))})
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

func reportHeloSPF(p *analyze.Pass, r spf.Result) {
	if r.Looked() && r.Verdict == spf.Fail {
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

package checks

import (
	"fmt"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/verdict"
)

// Agreement compares the word of one filter of our side with what fpcheck would have decided.
type Agreement struct {
	Verdict int // index into the result of Verdicts
	Agrees  bool
	Why     []string        // why they may differ; empty where they agree
	Finding analyze.Finding // "verdict.agrees" or "verdict.disagrees"
	Against policy.Decision // the decision that was compared
}

// providerOf leads from the name of a decoder to that of the filter in a profile, where they differ.
var providerOf = map[string]string{"microsoft": "microsoft-365", "gmail": "google"}

// Reconcile says for each filter of our side whether it and fpcheck agree, and if not, why that may be. It runs on a finished report,
// since the checks know no decision. It never changes the report.
func Reconcile(r *analyze.Report) []Agreement {
	vs, _ := analyze.ResultOf[[]verdict.Verdict](r, Verdicts)
	var out []Agreement
	for i, v := range vs {
		if v.Counts() {
			out = append(out, compare(r, i, v))
		}
	}
	return out
}

func compare(r *analyze.Report, i int, v verdict.Verdict) Agreement {
	d := decisionOf(r, v.Filter)
	a := Agreement{Verdict: i, Against: d, Agrees: v.Verdict.Caught() == (d.Action != policy.Deliver)}
	a.Finding = analyze.Finding{ID: "verdict.agrees", Evidence: reasonEvidence(v), Summary: VerdictText(v) + "; our estimate says the same: " + string(d.Action)}
	if a.Agrees {
		return a
	}
	a.Why = whyDifferent(r, v)
	a.Finding.ID = "verdict.disagrees"
	a.Finding.Summary = fmt.Sprintf("%s; our estimate says %s. Why that may be: %s", VerdictText(v), d.Action, strings.Join(a.Why, "; "))
	return a
}

// decisionOf returns the decision of that filter, or the one of the report.
func decisionOf(r *analyze.Report, filter string) policy.Decision {
	for _, d := range r.Filters {
		if d.Filter == filter || d.Filter == providerOf[filter] && d.Filter != "" {
			return d
		}
	}
	return r.Decision
}

// maxWhy is how many possible reasons are given: a fourth is a guess too many.
const maxWhy = 3

func whyDifferent(r *analyze.Report, v verdict.Verdict) []string {
	var out []string
	if v.Verdict.Caught() {
		out = whyOnlyIt(r, v)
	} else {
		out = whyOnlyUs(v)
	}
	if t := dnsThenAndNow(r.Input); t != "" {
		out = append(out, t)
	}
	return out[:min(len(out), maxWhy)]
}

// whyOnlyIt says why the filter may have caught what we would deliver.
func whyOnlyIt(r *analyze.Report, v verdict.Verdict) []string {
	switch v.Verdict {
	case verdict.Blocked:
		return []string{"a list of blocked senders, which the profile does not state"}
	case verdict.Policy:
		return []string{"a rule of the organisation or the mailbox, which the profile does not state"}
	case verdict.Bulk:
		return []string{"it knows how many people complain of this bulk sender; we do not"}
	case verdict.Malware:
		return []string{"it opens attachments; we do not"}
	}
	var out []string
	if pointsTo(v, "listed-address", "listed-shared-pool", "policy-list-wrong-hop") && !hasFinding(r, "blocklist.") {
		out = append(out, "a list named the address then, and does not now, or it is one that we do not ask")
	}
	if pointsTo(v, "classifier-misjudged") || v.Verdict == verdict.Phishing {
		out = append(out, "its learnt classifier and what its other customers report, which only it has")
	}
	if len(out) == 0 {
		out = append(out, "it weighs what it found in another way")
	}
	return out
}

// whyOnlyUs says why the filter may have passed what we would catch.
func whyOnlyUs(v verdict.Verdict) []string {
	var out []string
	if v.Verdict == verdict.Allowed {
		out = append(out, "a list or rule let it pass, whatever was found; the profile does not state it")
	}
	if len(v.Blind()) > 0 {
		out = append(out, "its reputation checks were blind")
	}
	if v.Verdict == verdict.NotSpam {
		out = append(out, "it knows the sender from earlier mail, which we do not")
	}
	return out
}

func pointsTo(v verdict.Verdict, causes ...string) bool {
	for _, r := range v.Reasons {
		for _, c := range causes {
			if r.Cause == c {
				return true
			}
		}
	}
	return false
}

func hasFinding(r *analyze.Report, prefix string) bool {
	for _, f := range r.Findings() {
		if strings.HasPrefix(f.ID, prefix) {
			return true
		}
	}
	return false
}

// dnsThenAndNow says how far the DNS that we saw may differ from the filter's.
func dnsThenAndNow(in *analyze.Input) string {
	switch {
	case in.DNSMode == "offline":
		return "the DNS was switched off here"
	case in.DNSMode == "live" && !in.Delivered.IsZero() && in.Today.Sub(in.Delivered) > 24*time.Hour:
		return fmt.Sprintf("lists and records may have changed in the %d days since delivery", int(in.Today.Sub(in.Delivered).Hours()/24))
	}
	return ""
}

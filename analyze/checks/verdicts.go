package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/analyze/verdict"
)

// Verdicts asks what the filter itself wrote into the header, and by whose hand. What it says informs and weighs nothing: our score is an
// estimate of its own. Its result is a []verdict.Verdict.
var Verdicts = &analyze.Check{
	Name:  "verdicts",
	Title: "what did the filter itself say",
	Spec:  "documentation of the filters, see docs/filters",
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsProfile},
	Run:   runVerdicts,
}

func runVerdicts(p *analyze.Pass) (any, error) {
	if p.Log != nil && len(p.Log.Reasons) > 0 {
		p.Note(logFinding(p.Log))
	}
	vs := verdict.Decode(p.Message, p.Trace)
	for _, v := range vs {
		switch {
		case v.Counts():
			p.Note(wordFinding(v))
		case v.Claim():
			p.Note(claimFinding(v))
		}
		if v.Side != trace.Ours {
			continue
		}
		if blind := v.Blind(); len(blind) > 0 {
			p.Note(blindFinding(v, blind))
		}
		if len(v.Unknown) > 0 {
			p.Note(unreadFinding(v))
		}
	}
	return vs, nil
}

// logFinding says what the filter's log says, as the user gave it. It is the user's word: it counts as stated.
func logFinding(l *verdict.Log) analyze.Finding {
	name := "the filter"
	if l.Filter != "" {
		name, _, _ = strings.Cut(l.Title, " (")
	}
	f := analyze.Finding{ID: "verdict.log"}
	var texts []string
	for _, r := range l.Reasons[:min(len(l.Reasons), shownReasons)] {
		texts = append(texts, r.Code+" ("+r.Text+")")
		f.Evidence = append(f.Evidence, analyze.Evidence{Note: "the log: " + r.Code})
	}
	f.Summary = fmt.Sprintf("the log of %s: %s", name, strings.Join(texts, "; "))
	return f
}

// verdictWords are what a word means behind the name of the filter.
var verdictWords = map[verdict.Word]string{
	verdict.NotSpam: "found no spam", verdict.Spam: "found spam", verdict.Phishing: "found phishing", verdict.Malware: "found malware", verdict.Bulk: "took it for bulk mail",
	verdict.Spoof: "found a forged sender", verdict.Policy: "caught it by a rule of the organisation or the mailbox", verdict.Allowed: "let it pass by a list or rule", verdict.Blocked: "caught it by a list of blocked senders",
}

// VerdictText says in one sentence what the filter said: "Rspamd found spam, 11.4 of 15".
func VerdictText(v verdict.Verdict) string {
	words, ok := verdictWords[v.Verdict]
	if !ok {
		words = "wrote no verdict that can be read"
	}
	s := shortTitle(v) + " " + words
	switch {
	case v.Score.Known && v.Threshold.Known:
		s += ", " + plainNumber(v.Score.Value) + " of " + plainNumber(v.Threshold.Value)
	case v.Score.Known:
		s += ", score " + plainNumber(v.Score.Value)
	}
	return s
}

// shortTitle is the filter's name without what stands in brackets.
func shortTitle(v verdict.Verdict) string {
	name, _, _ := strings.Cut(v.Title, " (")
	return name
}

func plainNumber(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// shownReasons is how many of a filter's grounds stand in a finding.
const shownReasons = 3

// grounds are the reasons that say why: those that point to a cause, the dearest first, or else whatever there is.
func grounds(v verdict.Verdict) []verdict.Reason {
	var out []verdict.Reason
	for _, r := range v.Reasons {
		if r.Cause != "" && !r.Blind {
			out = append(out, r)
		}
	}
	if len(out) == 0 || !v.Verdict.Caught() {
		out = slices.Clone(v.Reasons)
	}
	slices.SortStableFunc(out, func(a, b verdict.Reason) int { return -compareNumber(a.Points.Value, b.Points.Value) })
	return out[:min(len(out), shownReasons)]
}

func compareNumber(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// wordFinding says what our side's filter said.
func wordFinding(v verdict.Verdict) analyze.Finding {
	f := analyze.Finding{ID: "verdict." + string(v.Verdict), Summary: VerdictText(v), Evidence: reasonEvidence(v)}
	var texts []string
	for _, r := range grounds(v) {
		if r.Cause != "" && v.Verdict.Caught() {
			texts = append(texts, r.Text)
		}
	}
	if len(texts) > 0 {
		f.Summary += ": " + strings.Join(slices.Compact(texts), "; ")
	}
	return f
}

func reasonEvidence(v verdict.Verdict) []analyze.Evidence {
	var out []analyze.Evidence
	for _, r := range grounds(v) {
		out = append(out, analyze.Evidence{Span: r.Span, Note: r.Text})
	}
	if len(out) == 0 && len(v.Fields) > 0 {
		out = append(out, analyze.Evidence{Span: v.Fields[0].Value})
	}
	return out
}

// claimFinding shows a verdict that somebody else wrote, or that cannot be shown to be ours.
func claimFinding(v verdict.Verdict) analyze.Finding {
	who := "it cannot be told whose it is"
	if v.Side == trace.Theirs {
		who = "it is not shown to be of our side"
	}
	return analyze.Finding{ID: "verdict.claim", Evidence: reasonEvidence(v),
		Summary: fmt.Sprintf("a field claims that %s, but %s: %s", VerdictText(v), who, v.Why)}
}

func blindFinding(v verdict.Verdict, blind []verdict.Reason) analyze.Finding {
	f := analyze.Finding{ID: "verdict.blind", Summary: shortTitle(v) + " could not see reputation: lists refused to answer its resolver"}
	for _, r := range blind[:min(len(blind), shownReasons)] {
		f.Evidence = append(f.Evidence, analyze.Evidence{Span: r.Span, Note: r.Text})
	}
	return f
}

func unreadFinding(v verdict.Verdict) analyze.Finding {
	return analyze.Finding{ID: "verdict.unread", Summary: fmt.Sprintf("%s wrote what we do not know: %s", shortTitle(v), strings.Join(v.Unknown[:min(len(v.Unknown), shownReasons)], ", ")),
		Evidence: []analyze.Evidence{{Span: v.Fields[0].Value}}}
}

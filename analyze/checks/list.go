// Package checks holds the questions that the pipeline asks of a message, a file each, and the list of them.
package checks

import (
	"fmt"
	"slices"
	"sync"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// All returns every check in the order of the report. There is no other registration.
func All() []*analyze.Check { return slices.Clone(all()) }

var all = sync.OnceValue(func() []*analyze.Check {
	list := []*analyze.Check{Path, Recorded, Verdicts, PTR, HELO, Blocklists, SPF, DKIM, Autopsy, ARC, DMARC, Auth, Reputation, Spoof, From, Content, Bayes}
	list = append(list, heuristicChecks()...)
	return append(list, Facts)
})

// borderIP says whether there is a stranger's address to judge, or why not.
func borderIP(p *analyze.Pass) error {
	h := p.Trace.Handover
	switch {
	case h.Authenticated:
		return analyze.Skip("authenticated", "the sender logged in: the address says nothing about the mail")
	case p.Direction == rules.Outbound || p.Direction == rules.Internal:
		return analyze.Skip("own-mail", "%s mail: it does not come from a stranger's server", p.Direction)
	case !h.IP.IsValid():
		return analyze.Skip("no-border", "no delivery point is known: %s", p.Trace.Why)
	}
	return nil
}

// handoverEvidence points at the bytes in which the border wrote down its peer.
func handoverEvidence(p *analyze.Pass) []analyze.Evidence {
	var out []analyze.Evidence
	for _, s := range p.Trace.Handover.Spans {
		out = append(out, analyze.Evidence{Span: s})
	}
	if len(out) > 1 {
		out = out[:1]
	}
	return out
}

func dnsEvidence(q resolve.Question, answer string) analyze.Evidence {
	return analyze.Evidence{DNS: &q, Answer: answer}
}

// skipCode is the stable code for a question that the DNS did not answer.
func skipCode(k resolve.Kind) string {
	switch k {
	case resolve.Offline:
		return "offline"
	case resolve.NotRecorded:
		return "not-recorded"
	case resolve.Timeout:
		return "dns-timeout"
	}
	return "dns-failure"
}

// dnsSkip says that the DNS was not asked, or did not answer.
func dnsSkip(k resolve.Kind, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	switch k {
	case resolve.Offline:
		return analyze.Skip("offline", "offline: %s is not known; run with --dns live, or with a snapshot", what)
	case resolve.NotRecorded:
		return analyze.Skip("not-recorded", "the DNS snapshot does not say %s", what)
	}
	return analyze.Skip(skipCode(k), "%s could not be found out: %s", what, k)
}

package checks

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
)

// Path asks whether the way the message came is believable.
var Path = &analyze.Check{
	Name:  "path",
	Title: "is the way the message came believable",
	Spec:  "RFC 5321 4.4",
	Stage: policy.StageScore,
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsProfile},
	Run:   runPath,
}

// pathIDs maps what trace remarks to what we call it. Remarks of other kinds are about the report, not about the mail.
var pathIDs = map[string]string{
	"forged": "path.forged-hop", "backwards": "path.backwards", "delay": "path.delay", "unparsed": "path.unread",
	"disagree": "path.disagree", "reversed": "path.reversed",
}

func runPath(p *analyze.Pass) (any, error) {
	if len(p.Trace.Hops) == 0 {
		return nil, analyze.Skip("no-received", "the message has no Received line")
	}
	said := map[string]bool{}
	for _, r := range p.Trace.Remarks {
		id := pathIDs[r.Kind]
		if id == "" {
			continue
		}
		f := analyze.Finding{ID: id, Summary: r.Note, Evidence: []analyze.Evidence{{Span: r.Span}}}
		if said[id] { // one wrong clock makes every hop look wrong: count it once, show it all
			p.Note(f)
			continue
		}
		said[id] = true
		p.Report(f)
	}
	return nil, nil
}

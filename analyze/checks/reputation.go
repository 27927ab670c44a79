package checks

import (
	"math"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/reputation"
	"github.com/fpcheck/fpcheck/analyze/spf"
)

// Reputation asks what the user's own mail showed of this sender before.
var Reputation = &analyze.Check{
	Name:  "reputation",
	Title: "what did this sender send before",
	Spec:  "local history that fades",
	Stage: policy.StageScore,
	Needs: []*analyze.Check{Path, PTR, SPF, DKIM, DMARC},
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsDNS},
	Run:   runReputation,
}

// Standings are who may have a history, and what it amounts to.
type Standings struct {
	Keys []reputation.Key
	List []reputation.Standing // of those that have one
}

func runReputation(p *analyze.Pass) (any, error) {
	out := Standings{Keys: reputationKeys(p)}
	switch {
	case len(out.Keys) == 0:
		return out, analyze.Skip("nobody-proven", "neither an address nor a name of the sender is proven")
	case p.History == nil || p.History.Len() == 0:
		return out, nil
	}
	now := p.Delivered
	if now.IsZero() || now.After(p.Today) {
		now = p.Today
	}
	strongest := -1
	for _, k := range out.Keys {
		if s, ok := p.History.Look(k, now); ok {
			out.List = append(out.List, s)
			if strongest < 0 || math.Abs(s.Score) > math.Abs(out.List[strongest].Score) {
				strongest = len(out.List) - 1
			}
		}
	}
	for i, s := range out.List {
		reportStanding(p, s, i == strongest)
	}
	return out, nil
}

// reportStanding gives points to the strongest history alone: address, network and names are often those of one sender.
func reportStanding(p *analyze.Pass, s reputation.Standing, counts bool) {
	f := analyze.Finding{ID: "reputation.neutral", Summary: string(s.Kind) + " " + s.Name + ": " + s.String()}
	if s.Kind == reputation.IP || s.Kind == reputation.Net {
		f.Evidence = handoverEvidence(p)
	}
	switch {
	case s.Neutral():
	case s.Score > 0:
		f.ID = "reputation.spam"
	default:
		f.ID = "reputation.ham"
	}
	if f.Score = math.Round(100*p.Weights[f.ID]*math.Abs(s.Score)) / 100; !counts || f.Score == 0 {
		p.Note(f)
		return
	}
	p.Report(f)
}

// reputationKeys are the names of the sender that are proven: the address that handed the message over, its network, a HELO name that the border confirmed,
// domains whose signature verifies, and the envelope's domain where SPF passes. What anybody can write would let a stranger use, or spoil, the
// history of another.
func reputationKeys(p *analyze.Pass) []reputation.Key {
	var out []reputation.Key
	add := func(k reputation.Kind, name string) {
		name = strings.ToLower(strings.TrimSuffix(name, "."))
		if isHostName(name) {
			out = append(out, reputation.Key{Kind: k, Name: name})
		}
	}
	h := p.Trace.Handover
	if borderIP(p) == nil {
		ip := h.IP.Unmap().WithZone("")
		out = append(out, reputation.Key{Kind: reputation.IP, Name: ip.String()}, reputation.Key{Kind: reputation.Net, Name: reputation.Network(ip).String()})
		if strings.EqualFold(h.Helo, h.RDNS) {
			add(reputation.Helo, h.Helo)
		}
		if s, ok := analyze.Get[SPFResult](p, SPF); ok && s.Verdict == spf.Pass {
			add(reputation.MailFrom, s.Domain)
		}
	}
	list, _ := signers(p)
	for _, s := range list[:min(len(list), maxSigners)] {
		if s.Status == "pass" {
			add(reputation.Signer, s.Domain)
		}
	}
	return out
}

// maxSigners bounds the signatures of a message that have a history.
const maxSigners = 8

package checks

import (
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
)

// Spoof asks whether a message from outside claims to come from the organisation's own domain. Filters with an anti-spoofing step act on this
// alone and do not ask SPF. Its result is a SpoofResult.
var Spoof = &analyze.Check{
	Name:  "spoof",
	Title: "does the message claim to come from your own domain",
	Spec:  "inbound domain spoofing protection of Proofpoint Essentials, Anti-Spoofing of Mimecast",
	Stage: policy.StageSpoof,
	Needs: []*analyze.Check{DMARC},
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsProfile},
	Run:   runSpoof,
}

// SpoofResult says which domain is taken for one's own, and whether the profile states it.
type SpoofResult struct {
	Domain string
	Stated bool // by the profile; otherwise it is the recipient's domain
	Claims bool // From is of that domain, and the address is not one of the sending servers
}

// spfBlind are the filters whose anti-spoofing does not ask SPF or DMARC.
var spfBlind = []string{"proofpoint-essentials", "mimecast"}

// SpoofAsksAddress reports whether the anti-spoofing of one of the filters looks at the address alone, whatever SPF and DMARC say.
func SpoofAsksAddress(in *analyze.Input) bool {
	return slices.ContainsFunc(in.FilterNames(), func(n string) bool { return slices.Contains(spfBlind, n) })
}

func runSpoof(p *analyze.Pass) (any, error) {
	if err := borderIP(p); err != nil {
		return nil, err
	}
	out := SpoofResult{Domain: p.FromDomain(), Stated: p.Profile.IsOwnDomain(p.FromDomain())}
	switch {
	case out.Domain == "":
		return nil, analyze.Skip("no-from", "%s", whyNoAuthor(p))
	case len(p.Profile.Domains) > 0 && !out.Stated, len(p.Profile.Domains) == 0 && !slices.Contains(p.RecipientDomains(), out.Domain):
		return out, nil
	case p.Profile.IsSendingServer(p.Trace.Handover.IP):
		return out, nil
	}
	out.Claims = true
	p.Report(spoofFinding(p, out))
	return out, nil
}

func spoofFinding(p *analyze.Pass, s SpoofResult) analyze.Finding {
	ip := p.Trace.Handover.IP
	f := analyze.Finding{ID: "spoof.own-domain", Summary: fmt.Sprintf("From is %s, but %s is not one of your sending servers", s.Domain, ip)}
	if !s.Stated {
		f.Summary = fmt.Sprintf("From is the recipient's own domain %s, and %s is not known as one of its sending servers", s.Domain, ip)
	}
	if dmarcPasses(p) && !SpoofAsksAddress(p.Input) {
		f.ID = "spoof.own-domain-proven"
		f.Summary += "; DMARC of the domain passes"
	}
	f.Evidence = append(f.Evidence, fromEvidence(p)...)
	if _, ok := p.Profile.Line("sending-servers"); ok {
		f.Evidence = append(f.Evidence, analyze.Evidence{Profile: "sending-servers"})
	} else if s.Stated {
		f.Evidence = append(f.Evidence, analyze.Evidence{Profile: "domains", Note: "no sending-servers are stated"})
	}
	return f
}

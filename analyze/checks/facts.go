package checks

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Facts collects what filter rules may ask about. Its result is a rules.Facts, which the decision is made from.
var Facts = &analyze.Check{
	Name:  "facts",
	Title: "what is known for filter rules",
	Spec:  "docs/guide/rules.md",
	Needs: []*analyze.Check{PTR, SPF, DKIM, DMARC, Content},
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsDNS, analyze.ReadsProfile},
	Run:   func(p *analyze.Pass) (any, error) { return collectFacts(p), nil },
}

func collectFacts(p *analyze.Pass) rules.Facts {
	h := p.Trace.Handover
	f := rules.Facts{
		HeaderFroms: p.Froms,
		MailFrom:    known(h.MailFrom, "the envelope sender is not recorded"),
		Helo:        known(h.Helo, "the HELO name is not recorded"),
		IP:          h.IP,
		BorderIP:    rules.Fact{Why: p.Trace.Why},
		BorderHost:  borderHost(p),
		OwnSender:   ownSender(p),
		Direction:   p.Direction,
		Tenant:      tenant(p),
		Header:      func(name string) []string { return fieldValues(p, name) },
		Body:        func() (string, rules.Known) { return visibleText(p) },
		Groups:      p.Profile.Groups,
		Today:       p.Today,
	}
	if h.IP.IsValid() {
		f.BorderIP = rules.Fact{Value: h.IP.String(), Known: rules.Yes}
	}
	for _, a := range p.Author {
		f.From = append(f.From, a.String())
	}
	for _, r := range h.Rcpt {
		f.Rcpt = append(f.Rcpt, rules.Fact{Value: r, Known: rules.Yes})
	}
	if w, ok := analyze.Get[*Words](p, Content); ok {
		f.Subject = w.Subject
	}
	f.DKIM, f.DKIMKnown = signers(p)
	return f
}

func known(value, why string) rules.Fact {
	if value == "" {
		return rules.Fact{Why: why}
	}
	return rules.Fact{Value: value, Known: rules.Yes}
}

// borderHost is the name of the peer that leads back to its address: confirmed by us, or else as the border verified it at delivery.
func borderHost(p *analyze.Pass) rules.Fact {
	h := p.Trace.Handover
	rev, ok := analyze.Get[resolve.ReverseResult](p, PTR)
	switch {
	case h.RDNS != "":
		return rules.Fact{Value: strings.ToLower(strings.TrimSuffix(h.RDNS, ".")), Known: rules.Yes, Why: "the border wrote it down at delivery"}
	case hiddenPeer(p) != "":
		return rules.Fact{Value: strings.ToLower(strings.TrimSuffix(hiddenPeer(p), ".")), Known: rules.Yes, Why: "the border wrote it down at delivery, beside an address that was taken out of the line"}
	case ok && len(rev.Confirmed) > 0:
		return rules.Fact{Value: strings.ToLower(rev.Confirmed[0]), Known: rules.Yes, Why: "PTR record, confirmed forward"}
	case ok && rev.Unknown == nil:
		return rules.Fact{Known: rules.No, Why: "the address has no name that leads back to it"}
	}
	return rules.Fact{Why: "the name of the host could not be looked up"}
}

// hiddenPeer is the name that the border verified of its peer, where somebody took the address out of its line and states it: the name is that of the address.
func hiddenPeer(p *analyze.Pass) string {
	if p.Trace.Border < 0 || !p.Trace.Handover.IP.IsValid() {
		return ""
	}
	if h := p.Trace.Hops[p.Trace.Border]; !h.IP.IsValid() && h.Verified {
		return h.RDNS
	}
	return ""
}

// ownSender says whether the message comes from one's own user or server, proven.
func ownSender(p *analyze.Pass) rules.Fact {
	h := p.Trace.Handover
	switch {
	case h.Authenticated:
		return rules.Fact{Known: rules.Yes, Why: "the sender logged in"}
	case p.Profile.IsSendingServer(h.IP):
		return rules.Fact{Known: rules.Yes, Value: h.IP.String(), Why: "it came from one of the sending servers"}
	case h.IP.IsValid():
		return rules.Fact{Known: rules.No, Why: "it came from outside"}
	}
	return rules.Fact{Why: p.Trace.Why}
}

// tenant is the Microsoft 365 tenant that the message names. Anybody can write it, which is why rules call it tenant-as-written.
func tenant(p *analyze.Pass) rules.Fact {
	for _, name := range []string{"X-MS-Exchange-CrossTenant-Id", "X-OriginatorOrg"} {
		if f, ok := p.Message.First(name); ok {
			return rules.Fact{Value: p.Message.Text(f), Known: rules.Yes, Why: "as written in " + name}
		}
	}
	return rules.Fact{Known: rules.No, Why: "no tenant is named"}
}

func fieldValues(p *analyze.Pass, name string) []string {
	var out []string
	if name != "" {
		for _, f := range p.Message.All(name) {
			out = append(out, p.Message.Text(f))
		}
		return out
	}
	for _, f := range p.Message.Fields {
		out = append(out, f.Name+": "+p.Message.Text(f))
	}
	return out
}

func visibleText(p *analyze.Pass) (string, rules.Known) {
	w, ok := analyze.Get[*Words](p, Content)
	if !ok || w.HeaderOnly {
		return "", rules.Maybe
	}
	var b strings.Builder
	for _, t := range w.Texts {
		b.WriteString(t.Visible)
		b.WriteByte('\n')
	}
	return b.String(), rules.Yes
}

// signers are the signatures as rules see them; aligned is by DMARC, relaxed.
func signers(p *analyze.Pass) ([]rules.Signer, rules.Known) {
	d, ok := analyze.Get[DKIMResult](p, DKIM)
	if !ok {
		return nil, rules.Maybe
	}
	m, _ := analyze.Get[DMARCResult](p, DMARC)
	all := rules.Yes
	var out []rules.Signer
	for i, s := range d.Signatures {
		if d.Status[i] == dkim.Unknown {
			all = rules.Maybe
		}
		out = append(out, rules.Signer{Domain: s.Domain, Selector: s.Selector, Identity: s.Identity, Status: string(d.Status[i]),
			Aligned: isAligned(m, s.Domain, p.FromDomain())})
	}
	return out, all
}

func isAligned(m DMARCResult, domain, from string) bool {
	for _, a := range m.DKIM {
		if strings.EqualFold(a.Domain, domain) && a.Aligned {
			return true
		}
	}
	return strings.EqualFold(domain, from)
}

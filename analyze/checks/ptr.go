package checks

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// PTR asks whether the address that handed us the mail has a name that leads back to it. Its result is a resolve.ReverseResult.
var PTR = &analyze.Check{
	Name:  "ptr",
	Title: "has the address that handed us the mail a name",
	Spec:  "RFC 1912 2.1, RFC 8601 2.7.3",
	Stage: policy.StageScore,
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsDNS, analyze.ReadsProfile},
	Run:   runPTR,
}

func runPTR(p *analyze.Pass) (any, error) {
	if err := borderIP(p); err != nil {
		return nil, err
	}
	h := p.Trace.Handover
	rev := resolve.Reverse(p.Context, p.Resolve, h.IP)
	q := resolve.Q(resolve.ReverseName(h.IP), resolve.TypePTR)
	old, nameless := askedAfter(p, q, recordsHold), rev.Kind != resolve.Found || len(rev.Confirmed) == 0 && rev.Unknown == nil
	switch {
	case !rev.Kind.Known():
		p.Limit(skipCode(rev.Kind), "the name is the one that the border recorded; whether it leads back to %s could not be asked", h.IP)
		return recordedPTR(p, rev)
	case old && nameless && h.RDNS == "":
		return nil, analyze.Skip(goneSince, "%s %s has no name that leads back to it, which says nothing of the day of delivery", asOf(p, q), h.IP)
	case old && nameless:
		p.Limit(goneSince, "the name is the one that the border recorded: %s %s has none that leads back to it, which says nothing of the day of delivery", asOf(p, q), h.IP)
		return recordedPTR(p, rev)
	case old: // its names of a later day are not held against it, and that which the border recorded is
		return recordedPTR(p, rev)
	case rev.Kind != resolve.Found:
		p.Report(analyze.Finding{ID: "ptr.missing", Summary: fmt.Sprintf("%s has no PTR record: a server without a name", h.IP),
			Evidence: append(handoverEvidence(p), dnsEvidence(q, rev.Kind.String()))})
		return rev, nil
	case nameless:
		p.Report(analyze.Finding{ID: "ptr.unconfirmed",
			Summary:  fmt.Sprintf("%s calls itself %s, but that name does not lead back to it", h.IP, rev.Names[0]),
			Evidence: append(handoverEvidence(p), dnsEvidence(q, strings.Join(rev.Names, ", ")))})
	}
	if name, ok := genericName(rev.Names, h.IP); ok {
		p.Report(analyze.Finding{ID: "ptr.generic", Summary: fmt.Sprintf("%s is a name that a provider gives to a line, not to a mail server", name),
			Evidence: append(handoverEvidence(p), dnsEvidence(q, name))})
	}
	return rev, nil
}

// recordedPTR falls back on the name that the border looked up at delivery.
func recordedPTR(p *analyze.Pass, rev resolve.ReverseResult) (any, error) {
	h := p.Trace.Handover
	switch {
	case h.RDNS == "" && rev.Kind == resolve.Found:
		return rev, nil
	case h.RDNS == "":
		return nil, dnsSkip(rev.Kind, "whether %s has a PTR record", h.IP)
	}
	rev.Names = []string{h.RDNS}
	if name, ok := genericName(rev.Names, h.IP); ok {
		p.Report(analyze.Finding{ID: "ptr.generic", Summary: fmt.Sprintf("%s is a name that a provider gives to a line, not to a mail server", name),
			Evidence: handoverEvidence(p)})
	}
	return rev, nil
}

func genericName(names []string, ip netip.Addr) (string, bool) {
	for _, n := range names {
		if !resolve.LooksGeneric(n, ip) {
			return "", false
		}
	}
	if len(names) == 0 {
		return "", false
	}
	return names[0], true
}

// HELO asks whether the server introduced itself properly.
var HELO = &analyze.Check{
	Name:  "helo",
	Title: "does the server introduce itself properly",
	Spec:  "RFC 5321 4.1.1.1, 4.1.3",
	Stage: policy.StageScore,
	Needs: []*analyze.Check{PTR},
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsDNS, analyze.ReadsProfile},
	Run:   runHELO,
}

func runHELO(p *analyze.Pass) (any, error) {
	if err := borderIP(p); err != nil {
		return nil, err
	}
	h := p.Trace.Handover
	helo := strings.ToLower(strings.TrimSuffix(h.Helo, "."))
	switch {
	case helo == "":
		return nil, analyze.Skip("not-recorded", "the border did not write down the HELO name")
	case !isHostName(helo):
		p.Report(analyze.Finding{ID: "helo.not-a-name", Summary: fmt.Sprintf("the server introduced itself as %q, which is no host name", h.Helo),
			Evidence: handoverEvidence(p)})
		return nil, nil
	}
	rev, ok := analyze.Get[resolve.ReverseResult](p, PTR)
	if ok && containsFold(rev.Names, helo) || strings.EqualFold(h.RDNS, helo) {
		return nil, nil
	}
	return nil, heloForward(p, helo, rev)
}

// heloForward lets a HELO pass that leads to the address although the PTR record has another name: several names on one address are normal.
func heloForward(p *analyze.Pass, helo string, rev resolve.ReverseResult) error {
	h := p.Trace.Handover
	typ := resolve.TypeA
	if h.IP.Is6() {
		typ = resolve.TypeAAAA
	}
	q := resolve.Q(helo, typ)
	a, kind, _ := resolve.Ask(p.Context, p.Resolve, q)
	if !kind.Known() {
		return dnsSkip(kind, "whether the HELO name %s leads to %s", helo, h.IP)
	}
	switch {
	case slices.Contains(a.Addrs(), h.IP.Unmap()), kind == resolve.Found && sameOrganisation(append(rev.Names, h.RDNS), helo):
		return nil // a farm of servers says one of its names, whichever it is
	case askedAfter(p, q, recordsHold):
		return analyze.Skip(goneSince, "%s the HELO name %s does not lead to %s, which says nothing of the day of delivery", asOf(p, q), helo, h.IP)
	}
	names := "has no name"
	if len(rev.Names) > 0 {
		names = "is called " + rev.Names[0]
	}
	p.Report(analyze.Finding{ID: "helo.mismatch", Summary: fmt.Sprintf("the server introduced itself as %s, but %s %s", helo, h.IP, names),
		Evidence: append(handoverEvidence(p), dnsEvidence(q, addressList(a.Addrs(), kind)))})
	return nil
}

func sameOrganisation(names []string, helo string) bool {
	for _, n := range names {
		if organisation(strings.ToLower(n)) == organisation(helo) {
			return true
		}
	}
	return false
}

func addressList(ips []netip.Addr, kind resolve.Kind) string {
	if len(ips) == 0 {
		return kind.String()
	}
	var out []string
	for _, ip := range slices.SortedFunc(slices.Values(ips), netip.Addr.Compare) {
		out = append(out, ip.String())
	}
	return strings.Join(out, ", ")
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(strings.TrimSuffix(x, "."), s) })
}

// isHostName reports whether s is a full host name as RFC 5321 4.1.1.1 wants it: labels of letters, digits and hyphens, at least two of
// them, and the last no number. An underscore is let pass, since many good servers have one.
func isHostName(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 || len(s) > 253 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || strings.Trim(l, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			return false
		}
	}
	last := labels[len(labels)-1]
	return strings.Trim(last, "0123456789") != "" && last != "local" && last != "localdomain" && last != "lan"
}

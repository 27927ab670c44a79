package checks

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dnsbl"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// Blocklists asks whether the address or a domain of the message is on a list. Its result is a []dnsbl.Answer.
var Blocklists = &analyze.Check{
	Name:  "blocklists",
	Title: "is the address or a domain on a blocklist",
	Spec:  "RFC 5782",
	Stage: policy.StageScore,
	Needs: []*analyze.Check{Content},
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsDNS, analyze.ReadsProfile},
	Run:   runBlocklists,
}

// capBlocklists bounds what all lists together add: they copy from each other, so ten listings are not ten proofs.
const capBlocklists = 6.0

// maxLinkHosts bounds the link hosts asked about: spam repeats one, newsletters have a dozen.
const maxLinkHosts = 5

func runBlocklists(p *analyze.Pass) (any, error) {
	if err := borderIP(p); err != nil {
		return nil, err
	}
	if p.DNSMode == "offline" {
		return nil, analyze.Skip("offline", "offline: run with --dns live, or with a snapshot")
	}
	o := dnsbl.Options{IP: p.Trace.Handover.IP, Own: p.Profile.SendingServers, Parallel: p.Parallel}
	if d := p.FromDomain(); d != "" && !freemail[d] && !p.Profile.IsOwnDomain(d) {
		o.Domains = []string{d}
	}
	o.Links = linkHosts(p)
	answers := dnsbl.Lookup(p.Context, p.Resolve, o)
	late := reportListings(p, answers)
	if reportBlind(p, answers); late != nil {
		p.Limit(longAfter, "%s the lists say nothing of the day of delivery, whether they hold the address or not", asOf(p, *late))
	}
	return answers, nil
}

func linkHosts(p *analyze.Pass) []string {
	w, _ := analyze.Get[*Words](p, Content)
	if w == nil {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	for _, l := range w.Links {
		if seen[l.Host] || len(out) == maxLinkHosts {
			continue
		}
		seen[l.Host] = true
		if d := organisation(l.Host); !seen[" "+d] && !p.Profile.IsOwnDomain(d) {
			seen[" "+d] = true
			out = append(out, l.Host)
		}
	}
	return out
}

// reportListings returns the first question that was asked long after delivery; nil: none was.
func reportListings(p *analyze.Pass, answers []dnsbl.Answer) (late *resolve.Question) {
	left := capBlocklists
	for _, a := range answers {
		q, old := askedOfList(p, a)
		if old && late == nil {
			late = &q
		}
		for _, c := range a.Codes {
			f := analyze.Finding{ID: listingID(p, a, c), Summary: fmt.Sprintf("%s is listed: %s", a.Subject, c.Title), Evidence: listingEvidence(p, a)}
			if old {
				if f.Summary = asOf(p, q) + " " + f.Summary; c.Tier != dnsbl.Positive && c.Tier != dnsbl.Informational {
					f.ID = "blocklist.listed-later"
				}
				p.Note(f)
				continue
			}
			if f.Score = p.Weights[f.ID]; f.Score > 0 {
				f.Score = min(f.Score, left)
				left -= f.Score
			}
			if f.Score == 0 {
				p.Note(f)
				continue
			}
			p.Report(f)
		}
	}
	return late
}

// askedOfList is the question that a list answered, and whether that was long after delivery.
func askedOfList(p *analyze.Pass, a dnsbl.Answer) (q resolve.Question, old bool) {
	if a.Refusal != nil || len(a.Questions) == 0 {
		return q, false
	}
	q = a.Questions[len(a.Questions)-1]
	return q, askedAfter(p, q, listsHold)
}

func listingID(p *analyze.Pass, a dnsbl.Answer, c dnsbl.Code) string {
	switch {
	case c.Tier == dnsbl.Positive:
		return "blocklist.welcome"
	case c.Tier == dnsbl.Informational:
		return "blocklist.listed-info"
	case a.Subject != p.Trace.Handover.IP.String():
		return "blocklist.domain"
	case strings.HasSuffix(c.ID, "-pbl") || strings.HasSuffix(c.ID, "-dynamic"):
		return "blocklist.policy"
	}
	return "blocklist.listed-" + string(c.Tier)
}

func listingEvidence(p *analyze.Pass, a dnsbl.Answer) []analyze.Evidence {
	var out []analyze.Evidence
	if a.Subject == p.Trace.Handover.IP.String() {
		out = handoverEvidence(p)
	}
	if n := len(a.Questions); n > 0 {
		out = append(out, dnsEvidence(a.Questions[n-1], addressList(a.Addrs, 0)))
	}
	return append(out, analyze.Evidence{Note: a.List.Title + ": " + a.List.Page})
}

// reportBlind says which lists could not answer. That is never a listing, and never a clean bill.
func reportBlind(p *analyze.Pass, answers []dnsbl.Answer) {
	var unasked []string
	var blind blindLists
	var first *dnsbl.Answer
	for i, a := range answers {
		switch {
		case a.Refusal == nil || a.Refusal.Code == "key":
		case a.Refusal.Unknown.NotAsked():
			unasked = append(unasked, a.List.Title)
		default:
			if first == nil {
				first = &answers[i]
			}
			blind.add(a.Refusal.Reason, a.List.Title)
		}
	}
	if first != nil {
		p.Note(analyze.Finding{ID: "blocklist.blind", Summary: blind.short(), Evidence: append(listingEvidence(p, *first), blind.all()...)})
	}
	if unasked = unique(unasked); len(unasked) > 0 {
		p.Limit("not-recorded", "%s could not be asked, since the DNS snapshot does not have the answers: %s", count(len(unasked), "list"), strings.Join(unasked, ", "))
	}
}

// blindLists are lists that could not answer, by the reason.
type blindLists struct {
	reasons []string
	titles  map[string][]string
}

func (b *blindLists) add(reason, title string) {
	if b.titles == nil {
		b.titles = map[string][]string{}
	}
	if _, ok := b.titles[reason]; !ok {
		b.reasons = append(b.reasons, reason)
	}
	b.titles[reason] = unique(append(b.titles[reason], title))
}

// namedBlind is how many lists a summary names; the evidence has them all.
const namedBlind = 3

func (b *blindLists) short() string {
	var parts []string
	for _, r := range b.reasons {
		names := strings.Join(b.titles[r], ", ")
		if n := len(b.titles[r]); n > namedBlind {
			names = count(n, "list")
		}
		parts = append(parts, names+": "+r)
	}
	return "could not answer: " + strings.Join(parts, "; ")
}

func (b *blindLists) all() []analyze.Evidence {
	var out []analyze.Evidence
	for _, r := range b.reasons {
		if len(b.titles[r]) > namedBlind {
			out = append(out, analyze.Evidence{Note: r + ": " + strings.Join(b.titles[r], ", ")})
		}
	}
	return out
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func unique(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

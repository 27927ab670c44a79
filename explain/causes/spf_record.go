package causes

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/explain"
)

var spfFamilies = []explain.Family{explain.FamilySPFRecord, explain.FamilySPF, explain.FamilyDMARC}

// manyLookups reports whether the limit of lookups, and not that of empty answers, broke the record.
func manyLookups(r spf.Result) bool { return r.Tree != nil && r.Tree.Lookups > spf.MaxLookups }

func needs(r spf.Result) int { return max(r.Lookups, r.Tree.Lookups, r.Tree.Total) }

func includes(r spf.Result) string {
	var out []string
	for _, i := range r.Tree.Includes() {
		if len(out) == 12 {
			out = append(out, "more")
			break
		}
		out = append(out, name(i, "an odd name"))
	}
	return titles(out)
}

func voids(t *spf.Tree) string {
	var out []string
	for _, term := range t.Terms {
		if term.Void && len(out) < 12 {
			out = append(out, term.Name+":"+name(term.Target, "an odd name"))
		}
	}
	return titles(out)
}

// recordCause is a diagnosis that rests on the SPF record.
func recordCause(v *explain.View) *explain.Diagnosis {
	return &explain.Diagnosis{
		Sure: proven, WhoFixes: explain.SenderAdmin,
		For:    append(v.Find("spf.permerror", "dmarc.fail-*"), stated(v, spfFamilies...)...),
		Clears: []string{"spf.permerror", "dmarc.fail-*"},
		Do:     "Release it if the sender is known to you, and tell his postmaster.",
	}
}

// reason is why a host is taken for one that the sender uses, and the SPF term that lists it.
type reason struct {
	finding analyze.Finding
	term    string
	sure    float64
	besides string // what else is to be said of the term
}

// usedService finds who connected, where it is one that the author's organisation uses: its own host, a known service, or a service that
// signed the message.
func usedService(v *explain.View) (string, reason, bool) {
	ownIP := mechanismText(v)
	if p := providers.ByHost(v.Peer); p != nil && (p.Kind == providers.Sender || p.Kind == providers.Mailbox || p.Kind == providers.SignatureTool || p.Kind == providers.Filter) {
		term := ownIP
		if len(p.SPFInclude) > 0 {
			term = "include:" + p.SPFInclude[0]
		}
		return p.Title, reason{finding: handover(v, "service.host", "%s is a host of %s", peer(v), p.Title), term: term, sure: strong}, true
	}
	if explain.Same(v.Peer, v.From) && !forwarded(v) {
		return "its own server " + peer(v), reason{finding: handover(v, "path.own-host", "%s bears a name of the sender's own domain, and the border verified it", peer(v)), term: ownIP, sure: proven}, true
	}
	for _, s := range v.Foreign() {
		if explain.Same(s.Domain, v.Peer) && !forwarded(v) {
			org := name(explain.Org(s.Domain), "a service")
			return "the service " + org, reason{finding: at("service.signed", org+" signed the message and handed it over", s.DSpan), term: ownIP, sure: strong,
				besides: " (better the include that the service documents: its other hosts send, too)"}, true
		}
	}
	return "", reason{}, false
}

// forwarded reports whether the path or the marks show that the message was sent on by somebody who got it.
func forwarded(v *explain.View) bool {
	_, ok := forwarding(v)
	return ok || strings.HasPrefix(strings.ToLower(v.Hand.MailFrom), "srs")
}

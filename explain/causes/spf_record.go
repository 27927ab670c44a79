package causes

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/explain"
)

var spfFamilies = []explain.Family{explain.FamilySPFRecord, explain.FamilySPF, explain.FamilyDMARC}

var spfTooManyLookups = &explain.Cause{
	Name: "spf-too-many-lookups", Title: "The sender's SPF record asks for too many DNS lookups, so receivers call it broken.", Families: spfFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		r := v.SPF.MailFrom
		if v.SPF.Verdict != spf.PermError || !manyLookups(r) {
			return nil
		}
		d := recordCause(v)
		d.Title = fmt.Sprintf("The SPF record of %s needs %d DNS lookups, and more than %d make receivers call it broken.", name(v.SPF.Domain, "the sender"), needs(r), spf.MaxLookups)
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: take includes out of the record at %s that are no longer used, or move services to sub-domains with a record of their own. The includes are: %s.", postmaster(v.SPF.Domain), name(v.SPF.Domain, "the domain"), includes(r))}
		return d
	},
}

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

var spfPermerror = &explain.Cause{
	Name: "spf-permerror", Title: "The sender's SPF record is broken.", Families: spfFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		if v.SPF.Verdict != spf.PermError || manyLookups(v.SPF.MailFrom) {
			return nil
		}
		d := recordCause(v)
		t := v.SPF.MailFrom.Tree
		domain := name(v.SPF.Domain, "the sender")
		switch {
		case t != nil && len(t.Records) > 1:
			d.Title = fmt.Sprintf("%s publishes %d SPF records, and only one is allowed, so receivers take none of them.", domain, len(t.Records))
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: put the terms of both into one TXT record at %s that begins with v=spf1, and delete the other.", postmaster(v.SPF.Domain), domain)}
		case t != nil && t.Voids > spf.MaxVoids:
			d.Title = fmt.Sprintf("The SPF record of %s names %d hosts or domains that no longer exist, and more than %d break it.", domain, t.Voids, spf.MaxVoids)
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: take these terms out of the record at %s: %s.", postmaster(v.SPF.Domain), domain, voids(t))}
		default:
			d.Title = fmt.Sprintf("The SPF record of %s cannot be read, so receivers take none of it.", domain)
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: correct the SPF record at %s (fpcheck analyze shows the term).", postmaster(v.SPF.Domain), domain)}
		}
		return d
	},
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

// spfIncludeMissing: the author's domain has an SPF record, and a service or server that it uses is not in it.
var spfIncludeMissing = &explain.Cause{
	Name: "spf-include-missing", Title: "The sender uses a server that its SPF record does not list.", Families: []explain.Family{explain.FamilySPF, explain.FamilyDMARC, explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		switch {
		case v.SPF.Verdict != spf.Fail && v.SPF.Verdict != spf.SoftFail && v.SPF.Verdict != spf.Neutral,
			!explain.Same(v.SPF.Domain, v.From), v.Passes(), len(v.Signatures()) > 0, v.Own(v.From), len(fraudulent(v)) > 0:
			return nil
		}
		if v.Filter.Caught && v.Filter.Carries([]explain.Family{explain.FamilySPFRecord}) {
			return nil
		}
		s, why, ok := usedService(v)
		if !ok {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: why.sure, WhoFixes: explain.SenderAdmin,
			For:     append(append([]analyze.Finding{why.finding}, v.Find("spf.fail", "spf.softfail", "spf.neutral", "dmarc.fail-*")...), stated(v, explain.FamilySPF, explain.FamilyDMARC)...),
			Against: v.Find("ptr.missing", "helo.mismatch", "path.forged-hop"),
			Clears:  []string{"spf.fail", "spf.softfail", "spf.neutral", "dmarc.fail-*"},
			Do:      "Release it if the sender is known to you, and send his postmaster the line to add.",
		}
		d.Title = fmt.Sprintf("%s sends through %s, and its SPF record does not list %s.", name(v.SPF.Domain, "The sender"), s, peer(v))
		record, change, ok := spfWith(v, v.SPF.Domain, why.term)
		if ok {
			d.Fixes = append(d.Fixes, fix(explain.SenderAdmin, "%s: add %s to the SPF record. TXT at %s: %s", postmaster(v.SPF.Domain), why.term, name(v.SPF.Domain, "the domain"), record))
			d.Changes = append(d.Changes, change)
		} else {
			d.Fixes = append(d.Fixes, fix(explain.SenderAdmin, "%s: add %s to the SPF record of %s.", postmaster(v.SPF.Domain), why.term, name(v.SPF.Domain, "the domain")))
		}
		d.Fixes = append(d.Fixes, fix(explain.SenderAdmin, "Better, since it survives forwarding: let %s sign with a DKIM key under %s.", s, from(v)))
		return d
	},
}

// reason is why a host is taken for one that the sender uses, and the SPF term that lists it.
type reason struct {
	finding analyze.Finding
	term    string
	sure    float64
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
		return p.Title, reason{handover(v, "service.host", "%s is a host of %s", peer(v), p.Title), term, strong}, true
	}
	if explain.Same(v.Peer, v.From) && !forwarded(v) {
		return "its own server " + peer(v), reason{handover(v, "path.own-host", "%s bears a name of the sender's own domain, and the border verified it", peer(v)), ownIP, proven}, true
	}
	for _, s := range v.Foreign() {
		if explain.Same(s.Domain, v.Peer) && !forwarded(v) {
			org := name(explain.Org(s.Domain), "a service")
			return "the service " + org, reason{at("service.signed", org+" signed the message and handed it over", s.DSpan), ownIP, strong}, true
		}
	}
	return "", reason{}, false
}

// forwarded reports whether the path or the marks show that the message was sent on by somebody who got it.
func forwarded(v *explain.View) bool {
	_, ok := forwarding(v)
	return ok || strings.HasPrefix(strings.ToLower(v.Hand.MailFrom), "srs")
}

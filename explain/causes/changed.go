package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/explain"
)

// What the causes share that explain a signature broken by a change.

// brokenIDs are the findings that a broken signature is to blame for.
var brokenIDs = []string{"dkim.body-changed", "dkim.header-changed", "dkim.signature-bad", "dkim.recorded-fail", "dmarc.fail-*"}

// brokenFamilies are the families of a filter's tests that speak of it.
var brokenFamilies = []explain.Family{explain.FamilyDKIM, explain.FamilyDMARC}

// change is a signature of the author's domain that was broken, with who can have done it.
type change struct {
	explain.Signed
	v     *explain.View
	kinds []string
	after []trace.Hop // hosts of the other side that had the message after it was signed, newest first
}

// changed returns the change that broke the author's signature where the author's domain has nothing else that passes. A message whose DMARC
// passes all the same has a defect, and no cause.
func changed(v *explain.View) (change, bool) {
	s, ok := v.Broken()
	if !ok || v.Passes() && !v.Filter.Carries(brokenFamilies) || refusedLength(v, s) {
		return change{}, false
	}
	c := change{Signed: s, v: v, after: v.After(s)}
	if s.Restore.Found() {
		c.kinds = s.Restore.Kinds
	}
	return c, true
}

// only reports whether every kind of change is one of those, and there is one.
func (c change) only(kinds ...string) bool {
	return len(c.kinds) > 0 && !slices.ContainsFunc(c.kinds, func(k string) bool { return !slices.Contains(kinds, k) })
}

// any reports whether a kind of change is one of those.
func (c change) any(kinds ...string) bool {
	return slices.ContainsFunc(c.kinds, func(k string) bool { return slices.Contains(kinds, k) })
}

// body reports whether the body was changed, as far as anybody knows.
func (c change) body() bool {
	return c.BodyHash == dkim.Fail || c.Record && c.v.Says("dkim.recorded-fail")
}

// where names the one host that can have made the change: the host that had the message between the signer and our side. The signature
// stands above the lines of the hosts before it and below those after it.
func (c change) where() (trace.Hop, bool) {
	if len(c.after) == 0 {
		return trace.Hop{}, false
	}
	return c.after[0], true
}

// whereText is that host with a preposition, or empty.
func (c change) whereText() string {
	if h, ok := c.where(); ok && name(h.By, "") != "" {
		return " at " + hostOf(h)
	}
	return ""
}

// what says in words what was changed.
func (c change) what() string {
	var out []string
	for _, k := range c.kinds {
		if kind, ok := dkim.KindOf(k); ok {
			out = append(out, kind.Title)
		}
	}
	return strings.Join(out, ", and ")
}

// sure rates the cause by how well the change is proven.
func (c change) sure() float64 {
	switch {
	case c.Restored():
		return proven
	case c.Restore.Found():
		return strong
	}
	return moderate
}

// diagnosis is what every change has in common.
func (c change) diagnosis() *explain.Diagnosis {
	d := &explain.Diagnosis{
		Sure:   c.sure(),
		For:    append(c.v.Find("dkim.body-changed", "dkim.header-changed", "dkim.signature-bad", "dkim.recorded-fail", "autopsy.*"), c.v.Find("dmarc.fail-*")...),
		Clears: brokenIDs,
	}
	if h, ok := c.where(); ok {
		d.For = append(d.For, at("path.after-signing", hostOf(h)+" had the message after it was signed", h.Span))
	}
	d.For = append(d.For, stated(c.v, brokenFamilies...)...)
	d.Against = c.v.Find("path.forged-hop")
	return d
}

// signer is the domain whose signature broke.
func (c change) signer() string { return name(c.Domain, "the sender's domain") }

// Kinds of changes, as the autopsy names them.
var (
	encodings = []string{"transfer-encoding", "charset", "line-ends", "trailing-space", "blank-lines", "from-escaped", "dot-stuffed", "nul-bytes", "canonicalization", "refolded", "words-reencoded", "content-type", "preamble"}
	warnings  = []string{"banner-prepended", "block-at-part-start", "html-block-start", "url-rewritten", "subject-tag"}
)

// list finds that a mailing list passed the message on: marks of list software, and an envelope sender that is not the author's.
func list(v *explain.View) ([]analyze.Finding, bool) {
	var out []analyze.Finding
	for _, s := range v.Services {
		if s.Kind == providers.List && !strings.HasPrefix(s.Name, "forward") && s.Match.By == "marker" {
			out = append(out, viaFinding(s))
		}
	}
	for _, field := range []string{"List-Post", "List-Id"} {
		if f, ok := v.Input.Message.First(field); ok {
			out = append(out, at("path.list", "the field "+field+" names a mailing list", f.Span))
			break
		}
	}
	_, post := v.Input.Message.First("List-Post")
	switch {
	case len(out) == 0 || v.Hand.MailFrom == "":
		return nil, false
	case explain.Same(domainPart(v.Hand.MailFrom), v.From): // a list of the author's own organisation
		return out, post && len(out) > 1 && !strings.EqualFold(v.Hand.MailFrom, author(v))
	}
	return out, post || len(out) > 1 // newsletters name a list, too, but nobody can post to them
}

// domainPart is what stands behind the @ of an address.
func domainPart(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// author is the author's address.
func author(v *explain.View) string {
	if len(v.Input.Author) == 0 {
		return ""
	}
	return v.Input.Author[0].String()
}

// innerGate reports whether another host of our side checked the message after the one that took it from outside: then a change between
// the two is our own.
func innerGate(v *explain.View) (trace.Hop, bool) {
	ours := v.Ours()
	if len(ours) < 2 {
		return trace.Hop{}, false
	}
	border := ours[len(ours)-1]
	for _, f := range v.Input.Message.All("Authentication-Results") {
		if f.Span.Start < border.Span.Start && !above(ours, f.Span.Start) {
			return border, true
		}
	}
	return trace.Hop{}, false
}

// above reports whether a field stands above every hop but the border's: then the last host wrote it, and it may be the mailbox.
func above(ours []trace.Hop, start int) bool { return start < ours[0].Span.Start && len(ours) == 1 }

// mechanismText is the SPF term for the address that connected.
func mechanismText(v *explain.View) string {
	if !v.Hand.IP.IsValid() {
		return "its address"
	}
	return mechanism(v.Hand.IP)
}

// footerLike reports whether the change is one that footer tools make, and nobody but the sender's own organisation or a signature service
// had the message when it was made.
func footerLike(c change) bool {
	h, ok := c.where()
	own := ok && (explain.Same(h.By, c.Domain) || isSignatureTool(h.By))
	switch {
	case ok && !own:
		return false
	case c.any("footer-appended", "block-at-part-end", "html-block-end", "mime-part-added", "lines-inserted", "mime-unwrap"):
		return true
	}
	return own && (len(c.kinds) == 0 || c.any("block-at-part-start", "html-block-start", "banner-prepended"))
}

// isSignatureTool reports whether a host is one of a signature service.
func isSignatureTool(host string) bool {
	p := providers.ByHost(host)
	return p != nil && p.Kind == providers.SignatureTool
}

// passedOn: the author's domain signs nothing, and the list sends under its own envelope, so nothing speaks for the author.
func passedOn(v *explain.View, marks []analyze.Finding) *explain.Diagnosis {
	if !v.Fails() || len(v.Signatures()) > 0 || v.Own(v.From) || len(fraudulent(v)) > 0 {
		return nil
	}
	return &explain.Diagnosis{
		Sure: strong, WhoFixes: explain.List,
		For:    append(append(marks, v.Find("dmarc.fail-*", "spf.fail", "spf.softfail")...), stated(v, explain.FamilyDMARC)...),
		Clears: []string{"dmarc.fail-*", "spf.fail", "spf.softfail"},
		Title:  fmt.Sprintf("The mailing list at %s sends it on under its own address; %s did not sign it, so nothing speaks for the author.", peer(v), from(v)),
		Do:     "Release it if you know the list.",
		Fixes: []explain.Fix{
			fix(explain.List, "%s: rewrite From for domains with a DMARC policy, and sign with the list's own DKIM key.", listOwner(v)),
			fix(explain.SenderAdmin, "%s: sign with DKIM as %s.", postmaster(v.From), from(v)),
			fix(explain.You, "A rule for the list, bound to its host %s or to a DKIM signature of the list.", peer(v)),
		},
	}
}

// listOwner is the contact of the list's owner (RFC 2142 6: listname-request), or of its host.
func listOwner(v *explain.View) string {
	if v.Peer != "" {
		return postmaster(v.Peer)
	}
	return "the list's owner"
}

// ownChange reports whether our own side made the change: nobody of the other side had the message after it was signed, two hosts of ours
// had it, and the change is one that gateways make, or was not found.
func ownChange(c change) bool {
	if _, gate := innerGate(c.v); !gate || len(c.after) > 0 || c.Record && c.Status == dkim.Pass {
		return false
	}
	return c.any(warnings...) || len(c.kinds) == 0
}

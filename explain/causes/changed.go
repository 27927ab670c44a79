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

var footerAfterSigning = &explain.Cause{
	Name: "footer-after-signing", Title: "A footer or signature tool of the sender wrote into the message after it was signed.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		c, ok := changed(v)
		if !ok || !c.body() {
			return nil
		}
		if _, isList := list(v); isList || c.only(encodings...) || ownChange(c) || !footerLike(c) {
			return nil
		}
		d := c.diagnosis()
		d.WhoFixes = explain.SenderAdmin
		tool := "A footer or signature tool"
		if s, ok := v.Via(providers.SignatureTool); ok {
			tool, d.For = s.Title, append(d.For, viaFinding(s))
		}
		d.Title = fmt.Sprintf("%s%s changed the message after %s signed it, so the signature no longer fits.", tool, c.whereText(), c.signer())
		if c.what() != "" {
			d.Title = fmt.Sprintf("%s%s changed the message after %s signed it (%s), so the signature no longer fits.", tool, c.whereText(), c.signer(), c.what())
		}
		d.Do = "Release it, and tell the sender's postmaster to let the tool work before the mail is signed."
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: sign with DKIM (d=%s, s=%s) after the footer tool has written, at the last host of yours; or put the tool in front of the signing server.", postmaster(c.Domain), c.signer(), name(c.Selector, "your selector")),
			fix(explain.SenderAdmin, "Besides: list the host that sends in SPF, so that one of the two holds: %s in the record of %s.", mechanismText(v), from(v)),
			fix(explain.You, "Until then a rule for this sender, bound to the host or address that connects."),
		}
		return d
	},
}

// mechanismText is the SPF term for the address that connected.
func mechanismText(v *explain.View) string {
	if !v.Hand.IP.IsValid() {
		return "its address"
	}
	return mechanism(v.Hand.IP)
}

// footerLike reports whether the change is one that footer tools make, or an unknown one made inside the sender's own organisation.
func footerLike(c change) bool {
	if c.any("footer-appended", "block-at-part-end", "html-block-end", "mime-part-added", "lines-inserted", "block-at-part-start", "html-block-start", "banner-prepended", "mime-unwrap") {
		return true
	}
	h, ok := c.where()
	return len(c.kinds) == 0 && ok && explain.Same(h.By, c.Domain)
}

var reencodedOnTheWay = &explain.Cause{
	Name: "reencoded-on-the-way", Title: "A relay wrote the message in another encoding after it was signed.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		c, ok := changed(v)
		if !ok || !c.only(encodings...) {
			return nil
		}
		if _, isList := list(v); isList {
			return nil
		}
		d := c.diagnosis()
		d.WhoFixes = explain.SenderAdmin
		d.Title = fmt.Sprintf("A relay%s wrote the message anew after %s signed it (%s); nobody added or took away a word.", c.whereText(), c.signer(), c.what())
		d.Do = "Release it, and tell the sender's postmaster that a relay converts signed mail."
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: let the signing server write 7bit-safe encodings (quoted-printable or base64) before it signs, or let the last relay sign; a relay without 8BITMIME must convert 8bit mail (RFC 6152 3).", postmaster(c.Domain)),
			fix(explain.SenderAdmin, "Besides: %s in the SPF record of %s.", mechanismText(v), from(v)),
		}
		return d
	},
}

var mailingList = &explain.Cause{
	Name: "mailing-list", Title: "The mailing list changed the message, so the sender's DKIM signature no longer fits.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		marks, isList := list(v)
		if !isList {
			return nil
		}
		c, ok := changed(v)
		if !ok {
			return passedOn(v, marks)
		}
		d := c.diagnosis()
		d.WhoFixes = explain.List
		d.For = append(d.For, marks...)
		what := c.what()
		if what == "" {
			what = "subject or body"
			d.Sure = moderate
		}
		d.Title = fmt.Sprintf("The mailing list at %s changed the message (%s), so the signature of %s no longer fits.", peer(v), what, c.signer())
		d.Do = "Release it; the list's owner can rewrite From or stop changing mail."
		d.Fixes = []explain.Fix{
			fix(explain.List, "%s: rewrite From for domains with a DMARC policy (Mailman: dmarc_mitigate_action or from_is_list = Munge From) and sign with the list's own DKIM key, or leave subject and body alone.", listOwner(v)),
			fix(explain.You, "A rule for the list, bound to its host %s or to a DKIM signature of the list.", peer(v)),
		}
		return d
	},
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
		Title:  fmt.Sprintf("The mailing list at %s sends it on under its own address; %s does not sign its mail, so nothing speaks for the author.", peer(v), from(v)),
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

var ownGatewayChangesMail = &explain.Cause{
	Name: "own-gateway-changes-mail", Title: "Your own gateway changed the message before the filter behind it checked the signature.", Families: append([]explain.Family{explain.FamilySPF, explain.FamilySpoof}, brokenFamilies...),
	Match: func(v *explain.View) *explain.Diagnosis {
		s, broken := v.Broken()
		if !broken {
			return nil
		}
		c := change{Signed: s, v: v, after: v.After(s)}
		if s.Restore.Found() {
			c.kinds = s.Restore.Kinds
		}
		if !ownChange(c) || !v.Caught() {
			return nil
		}
		gate, _ := innerGate(v)
		d := c.diagnosis()
		d.WhoFixes = explain.You
		what := c.what()
		if what == "" {
			what = "its text or links"
			d.Sure = moderate
		}
		d.Title = fmt.Sprintf("Your own gateway %s changed the message (%s) before the filter behind it checked the signature of %s.", hostOf(gate), what, c.signer())
		d.For = append(d.For, at("path.inner-check", "the signature was checked behind "+hostOf(gate)+", your first host", gate.Span))
		d.For = append(d.For, stated(v, explain.FamilySPF, explain.FamilySpoof)...)
		d.Do = fmt.Sprintf("Release it. Let %s check SPF, DKIM and DMARC itself, or let the filter behind it trust its result.", hostOf(gate))
		d.Fixes = []explain.Fix{
			fix(explain.You, "Check authentication at %s, the first host of yours, and tag, warn or rewrite links after that; have the filter behind it trust that result (its authserv-id, or ARC), and skip its own check for mail from there. In Microsoft 365: enhanced filtering for the inbound connector.", hostOf(gate)),
		}
		return d
	},
}

// ownChange reports whether our own side made the change: nobody of the other side had the message after it was signed, two hosts of ours
// had it, and the change is one that gateways make, or was not found.
func ownChange(c change) bool {
	if _, gate := innerGate(c.v); !gate || len(c.after) > 0 || c.Record && c.Status == dkim.Pass {
		return false
	}
	return c.any(warnings...) || len(c.kinds) == 0
}

var changedAfterSigning = &explain.Cause{
	Name: "changed-after-signing", Title: "Somebody on the way changed the message after it was signed.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		c, ok := changed(v)
		if !ok || otherKey(c.Signed) {
			return nil
		}
		for _, precise := range []*explain.Cause{ownGatewayChangesMail, mailingList, reencodedOnTheWay, footerAfterSigning} {
			if precise.Match(v) != nil {
				return nil
			}
		}
		d := c.diagnosis()
		d.Sure = min(d.Sure, moderate)
		d.WhoFixes = explain.SenderAdmin
		d.Title = fmt.Sprintf("The message was changed%s after %s signed it; by what could not be found.", c.whereText(), c.signer())
		if c.what() != "" {
			d.Title = fmt.Sprintf("The message was changed%s after %s signed it: %s.", c.whereText(), c.signer(), c.what())
		}
		d.Do = "Ask the sender which host or tool changes mail after signing."
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: find the host between signing and %s that changes mail, and sign after it.", postmaster(c.Domain), peer(v))}
		return d
	},
}

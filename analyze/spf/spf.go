// Package spf asks whether a domain lets an address send for it, and explains by which term of its record (RFC 7208).
package spf

import (
	"context"
	"net/netip"
	"strings"

	library "blitiri.com.ar/go/spf"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// Verdict is a result of RFC 7208 2.6.
type Verdict string

// The verdicts.
const (
	None      Verdict = "none"
	Neutral   Verdict = "neutral"
	Pass      Verdict = "pass"
	Fail      Verdict = "fail"
	SoftFail  Verdict = "softfail"
	TempError Verdict = "temperror"
	PermError Verdict = "permerror"
)

// Identity says which name was checked.
type Identity string

// The identities (RFC 7208 2.3, 2.4).
const (
	MailFrom Identity = "mailfrom"
	Helo     Identity = "helo"
)

// Request is what the border saw.
type Request struct {
	IP       netip.Addr // of the host that connected
	Helo     string     // the name it gave in HELO or EHLO
	MailFrom string     // envelope sender, with or without <>; empty or "<>": null sender, so the HELO name is checked
	Receiver string     // our host's name, for the %{r} macro of explanations; empty: "unknown"
}

// Result is the verdict on one identity, and what led to it.
type Result struct {
	Domain      string
	Identity    Identity
	Verdict     Verdict
	Reason      string // in words: what matched, or why there is no answer
	Explanation string // what the domain wants a sender to read who failed (exp=), or empty
	Term        *Term  // that matched; nil where none did
	Lookups     int    // terms that asked the DNS, of ten allowed
	Voids       int    // of these, answers without a record, of two allowed
	Record      string // of Domain
	Question    resolve.Question
	Tree        *Tree

	// Unknown is set when the verdict hangs on a question that has no definite answer. Where Unknown.NotAsked() the verdict is
	// ours and not the domain's: offline or not in the snapshot, "temperror" must then be read as "could not look".
	Unknown *resolve.Unknown

	// Library is what the SPF library said. Where it differs from Verdict, Differs names the paragraph that decided.
	Library Verdict
	Differs string
}

// Looked reports whether the verdict rests on answers of the DNS, be they errors of its servers, and not on their absence.
func (r Result) Looked() bool { return !r.Unknown.NotAsked() }

// Check judges the MAIL FROM identity, or that of HELO where the sender is null (RFC 7208 2.4).
func Check(ctx context.Context, r resolve.Resolver, req Request) Result {
	sender := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(req.MailFrom), "<"), ">")
	if sender == "" {
		return CheckHelo(ctx, r, req)
	}
	local, domain := splitSender(sender)
	if domain == "" {
		// A sender without a domain is no identity of the domain's; the standard leaves it to the receiver.
		return Result{Domain: sender, Identity: MailFrom, Verdict: None, Library: None, Reason: "the envelope sender has no domain"}
	}
	return check(ctx, r, req, MailFrom, local, domain)
}

// CheckHelo judges the HELO identity (RFC 7208 2.3). Its sender is postmaster at the name.
func CheckHelo(ctx context.Context, r resolve.Resolver, req Request) Result {
	return check(ctx, r, req, Helo, "postmaster", req.Helo)
}

// splitSender cuts at the last @; an empty local part becomes postmaster (RFC 7208 4.3).
func splitSender(sender string) (local, domain string) {
	at := strings.LastIndexByte(sender, '@')
	if at < 0 {
		return "", ""
	}
	local, domain = sender[:at], sender[at+1:]
	if local == "" {
		local = "postmaster"
	}
	return local, domain
}

func check(ctx context.Context, r resolve.Resolver, req Request, id Identity, local, domain string) Result {
	req.IP = req.IP.Unmap().WithZone("")
	out := Result{Domain: domain, Identity: id, Question: resolve.Q(domain, resolve.TypeTXT)}
	if why := notChecked(req.IP, domain); why != "" {
		out.Verdict, out.Library, out.Reason = None, None, why
		return out
	}
	e := &evaluation{ctx: ctx, r: r, req: req, local: local, senderDomain: domain}
	tree := e.run(domain)
	out.Tree, out.Record, out.Term = tree, tree.Record, tree.Matched
	out.Lookups, out.Voids = tree.Lookups, tree.Voids
	out.Reason, out.Unknown = tree.Reason, tree.Unknown
	out.Explanation = e.explanation(tree)
	out.Library = askLibrary(ctx, r, req, local+"@"+domain)
	out.Verdict, out.Differs = settle(out.Library, tree)
	return out
}

// notChecked says why there is nothing to check: RFC 7208 4.3 gives none for what is not a name of two labels or more.
func notChecked(ip netip.Addr, domain string) string {
	switch {
	case !ip.IsValid():
		return "the address of the client is not known"
	case !isName(domain):
		return "not a domain name that can have a record"
	}
	return ""
}

func askLibrary(ctx context.Context, r resolve.Resolver, req Request, sender string) Verdict {
	v, _ := library.CheckHostWithSender(req.IP.AsSlice(), req.Helo, sender,
		library.WithContext(ctx), library.WithResolver(resolve.SPFResolver(r, req.IP)))
	return Verdict(v)
}

// settle takes the library's verdict where both agree. Where they do not, our own evaluation decides, since each difference
// that the conformance suites show is a paragraph that the library leaves out; Differs says so.
func settle(lib Verdict, tree *Tree) (Verdict, string) {
	if lib == tree.Verdict {
		return lib, ""
	}
	why := tree.Paragraph
	if why == "" {
		why = "RFC 7208"
	}
	return tree.Verdict, why + ": the SPF library says " + string(lib)
}

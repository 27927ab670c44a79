// Package dmarc asks what a From domain wants done with mail that neither SPF nor DKIM vouches for (RFC 9989).
package dmarc

import (
	"context"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// MaxIdentifiers is how many DKIM domains are asked for alignment: each may take a tree walk of its own, and senders can write
// any number of signatures.
const MaxIdentifiers = 10

// Verdict is the outcome (RFC 8601 2.7.1 and RFC 9989), and Unknown where we could not look.
type Verdict string

// The verdicts. TempError is the DNS failing when it was asked; Unknown is not having asked, or not knowing SPF or DKIM.
const (
	Pass      Verdict = "pass"
	Fail      Verdict = "fail"
	None      Verdict = "none"
	TempError Verdict = "temperror"
	PermError Verdict = "permerror"
	Unknown   Verdict = "unknown"
)

// Identifier is a domain that SPF or DKIM speaks for. Verdict is theirs, in the words of RFC 8601, or "unknown".
type Identifier struct {
	Domain  string
	Verdict string
}

// Request is what DMARC is asked about: the From domain, and what SPF and DKIM say.
type Request struct {
	FromDomain string
	SPF        Identifier   // of MAIL FROM, or of HELO where the sender is null
	DKIM       []Identifier // d= of each signature
}

// Alignment is whether an identifier fits the From domain.
type Alignment struct {
	Identifier
	Strict  bool // the record asks for equal domains
	Aligned bool
	Org     string           // organisational domain, where it had to be found out
	Open    *resolve.Unknown // the question that keeps us from knowing
}

// Counts reports whether the identifier makes DMARC pass.
func (a Alignment) Counts() bool { return a.Aligned && a.Verdict == "pass" }

// Result is the verdict and what led to it.
type Result struct {
	FromDomain   string
	Record       *Record // that applies; nil: none
	FoundAt      string  // domain at which it was found
	OrgDomain    string  // by the tree walk
	PSLOrgDomain string  // by the public suffix list, as receivers before RFC 9989 find it
	Policy       Policy  // that applies to this From domain when it fails
	PolicyTag    string  // where it comes from: "p", "sp" or "np"
	PolicyWhy    string  // in words
	TestMode     bool
	SPF          Alignment
	DKIM         []Alignment
	Verdict      Verdict
	Why          string
	Questions    []resolve.Question
	Kind         resolve.Kind     // what the DNS said to the question that decided: for none, the kind of no
	Open         *resolve.Unknown // the question that keeps us from a verdict
	Older        Older            // what receivers say that still follow RFC 7489
}

// Differ reports whether receivers by RFC 9989 and those before it may find different organisational domains, so that both
// have to be shown.
func (r Result) Differ() bool { return r.PSLOrgDomain != "" && r.PSLOrgDomain != r.OrgDomain }

// Check evaluates DMARC for one message. It asks at most MaxQueries names for the From domain and for each identifier.
func Check(ctx context.Context, r resolve.Resolver, req Request) Result {
	res := Result{FromDomain: strings.ToLower(strings.TrimSuffix(req.FromDomain, ".")), Verdict: None}
	if d, err := pattern.Domain(req.FromDomain); err == nil {
		res.FromDomain = d
	} else {
		res.Verdict, res.Why = PermError, "From has no domain that DMARC could ask: "+err.Error()
		return res
	}
	req = req.normalised()
	c := &check{walker: walker{ctx: ctx, r: r, seen: map[string]level{}}, res: &res}
	res.PSLOrgDomain = pslOrg(res.FromDomain)
	if c.discover() {
		c.align(req)
		c.judge()
	}
	res.Older = c.older(req)
	res.Questions = c.questions
	return res
}

// normalised returns r with domains as they are compared; what is no domain becomes empty and fits nothing.
func (r Request) normalised() Request {
	norm := func(id Identifier) Identifier {
		id.Domain, _ = pattern.Domain(id.Domain)
		return id
	}
	r.SPF = norm(r.SPF)
	dkim := make([]Identifier, len(r.DKIM))
	for i, id := range r.DKIM {
		dkim[i] = norm(id)
	}
	r.DKIM = dkim
	return r
}

type check struct {
	walker
	res *Result
}

// discover finds the record that applies (RFC 9989 4.10.1): at the From domain, else at its organisational domain, else at the
// public suffix above that. It reports whether there is one.
func (c *check) discover() bool {
	res := c.res
	levels := c.walk(res.FromDomain)
	org, _ := organizational(levels)
	res.OrgDomain = org
	own := levels[0]
	res.Kind = own.kind
	switch {
	case own.record != nil:
		return c.use(own)
	case own.unknown != nil:
		return c.stop(own.unknown)
	}
	for _, l := range levels[1:] {
		if l.unknown != nil {
			return c.stop(l.unknown)
		}
		if l.record != nil && (l.domain == org || l.record.PSD == "y") {
			return c.use(levelAt(levels, org, l))
		}
	}
	res.Why = "no DMARC record at _dmarc." + res.FromDomain + " or above it"
	for _, l := range levels {
		if l.note != "" {
			res.Why = "_dmarc." + l.domain + ": " + l.note
		}
	}
	return false
}

// levelAt returns the level of the organisational domain where it has a record, else that of the public suffix.
func levelAt(levels []level, org string, found level) level {
	for _, l := range levels {
		if l.domain == org && l.record != nil {
			return l
		}
	}
	return found
}

// stop ends with a question that has no definite answer.
func (c *check) stop(u *resolve.Unknown) bool {
	c.res.Open, c.res.Kind, c.res.Why, c.res.Verdict = u, u.Kind, u.Error(), unanswered(u)
	return false
}

// unanswered is the verdict where a question has no definite answer: the domain's fault only if it was asked.
func unanswered(u *resolve.Unknown) Verdict {
	if u.NotAsked() {
		return Unknown
	}
	return TempError
}

// use takes the record and finds which of its policies applies.
func (c *check) use(l level) bool {
	res, rec := c.res, *l.record
	res.Record, res.FoundAt, res.Kind = &rec, l.domain, resolve.Found
	if !rec.usable() {
		res.Verdict, res.Why = PermError, "the record at _dmarc."+l.domain+" states no policy that can be read: "+strings.Join(rec.Problems, "; ")
		return false
	}
	res.TestMode = rec.TestMode
	res.PolicyTag, res.PolicyWhy = "p", l.domain+" itself has the record"
	res.Policy = rec.P
	if l.domain != res.FromDomain {
		c.subdomain(&rec)
	}
	if res.Policy == "" {
		res.Policy, res.PolicyWhy = PolicyNone, res.PolicyWhy+"; it states no p=, which counts as none"
	}
	return true
}

// subdomain picks np, sp or p for a From domain below the one with the record (RFC 9989 4.7: np before sp before p for names
// that do not exist, which RFC 8020 tells by NXDOMAIN).
func (c *check) subdomain(rec *Record) {
	res := c.res
	res.PolicyWhy = "the record is that of " + res.FoundAt + ", and it states no policy of its own for sub-domains"
	if rec.SP != "" {
		res.Policy, res.PolicyTag = rec.SP, "sp"
		res.PolicyWhy = res.FromDomain + " is below " + res.FoundAt + ", whose sp= is for sub-domains"
	}
	if rec.NP == "" || rec.NP == res.Policy {
		return
	}
	q := resolve.Q(res.FromDomain, resolve.TypeA)
	c.questions = append(c.questions, q)
	_, kind, unknown := resolve.Ask(c.ctx, c.r, q)
	switch {
	case kind == resolve.NXDomain:
		res.Policy, res.PolicyTag = rec.NP, "np"
		res.PolicyWhy = res.FromDomain + " does not exist, and np= of " + res.FoundAt + " is for such names"
	case unknown != nil:
		res.PolicyWhy += "; whether " + res.FromDomain + " exists is not known (np=" + string(rec.NP) + ")"
	}
}

func (c *check) align(req Request) {
	res := c.res
	res.SPF = c.alignment(req.SPF, res.Record.StrictSPF)
	for i, id := range req.DKIM {
		if i >= MaxIdentifiers {
			break
		}
		res.DKIM = append(res.DKIM, c.alignment(id, res.Record.StrictDKIM))
	}
}

// alignment compares an identifier with the From domain: equal always aligns; relaxed asks for the same organisational domain
// (RFC 9989 4.4). Only identifiers that could help cost a tree walk.
func (c *check) alignment(id Identifier, strict bool) Alignment {
	a := Alignment{Identifier: id, Strict: strict}
	d := id.Domain
	if d == "" {
		return a
	}
	if d == c.res.FromDomain {
		a.Aligned = true
		return a
	}
	if strict || !kin(d, c.res.FromDomain) || id.Verdict == "fail" || id.Verdict == "none" || id.Verdict == "" {
		return a
	}
	org, fromOpen := organizational(c.walk(c.res.FromDomain))
	a.Org, a.Open = organizational(c.walk(d))
	a.Aligned = a.Org == org
	if a.Open == nil {
		a.Open = fromOpen
	}
	if a.Aligned && a.Open != nil && strings.HasSuffix("_dmarc."+org+".", strings.TrimPrefix(a.Open.Question.Name, "_dmarc")) {
		a.Open = nil // both walks go through the name that did not answer, so its answer would move both
	}
	return a
}

// kin reports whether two names share their last label: others can have no organisational domain in common.
func kin(a, b string) bool {
	return a[strings.LastIndexByte(a, '.')+1:] == b[strings.LastIndexByte(b, '.')+1:]
}

// judge combines (RFC 9989 5.3.5): one aligned pass is enough; without one, an identifier that may yet pass keeps the verdict open.
func (c *check) judge() {
	res := c.res
	res.Verdict, res.Why = Fail, "neither SPF nor DKIM passes for a domain aligned with "+res.FromDomain
	for _, a := range append([]Alignment{res.SPF}, res.DKIM...) {
		if a.Counts() && (a.Open == nil || a.Domain == res.FromDomain) {
			res.Verdict, res.Why, res.Open = Pass, a.Domain+" is aligned and passes", nil
			return
		}
		c.keepOpen(a)
	}
}

func (c *check) keepOpen(a Alignment) {
	res := c.res
	switch {
	case a.Open != nil && (a.Verdict == "pass" || a.Verdict == "unknown" || a.Verdict == "temperror"):
		if res.Verdict == Fail || res.Verdict == TempError {
			res.Open, res.Why, res.Verdict = a.Open, a.Open.Error(), unanswered(a.Open)
		}
	case a.Aligned && a.Verdict == "unknown":
		res.Verdict, res.Why = Unknown, "whether "+a.Domain+" passes is not known"
	case a.Aligned && a.Verdict == "temperror" && res.Verdict == Fail:
		res.Verdict, res.Why = TempError, "the DNS failed when "+a.Domain+" was asked"
	}
}

// Effective returns what the domain asks for when the message fails, test mode included: one step milder (RFC 9989 4.7, t=).
func (r Result) Effective() Policy {
	if r.TestMode {
		return milder(r.Policy)
	}
	return r.Policy
}

package spf

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// Limits of one evaluation.
const (
	MaxLookups = 10 // RFC 7208 4.6.4: more terms that ask the DNS are permerror, which is itself worth telling
	MaxVoids   = 2  // RFC 7208 4.6.4: more answers without a record are permerror
	maxHosts   = 10 // RFC 7208 4.6.4: MX hosts of one term (more is permerror), PTR names (more are ignored)

	maxExplained = 60 // terms that ask the DNS, when a record is walked beyond its limits to show what it has
	maxDepth     = 12 // of nested records in that walk; the limit of ten lookups is below it
)

// evaluation is one run of check_host() over a record tree.
type evaluation struct {
	ctx                 context.Context
	r                   resolve.Resolver
	req                 Request
	local, senderDomain string

	whole   bool // walk every term, also those after the one that decided
	decided bool // the verdict is known; what follows is for show and cannot change it
	lookups int  // until the verdict
	voids   int
	total   int // of the whole walk

	paragraph string
	unknown   *resolve.Unknown // of the question that decided, or that might have
	asked     []resolve.Question
	names     []string // validated names of the client, once asked
	haveNames bool
}

// outcome of one term: matched, or an error that ends the evaluation.
type outcome struct {
	matched bool
	failure Verdict // TempError or PermError; empty: none
	reason  string
}

var noMatch = outcome{}

func (e *evaluation) permError(paragraph, format string, args ...any) outcome {
	e.blame(paragraph)
	return outcome{failure: PermError, reason: fmt.Sprintf(format, args...)}
}

// blame notes the paragraph of the first failure that counts.
func (e *evaluation) blame(paragraph string) {
	if e.paragraph == "" && !e.decided {
		e.paragraph = paragraph
	}
}

func (e *evaluation) run(domain string) *Tree {
	t := e.evaluate(domain, 0)
	t.Lookups, t.Voids, t.Total = e.lookups, e.voids, e.total
	t.Paragraph, t.Unknown, t.Questions = e.paragraph, e.unknown, e.asked
	return t
}

// evaluate runs check_host() for the record of domain (RFC 7208 4).
func (e *evaluation) evaluate(domain string, depth int) *Tree {
	t := &Tree{Domain: domain}
	if !e.fetch(t) {
		return t
	}
	var bad *syntaxError
	if t.Terms, bad = parseRecord(t.Record); bad != nil {
		e.blame(bad.paragraph)
		t.settle(PermError, bad.reason)
	}
	outer := e.decided
	e.decided = e.decided || bad != nil
	if !e.decided || e.whole {
		e.mechanisms(t, depth)
		e.redirect(t, depth)
	}
	e.decided = outer
	if !outer {
		t.settle(Neutral, "no term matched") // RFC 7208 4.7
	}
	return t
}

// fetch asks for the record of t.Domain (RFC 7208 4.4, 4.5).
func (e *evaluation) fetch(t *Tree) bool {
	a, kind, failed := e.ask(t.Domain, resolve.TypeTXT)
	if failed {
		t.settle(TempError, t.Domain+" TXT: "+kind.String())
		return false
	}
	for _, txt := range a.TXT() {
		if version(txt) {
			t.Records = append(t.Records, txt)
		}
	}
	switch len(t.Records) {
	case 0:
		why := t.Domain + " has no SPF record"
		if kind == resolve.NXDomain {
			why = t.Domain + " does not exist"
		}
		t.settle(None, why)
		return false
	case 1:
		t.Record = t.Records[0]
		return true
	}
	e.blame("RFC 7208 4.5")
	t.settle(PermError, fmt.Sprintf("%s has %d SPF records; one is allowed", t.Domain, len(t.Records)))
	return false
}

// version reports whether a TXT record is one of SPF: "v=spf1" and then nothing or a space.
func version(txt string) bool {
	return len(txt) >= 6 && strings.EqualFold(txt[:6], "v=spf1") && (len(txt) == 6 || txt[6] == ' ')
}

// mechanisms evaluates the terms in order; the first that matches, or fails, decides.
func (e *evaluation) mechanisms(t *Tree, depth int) {
	for _, term := range t.Terms {
		if term.Qualifier == 0 || term.Error != "" {
			continue
		}
		if e.decided && !e.whole {
			return
		}
		term.Reached = !e.decided
		e.settleTerm(t, term, e.match(t, term, depth))
	}
}

func (e *evaluation) settleTerm(t *Tree, term *Term, o outcome) {
	if o.failure != "" {
		term.Error = o.reason
	}
	if e.decided || !o.matched && o.failure == "" {
		return
	}
	if o.failure != "" {
		t.settle(o.failure, o.reason)
	} else {
		term.Matched, t.Matched = true, term
		t.settle(qualified(term.Qualifier), "matched "+term.Text+inside(term))
	}
	e.decided = true
}

func qualified(q byte) Verdict {
	switch q {
	case '-':
		return Fail
	case '~':
		return SoftFail
	case '?':
		return Neutral
	}
	return Pass
}

// inside says which term of an included record matched.
func inside(term *Term) string {
	if term.Tree == nil || term.Tree.Matched == nil {
		return ""
	}
	return ", there " + term.Tree.Matched.Text + inside(term.Tree.Matched)
}

func (e *evaluation) match(t *Tree, term *Term, depth int) outcome {
	switch term.Name {
	case "all":
		return outcome{matched: true}
	case "ip4", "ip6":
		term.Listed = []netip.Prefix{term.Prefix}
		return outcome{matched: term.Prefix.Contains(e.req.IP)}
	}
	if o, stop := e.count(term); stop {
		return o
	}
	if o, ok := e.target(t, term); !ok {
		return o
	}
	switch term.Name {
	case "include":
		return e.include(term, depth)
	case "a":
		return e.hosts(term)
	case "mx":
		return e.exchangers(term)
	case "exists":
		return e.exists(term)
	}
	return e.ptr(term)
}

// target expands the domain of a term; without one it is that of the record.
func (e *evaluation) target(t *Tree, term *Term) (outcome, bool) {
	if term.Value == "" {
		term.Target = t.Domain
		return noMatch, true
	}
	name, ok := e.expand(term.Value, t.Domain, false)
	if !ok {
		return e.permError("RFC 7208 7.1", "%s: the macros cannot be expanded", term.Text), false
	}
	term.Target = strings.TrimSuffix(cutLeft(name), ".")
	return noMatch, true
}

// count takes one of the ten lookups. After the verdict only the walk's own bound holds.
func (e *evaluation) count(term *Term) (outcome, bool) {
	e.total++
	term.Counted = true
	if e.decided {
		return noMatch, e.total > maxExplained
	}
	if e.lookups++; e.lookups > MaxLookups {
		return e.permError("RFC 7208 4.6.4", "%s would be lookup %d; at most %d are allowed", term.Text, e.lookups, MaxLookups), true
	}
	return noMatch, false
}

// void counts an empty answer of a term.
func (e *evaluation) void(term *Term) outcome {
	term.Void = true
	if e.decided {
		return noMatch
	}
	if e.voids++; e.voids > MaxVoids {
		return e.permError("RFC 7208 4.6.4", "%s is void lookup %d; at most %d are allowed", term.Text, e.voids, MaxVoids)
	}
	return noMatch
}

// ask asks the DNS. What has no definite answer is remembered while it can still bear on the verdict.
func (e *evaluation) ask(name string, typ uint16) (a resolve.Answer, kind resolve.Kind, failed bool) {
	q := resolve.Q(name, typ)
	if !slices.Contains(e.asked, q) {
		e.asked = append(e.asked, q)
	}
	a, kind, unknown := resolve.Ask(e.ctx, e.r, q)
	if unknown != nil && !e.decided && e.unknown == nil {
		e.unknown = unknown
	}
	return a, kind, unknown != nil
}

func (e *evaluation) tempError(term *Term, kind resolve.Kind) outcome {
	e.blame("RFC 7208 5")
	return outcome{failure: TempError, reason: fmt.Sprintf("%s: %s: %s", term.Text, term.Target, kind)}
}

// include evaluates the record of another domain; only its pass is a match (RFC 7208 5.2).
func (e *evaluation) include(term *Term, depth int) outcome {
	if depth >= maxDepth {
		return e.permError("RFC 7208 4.6.4", "%s: nested too deep", term.Text)
	}
	term.Tree = e.evaluate(term.Target, depth+1)
	switch term.Tree.Verdict {
	case Pass:
		return outcome{matched: true}
	case TempError, PermError:
		return outcome{failure: term.Tree.Verdict, reason: term.Text + ": " + term.Tree.Reason}
	case None:
		return e.permError("RFC 7208 5.2", "%s: %s", term.Text, term.Tree.Reason)
	}
	return noMatch
}

// redirect takes the verdict of another record where no mechanism matched (RFC 7208 6.1).
func (e *evaluation) redirect(t *Tree, depth int) {
	i := slices.IndexFunc(t.Terms, func(term *Term) bool { return term.Qualifier == 0 && term.Name == "redirect" })
	if i < 0 || t.Terms[i].Error != "" || e.decided && !e.whole {
		return
	}
	term := t.Terms[i]
	term.Reached = !e.decided
	o, stop := e.count(term)
	if !stop {
		var ok bool
		if o, ok = e.target(t, term); ok {
			o = e.follow(t, term, depth)
		}
	}
	if o.failure != "" {
		e.settleTerm(t, term, o)
	}
}

func (e *evaluation) follow(t *Tree, term *Term, depth int) outcome {
	if depth >= maxDepth {
		return e.permError("RFC 7208 4.6.4", "%s: nested too deep", term.Text)
	}
	term.Tree = e.evaluate(term.Target, depth+1)
	switch {
	case term.Tree.Verdict == None:
		return e.permError("RFC 7208 6.1", "%s: %s", term.Text, term.Tree.Reason)
	case !e.decided:
		t.settle(term.Tree.Verdict, term.Text+": "+term.Tree.Reason)
		if term.Tree.Matched != nil {
			t.Matched, term.Matched = term, true
		}
		e.decided = true
	}
	return noMatch
}

// addressType is the record type for the client's family (RFC 7208 5).
func (e *evaluation) addressType() uint16 {
	if e.req.IP.Is4() {
		return resolve.TypeA
	}
	return resolve.TypeAAAA
}

// hosts is the mechanism a (RFC 7208 5.3).
func (e *evaluation) hosts(term *Term) outcome {
	a, kind, failed := e.ask(term.Target, e.addressType())
	if failed {
		return e.tempError(term, kind)
	}
	if kind != resolve.Found {
		return e.void(term)
	}
	return outcome{matched: e.list(term, a.Addrs())}
}

// list notes the networks that addresses let in, and reports whether the client is in one.
func (e *evaluation) list(term *Term, addrs []netip.Addr) (in bool) {
	for _, ip := range addrs {
		bits := term.Bits4
		if ip.Is6() {
			bits = term.Bits6
		}
		p := netip.PrefixFrom(ip, bits).Masked()
		term.Listed = append(term.Listed, p)
		in = in || p.Contains(e.req.IP)
	}
	return in
}

// exchangers is the mechanism mx (RFC 7208 5.4).
func (e *evaluation) exchangers(term *Term) outcome {
	a, kind, failed := e.ask(term.Target, resolve.TypeMX)
	if failed {
		return e.tempError(term, kind)
	}
	if kind != resolve.Found {
		return e.void(term)
	}
	hosts := a.MX()
	if len(hosts) > maxHosts {
		return e.permError("RFC 7208 4.6.4", "%s: %d mail exchangers; at most %d are allowed", term.Text, len(hosts), maxHosts)
	}
	in := false
	for _, mx := range hosts {
		if mx.Host == "" {
			continue // a null MX (RFC 7505)
		}
		a, kind, failed := e.ask(mx.Host, e.addressType())
		if failed {
			return e.tempError(term, kind)
		}
		in = e.list(term, a.Addrs()) || in
	}
	return outcome{matched: in}
}

// exists asks for A whatever the client's family (RFC 7208 5.7).
func (e *evaluation) exists(term *Term) outcome {
	_, kind, failed := e.ask(term.Target, resolve.TypeA)
	if failed {
		return e.tempError(term, kind)
	}
	if kind != resolve.Found {
		return e.void(term)
	}
	return outcome{matched: true}
}

// ptr matches a validated name of the client that is the target or below it. A failure of the DNS is no match, since whoever
// runs the client's reverse zone shall not decide about the domain (RFC 7208 5.5).
func (e *evaluation) ptr(term *Term) outcome {
	names, empty := e.validated()
	if empty {
		return e.void(term)
	}
	return outcome{matched: slices.ContainsFunc(names, func(n string) bool { return under(n, term.Target) })}
}

// validated returns the client's names that point back to it; empty means that there is no PTR record at all.
func (e *evaluation) validated() (names []string, empty bool) {
	if !e.haveNames {
		a, kind, _ := e.ask(resolve.ReverseName(e.req.IP), resolve.TypePTR)
		e.haveNames = true
		ptrs := a.PTR()
		for _, name := range ptrs[:min(len(ptrs), maxHosts)] {
			if back, _, _ := e.ask(name, e.addressType()); slices.Contains(back.Addrs(), e.req.IP) {
				e.names = append(e.names, name)
			}
		}
		empty = kind == resolve.NXDomain || kind == resolve.NoData
	}
	return e.names, empty
}

// validatedName is %{p}: the validated name that is the domain, or one below it, or any (RFC 7208 7.3).
func (e *evaluation) validatedName(domain string) string {
	names, _ := e.validated()
	best := "unknown"
	for _, n := range names {
		if strings.EqualFold(n, domain) {
			return n
		}
		if best == "unknown" || under(n, domain) && !under(best, domain) {
			best = n
		}
	}
	return best
}

// under reports whether name is domain or below it.
func under(name, domain string) bool {
	name, domain = strings.ToLower(strings.TrimSuffix(name, ".")), strings.ToLower(strings.TrimSuffix(domain, "."))
	return name == domain || strings.HasSuffix(name, "."+domain)
}

// explanation returns what exp= of the record that failed wants the sender to read (RFC 7208 6.2): that of a redirect's
// target where one was followed, never that of an include. Every error means that there is none.
func (e *evaluation) explanation(t *Tree) string {
	if t.Verdict != Fail {
		return ""
	}
	for t.Matched != nil && t.Matched.Name == "redirect" {
		t = t.Matched.Tree
	}
	for _, term := range t.Terms {
		if term.Qualifier != 0 || term.Name != "exp" {
			continue
		}
		name, ok := e.expand(term.Value, t.Domain, false)
		if !ok {
			return ""
		}
		term.Target = strings.TrimSuffix(cutLeft(name), ".")
		a, _, _ := resolve.Ask(e.ctx, e.r, resolve.Q(term.Target, resolve.TypeTXT))
		if txt := a.TXT(); len(txt) == 1 && ascii(txt[0]) {
			text, _ := e.expand(txt[0], t.Domain, true)
			return text
		}
	}
	return ""
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

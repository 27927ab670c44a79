// Package dnsbl asks lists of bad and good senders, and finds out first whether their word counts.
package dnsbl

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// maxSubjects is how many names of one message are asked about: a newsletter has some dozen link domains, a spammer may
// write thousands, and lists refuse who asks too much.
const maxSubjects = 20

// Options say whom to ask about what. The zero value asks nothing.
type Options struct {
	IP      netip.Addr     // a host that sent; invalid: none
	Deep    bool           // IP stands below the border: codes for the border host do not count
	Own     []netip.Prefix // addresses of our side, which are never asked about
	Domains []string       // of senders and hosts; the registered domain of each is asked about
	Links   []string       // hosts of links; likewise

	Lists    []*List           // nil: Lists
	Keys     map[string]string // keys of paid lists, by the list's name
	Parallel bool              // ask side by side: worth it where DNS is live
}

// Answer is what one list says about one address or name.
type Answer struct {
	List      *List
	Subject   string       // address or domain
	Listed    bool         // Codes is not empty
	Codes     []Code       // what the answer means
	Addrs     []netip.Addr // the answer itself
	Refusal   *Refusal     // why the list could not answer; nil: its word counts
	Questions []resolve.Question
}

// Refusal says why a list's answer, or its silence, means nothing.
type Refusal struct {
	Code    string           // stable: refused, blind, lists-all, unknown-answer, dns, key
	Reason  string           // in words
	Unknown *resolve.Unknown // of the question that failed, where one did
}

// Meaning returns the titles of what was found, or why nothing is known.
func (a Answer) Meaning() string {
	if a.Refusal != nil {
		return a.List.Title + " could not answer: " + a.Refusal.Reason
	}
	var out []string
	for _, c := range a.Codes {
		out = append(out, c.Title)
	}
	if out == nil {
		return "not listed by " + a.List.Title
	}
	return strings.Join(out, "; ")
}

// Askable reports whether lists are asked about ip, and why not. Documentation addresses are asked about: no real host has
// one, and test mail does.
func Askable(ip netip.Addr, own []netip.Prefix) (ok bool, why string) {
	ip = ip.Unmap().WithZone("")
	switch {
	case !ip.IsValid():
		return false, "the address is not known"
	case ip.IsPrivate() || ip.IsLinkLocalUnicast():
		return false, "a private address says nothing to others"
	case ip.IsLoopback() || ip.IsUnspecified() || ip.IsMulticast():
		return false, "not the address of a host"
	case sharedSpace.Contains(ip):
		return false, "an address that a provider shares among customers (RFC 6598)"
	case slices.ContainsFunc(own, func(p netip.Prefix) bool { return p.Contains(ip) }):
		return false, "one of your own addresses"
	}
	return true, ""
}

var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// Lookup asks every list that knows the kind of the address and of each domain, and returns an answer for each pair, in the
// order of the lists. A list is tested once before its word counts: a name that must be listed, and one that must not.
func Lookup(ctx context.Context, r resolve.Resolver, o Options) []Answer {
	if o.Lists == nil {
		o.Lists = Lists
	}
	answers := make([][]Answer, len(o.Lists))
	var wg sync.WaitGroup
	for i, l := range o.Lists {
		job := func() { answers[i] = askList(ctx, r, l, o) }
		if o.Parallel {
			wg.Go(job)
		} else {
			job()
		}
	}
	wg.Wait()
	return slices.Concat(answers...)
}

// subject is one thing to ask a list about: text for people, and the name as it stands before the zone.
type subject struct{ text, label string }

func askList(ctx context.Context, r resolve.Resolver, l *List, o Options) []Answer {
	subjects := subjectsFor(l, o)
	if len(subjects) == 0 {
		return nil
	}
	zone := l.Zone
	if l.Key {
		key := o.Keys[l.Name]
		if key == "" {
			return []Answer{{List: l, Subject: subjects[0].text, Refusal: &Refusal{Code: "key", Reason: "it needs a key"}}}
		}
		zone = strings.Replace(zone, "%s", key, 1)
	}
	bad, tests := selfTest(ctx, r, l, zone)
	out := make([]Answer, 0, len(subjects))
	for _, s := range subjects {
		a := Answer{List: l, Subject: s.text, Questions: slices.Clone(tests), Refusal: bad}
		if bad == nil {
			a.ask(ctx, r, s.label+"."+zone, o.Deep)
		}
		out = append(out, a)
	}
	return out
}

func subjectsFor(l *List, o Options) []subject {
	var out []subject
	if ok, _ := Askable(o.IP, o.Own); ok {
		ip := o.IP.Unmap().WithZone("")
		if ip.Is4() && l.Kinds&IP4 != 0 || ip.Is6() && l.Kinds&IP6 != 0 {
			out = append(out, subject{ip.String(), reversed(ip)})
		}
	}
	var names []string
	if l.Kinds&Domain != 0 {
		names = append(names, o.Domains...)
	}
	if l.Kinds&URI != 0 {
		names = append(names, o.Links...)
	}
	for _, name := range names {
		d, ok := registered(name)
		if s := (subject{d, d}); ok && len(out) < maxSubjects && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// reversed is the address as it stands before a zone: octets or nibbles, last first (RFC 5782 2.1, 2.4).
func reversed(ip netip.Addr) string {
	name := resolve.ReverseName(ip)
	return strings.TrimSuffix(strings.TrimSuffix(name, ".in-addr.arpa."), ".ip6.arpa.")
}

// registered is the domain that somebody bought, which is what lists of names hold. Addresses and bare suffixes are not asked.
func registered(name string) (string, bool) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil || resolve.Invalid(name) {
		return "", false
	}
	d, err := publicsuffix.EffectiveTLDPlusOne(name)
	return d, err == nil
}

// ask puts the question and reads the answer.
func (a *Answer) ask(ctx context.Context, r resolve.Resolver, name string, deep bool) {
	q := resolve.Q(name, resolve.TypeA)
	a.Questions = append(a.Questions, q)
	answer, kind, unknown := resolve.Ask(ctx, r, q)
	if unknown != nil {
		a.Refusal = &Refusal{"dns", kind.String(), unknown}
		return
	}
	a.Addrs = slices.SortedFunc(slices.Values(answer.Addrs()), netip.Addr.Compare) // servers shuffle them from one answer to the next
	codes, refusal := a.List.read(a.Addrs)
	if refusal != nil {
		a.Refusal = refusal
		return
	}
	for _, c := range codes {
		if !c.Border || !deep {
			a.Codes = append(a.Codes, c)
		}
	}
	a.Listed = len(a.Codes) > 0
}

// selfTest finds out whether the list answers us, and does not answer everything (RFC 5782 5). It returns why not.
func selfTest(ctx context.Context, r resolve.Resolver, l *List, zone string) (*Refusal, []resolve.Question) {
	yes := resolve.Q(orElse(l.Test, "2.0.0.127")+"."+zone, resolve.TypeA)
	no := resolve.Q(orElse(l.TestNot, "1.0.0.127")+"."+zone, resolve.TypeA)
	asked := []resolve.Question{yes}
	answer, kind, unknown := resolve.Ask(ctx, r, yes)
	switch {
	case unknown != nil:
		return &Refusal{"dns", kind.String() + " for its test entry", unknown}, asked
	case kind != resolve.Found:
		return &Refusal{"blind", "its test entry does not exist for this resolver: the list is closed, or does not answer public resolvers", nil}, asked
	}
	if refusal := l.refusals(answer.Addrs()); refusal != nil && !l.isTestAnswer(answer.Addrs()) {
		return refusal, asked
	}
	asked = append(asked, no)
	answer, kind, unknown = resolve.Ask(ctx, r, no)
	switch {
	case unknown != nil:
		return &Refusal{"dns", kind.String() + " for the entry that must not be listed", unknown}, asked
	case kind != resolve.Found:
		return nil, asked
	}
	if refusal := l.refusals(answer.Addrs()); refusal != nil {
		return refusal, asked
	}
	return &Refusal{"lists-all", "it lists what must not be listed, so it would list everything", nil}, asked
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (l *List) isTestAnswer(addrs []netip.Addr) bool {
	return l.TestAnswer != "" && slices.ContainsFunc(addrs, func(a netip.Addr) bool { return a.String() == l.TestAnswer })
}

// read says what the addresses of an answer mean: codes, or that the list refused. One refusal among them spoils the answer.
func (l *List) read(addrs []netip.Addr) (codes []Code, refusal *Refusal) {
	if refusal := l.refusals(addrs); refusal != nil {
		return nil, refusal
	}
	for _, c := range l.Codes {
		if slices.ContainsFunc(addrs, func(ip netip.Addr) bool { return c.matches(ip.As4()) }) {
			codes = append(codes, c)
		}
	}
	if len(addrs) > 0 && codes == nil {
		return nil, &Refusal{"unknown-answer", "the meaning of " + addrs[0].String() + " is not known", nil}
	}
	return codes, nil
}

func (l *List) refusals(addrs []netip.Addr) *Refusal {
	for _, ip := range addrs {
		if r := l.refusal(ip); r != nil {
			return r
		}
	}
	return nil
}

// errorCodes are answers under 127.255.255 by which Spamhaus and others say why they do not answer.
// https://www.spamhaus.org/faqs/dnsbl-usage/ under "return codes"
var errorCodes = map[byte]string{
	252: "the name of the zone is mistyped",
	253: "it does not answer questions that come this way",
	254: "it does not answer public or open resolvers: ask through a resolver of your own",
	255: "too many questions from this resolver, or it is not registered",
}

func (l *List) refusal(ip netip.Addr) *Refusal {
	if !ip.Is4() || ip.As4()[0] != 127 {
		return &Refusal{"refused", ip.String() + " is not an answer of a list: the zone is parked, or something rewrites DNS", nil}
	}
	b := ip.As4()
	if b[1] == 255 && b[2] == 255 {
		return &Refusal{"refused", orElse(errorCodes[b[3]], "error "+ip.String()), nil}
	}
	if l.Bits && b[3]&1 != 0 {
		return &Refusal{"refused", "it refuses this resolver: ask through a resolver of your own", nil}
	}
	for _, c := range l.Refused {
		if c.matches(b) {
			return &Refusal{"refused", c.Title, nil}
		}
	}
	return nil
}

func (c Code) matches(b [4]byte) bool {
	if b[0] != 127 || b[1] != 0 || c.Third != AnyThird && b[2] != c.Third {
		return false
	}
	if c.Bit != 0 {
		return b[3]&c.Bit != 0
	}
	return b[3] >= c.From && b[3] <= c.To
}

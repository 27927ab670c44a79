package spf

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// Tree is a record with what its terms say, records that it includes among them.
type Tree struct {
	Domain  string
	Records []string // all SPF records of the domain; more than one is an error
	Record  string   // the one; empty where there is none or more than one
	Terms   []*Term
	Verdict Verdict
	Reason  string
	Matched *Term // of this record; its Tree tells which term matched further in

	// For the outermost record alone.
	Paragraph string             // that made it an error
	Lookups   int                // until the verdict; over MaxLookups is permerror
	Voids     int                // until the verdict; over MaxVoids is permerror
	Total     int                // terms that ask the DNS in the part of the tree that was walked
	Unknown   *resolve.Unknown   // the first question before the verdict without a definite answer
	Questions []resolve.Question // what was asked, in order
}

func (t *Tree) settle(v Verdict, reason string) {
	if t.Verdict == "" {
		t.Verdict, t.Reason = v, reason
	}
}

// Explain walks the whole record tree of domain for a client at ip, also the terms after the one that decides and those that
// are one too many, so that all that is let in can be shown. Macros of sender and HELO are filled with postmaster@domain.
func Explain(ctx context.Context, r resolve.Resolver, domain string, ip netip.Addr) *Tree {
	ip = ip.Unmap().WithZone("")
	if why := notChecked(ip, domain); why != "" {
		return &Tree{Domain: domain, Verdict: None, Reason: why}
	}
	e := &evaluation{ctx: ctx, r: r, req: Request{IP: ip, Helo: domain}, local: "postmaster", senderDomain: domain, whole: true}
	return e.run(domain)
}

// Walk calls f for every term, those of included records behind the term that includes them; depth is 0 for the record's own.
func (t *Tree) Walk(f func(in *Tree, term *Term, depth int)) { t.walk(f, 0) }

func (t *Tree) walk(f func(*Tree, *Term, int), depth int) {
	for _, term := range t.Terms {
		f(t, term, depth)
		if term.Tree != nil {
			term.Tree.walk(f, depth+1)
		}
	}
}

// Path returns the terms that led to the match: include:_spf.example.net, then ip4:192.0.2.0/24.
func (t *Tree) Path() []*Term {
	var out []*Term
	for t != nil && t.Matched != nil {
		out = append(out, t.Matched)
		t = t.Matched.Tree
	}
	return out
}

// Includes returns the domains whose records are included or redirected to, at any depth, each once, in order.
func (t *Tree) Includes() []string {
	var out []string
	t.Walk(func(_ *Tree, term *Term, _ int) {
		if term.Tree != nil && !slices.Contains(out, term.Target) {
			out = append(out, term.Target)
		}
	})
	return out
}

// Listed returns the networks that pass, as far as they do not depend on the message. What is excluded by an earlier term
// with another qualifier is not subtracted.
func (t *Tree) Listed() []netip.Prefix {
	var out []netip.Prefix
	for _, term := range t.Terms {
		switch {
		case term.Tree != nil && (term.Qualifier == '+' || term.Name == "redirect"):
			out = append(out, term.Tree.Listed()...)
		case term.Qualifier == '+':
			out = append(out, term.Listed...)
		}
	}
	return out
}

// PassesAll reports whether the record lets the whole internet in: +all, or a network so large that it comes to that (a /1 is
// half of IPv4). Such a domain must never be the ground of an allow rule.
func (t *Tree) PassesAll() bool {
	for _, term := range t.Terms {
		switch {
		case term.Name == "all" && term.Qualifier != 0:
			return term.Qualifier == '+'
		case term.Tree != nil && (term.Qualifier == '+' || term.Name == "redirect") && term.Tree.PassesAll():
			return true
		case term.Qualifier == '+' && slices.ContainsFunc(term.Listed, func(p netip.Prefix) bool { return p.Bits() <= 1 }):
			return true
		}
	}
	return false
}

// Uses reports whether the tree has a mechanism or modifier of that name, such as "ptr".
func (t *Tree) Uses(name string) bool {
	used := false
	t.Walk(func(_ *Tree, term *Term, _ int) { used = used || term.Name == name })
	return used
}

// FixAdd returns the text of the record with mechanism ("ip4:192.0.2.7", "include:_spf.example.net") put before the term that
// decides about everybody else, and how many lookups it then takes when nothing matches: those of a whole tree (Explain) and
// one for a mechanism that asks. What the included record asks comes on top: Explain it, and add its Total. A domain without a
// record gets one that ends in ~all. A mechanism that is there already is not put in twice.
func FixAdd(t *Tree, mechanism string) (record string, lookups int) {
	if t.Record == "" {
		return "v=spf1 " + mechanism + " ~all", asks(mechanism)
	}
	for _, term := range t.Terms {
		if strings.EqualFold(strings.TrimPrefix(term.Text, "+"), strings.TrimPrefix(mechanism, "+")) {
			return t.Record, t.Total
		}
	}
	at := len(t.Record)
	for _, term := range t.Terms {
		if term.Name == "all" || term.Qualifier == 0 && term.Name == "redirect" {
			at = min(at, term.Start)
		}
	}
	head, tail := strings.TrimRight(t.Record[:at], " "), t.Record[at:]
	return strings.TrimRight(head+" "+mechanism+" "+tail, " "), t.Total + asks(mechanism)
}

func asks(mechanism string) int {
	t, _ := parseTerm(mechanism)
	switch t.Name {
	case "include", "a", "mx", "ptr", "exists":
		return 1
	}
	return 0
}

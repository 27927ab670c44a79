package triage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/suggest"
)

// Offer is a change that was found for a message of a group and tried on forged copies of it. Results keep them, so that joined results can
// propose changes without the messages.
type Offer struct {
	Key
	Rank      int    `json:"rank"` // place among the offers for its message: the safest first
	Kind      string `json:"kind"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Knob      string `json:"knob,omitempty"`    // what it turns; see Record.Yields. Empty: it is done elsewhere, and nothing can be counted
	Rules     string `json:"rules,omitempty"`   // neutral rules that say what it lets in
	Copies    int    `json:"copies,omitempty"`  // forged copies that it was tried on
	Outsiders int    `json:"outsiders"`         // of these, copies by outsiders that it would let in
	Refused   string `json:"refused,omitempty"` // why there is no change
}

// id is the same for equal offers, so that a result that is joined twice counts once.
func (o Offer) id() string {
	b, _ := json.Marshal(o) // strings and numbers
	return string(b)
}

// Planner finds offers.
type Planner struct {
	Options suggest.Options
}

// Offers are what suggest proposes for a message of the group, widened to the group and tried on forged copies of the message. What needs no rule
// of ours stands last. Where the sender has to be asked, they are for the case that he says yes.
func (p *Planner) Offers(ctx context.Context, g *Group, e *explain.Explanation) []Offer {
	opts := p.Options
	opts.Verdict, opts.Confirmed = e.Verdict, g.Ask
	s := suggest.Run(ctx, e.Report, e.First, opts)
	if s.Refused != nil {
		return []Offer{{Refused: s.Refused.Reason}}
	}
	var out, elsewhere []Offer
	var sets [][]rules.Rule
	add := func(r suggest.Remedy, knob string, rs ...rules.Rule) {
		out, sets = append(out, Offer{Kind: r.Kind, Title: r.Title, Text: r.Text, Knob: knob}), append(sets, rs)
	}
	for _, c := range s.Suggestions {
		switch {
		case c.Refused != nil:
		case c.Remedy.Rule != nil:
			add(c.Remedy, policy.KnobBoundRule, widen(*c.Remedy.Rule, g))
		case c.Remedy.Kind == suggest.SendingServer:
			add(c.Remedy, policy.KnobSendingServers, fromServer(e))
		case c.Remedy.Kind == suggest.Exception:
			for _, b := range s.Bound {
				guarded(&c.Remedy, g)
				add(c.Remedy, policy.KnobExceptions, widen(*b.Rule, g), guard(g))
			}
		default:
			elsewhere = append(elsewhere, Offer{Kind: c.Remedy.Kind, Title: c.Remedy.Title, Text: c.Remedy.Text})
		}
	}
	if r, ok := unblock(e); ok {
		add(suggest.Remedy{Kind: suggest.FixAtSource, Title: "Take " + strings.Join(r.When.Sender, ", ") + " out of the blocked senders", Text: "The entry is your own, and it stops mail that you want."}, suggest.BlockEntry, r)
	}
	p.forge(ctx, e, out, sets)
	return append(out, elsewhere...)
}

// forge tries every change on forged copies of the sample, by attackers of whom some know the rules.
func (p *Planner) forge(ctx context.Context, e *explain.Explanation, out []Offer, sets [][]rules.Rule) {
	for i := range out {
		out[i].Rules = string(rules.Marshal(sets[i]))
	}
	if p.Options.Forge == nil || len(out) == 0 {
		return
	}
	var known []rules.Rule
	for _, rs := range sets {
		known = append(known, rs[0])
	}
	for _, d := range p.Options.Forge(ctx, e.Report, known...) {
		for i := range out {
			if out[i].Knob == suggest.BlockEntry { // lets nothing in by itself: the stages behind it judge
				continue
			}
			out[i].Copies++
			if d.Attacker != suggest.Insider && letIn(sets[i], d.Facts) {
				out[i].Outsiders++
			}
		}
	}
}

// letIn reports whether a change lets in what these are the facts of: the first rule allows it, or the second one, which is to hold what an
// exception opens, does not.
func letIn(rs []rules.Rule, f rules.Facts) bool {
	f = f.Ready()
	if rs[0].Matches(f) {
		return true
	}
	if len(rs) == 1 {
		return false
	}
	exempt := rules.Rule{Action: rules.Allow, When: rules.Conditions{Sender: rs[1].When.Sender}}
	return exempt.Matches(f) && !rs[1].Matches(f)
}

// maxListed is how many addresses or hosts one condition names: more cannot be read by whoever has to approve the rule.
const maxListed = 20

// widen makes a rule for one message one for the group: it lists what differs among the members, and drops the recipients where they are too
// many and something proven still binds the rule.
func widen(r rules.Rule, g *Group) rules.Rule {
	if bound := len(r.When.DKIM) > 0 || len(r.When.BorderHost) > 0 || len(r.When.BorderIP) > 0; bound && len(r.When.Recipient) > 0 {
		r.When.Recipient = listed(g, func(m *Record) []string { return m.Recipients })
	}
	if len(r.When.Sender) > 0 {
		if senders := listed(g, func(m *Record) []string { return []string{m.From} }); len(senders) > 0 {
			r.When.Sender = senders
		} else if domains := fromDomains(g); len(domains) > 0 {
			r.When.Sender = domains
		}
	}
	if len(r.When.BorderHost) > 0 && !strings.HasPrefix(r.When.BorderHost[0], ".") {
		if hosts := listed(g, func(m *Record) []string { return []string{m.Host} }); len(hosts) > 0 {
			r.When.BorderHost = hosts
		}
	}
	return r
}

// listed returns what the caught members have there, sorted; nil where it is too much for a list.
func listed(g *Group, of func(*Record) []string) []string {
	var out []string
	for _, m := range g.members {
		if !m.caught() {
			continue
		}
		for _, s := range of(m) {
			if s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		if len(out) > maxListed {
			return nil
		}
	}
	slices.Sort(out)
	return out
}

// fromDomains are the domains of the authors, as rules write them.
func fromDomains(g *Group) []string {
	return listed(g, func(m *Record) []string {
		if i := strings.LastIndexByte(m.From, '@'); i >= 0 {
			return []string{m.From[i:]}
		}
		return nil
	})
}

// guard holds what an exception of a DMARC policy would open: mail of the domains that is not signed by them. It stands behind the rule that
// allows what is proven.
func guard(g *Group) rules.Rule {
	r := rules.Rule{Name: "not-proven", Scope: "company", Direction: rules.Inbound, Action: rules.Quarantine, Reason: "the DMARC policy is not asked for these domains"}
	r.When.Sender, r.Unless.DKIM = fromDomains(g), []string{"aligned"}
	return r
}

// proven are the conditions that free mail of the guarded domains from the guard: it is signed by them, or comes from a host that, by this run,
// SPF allows to send for them.
func proven(guard rules.Rule, all []*Record) rules.Conditions {
	out := rules.Conditions{DKIM: []string{"aligned"}}
	for _, rec := range all {
		ip, err := netip.ParseAddr(rec.IP)
		if i := strings.LastIndexByte(rec.From, '@'); rec.Proven != "spf" || rec.Nature == "bad" || i < 0 || !slices.Contains(guard.When.Sender, rec.From[i:]) {
			continue
		}
		switch {
		case rec.Host != "":
			out.BorderHost = union(out.BorderHost, []string{rec.Host})
		case err == nil:
			out.BorderIP = union(out.BorderIP, []netip.Prefix{netip.PrefixFrom(ip, ip.BitLen())})
		}
	}
	return out
}

// guarded says that the exception is one of three steps.
func guarded(r *suggest.Remedy, g *Group) {
	domains := strings.ReplaceAll(strings.Join(fromDomains(g), ", "), "@", "")
	r.Title = "Exception of the DMARC, DKIM and SPF policies for " + domains + ", with rules that hold what is not proven"
	r.Text = fmt.Sprintf("Make the two rules first, in this order: they let in what is proven, and hold all other mail of %s that it has not signed. Then exempt it. "+
		"Without the second rule anybody could write as %s. Where more servers of its own send unsigned mail, name them under unless.", domains, domains)
}

// fromServer is what a sending server lets in: the domain of the sample, from its address.
func fromServer(e *explain.Explanation) rules.Rule {
	ip := e.Report.Facts.IP
	return rules.Rule{Name: "sending-server", Action: rules.Allow, When: rules.Conditions{
		Sender: []string{"@" + e.Report.Input.FromDomain()}, BorderIP: []netip.Prefix{netip.PrefixFrom(ip, ip.BitLen())}}}
}

// unblock is what an own entry in the list of blocked senders holds; ok is false where that is not what stopped the sample.
func unblock(e *explain.Explanation) (r rules.Rule, ok bool) {
	p := e.Report.Input.Profile
	if p == nil || e.Report.Decision.Stage != policy.StageLists || e.Report.Decision.Action == policy.Deliver {
		return r, false
	}
	r = rules.Rule{Name: "blocked-senders", Action: rules.Allow}
	for _, b := range p.BlockedSenders {
		one := rules.Rule{Action: rules.Allow, When: rules.Conditions{Sender: []string{b}}}
		if strings.Contains(b, "@") && one.Matches(e.Report.Facts) {
			r.When.Sender = append(r.When.Sender, b)
		}
	}
	return r, len(r.When.Sender) > 0
}

// change is an offer for a group, ready to be counted.
type change struct {
	Offer
	rules []rules.Rule // see letIn
}

// changes joins the offers for a group that were found in several parts of a run: those of one kind that bind to the same things become one,
// which names what any of them names, widened to the group. The safest stand first.
func changes(g *Group, offers []Offer) []change {
	slices.SortFunc(offers, func(a, b Offer) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.id(), b.id())) })
	var out []change
	place := map[string]int{}
	for _, o := range offers {
		c := change{Offer: o}
		if o.Rules != "" {
			rs, err := rules.Parse("", []byte(o.Rules))
			if err != nil || len(rs) == 0 {
				continue // a result that somebody edited
			}
			c.rules = rs
		} else if isRule(o) {
			continue
		}
		shape := o.Kind + " " + o.Knob + " " + c.shape()
		if i, ok := place[shape]; ok && c.rules != nil {
			out[i].join(c)
			continue
		}
		place[shape] = len(out)
		out = append(out, c)
	}
	for i := range out {
		if c := &out[i]; isRule(c.Offer) {
			c.rules[0] = widen(c.rules[0], g)
		}
	}
	return out
}

// isRule reports whether an offer is a rule, or an exception with the rule that holds what it opens.
func isRule(o Offer) bool { return o.Knob == policy.KnobBoundRule || o.Knob == policy.KnobExceptions }

// shape says which conditions the first rule has.
func (c change) shape() string {
	if len(c.rules) == 0 {
		return ""
	}
	w := c.rules[0].When
	return fmt.Sprint(len(c.rules), len(w.DKIM) > 0, len(w.BorderHost) > 0, len(w.BorderIP) > 0, len(w.TenantAsWritten) > 0, len(w.Phrase) > 0)
}

// join adds what another part found of the same kind.
func (c *change) join(o change) {
	c.Copies += o.Copies
	c.Outsiders += o.Outsiders
	a, b := &c.rules[0].When, o.rules[0].When
	a.Sender, a.DKIM, a.BorderHost = union(a.Sender, b.Sender), union(a.DKIM, b.DKIM), union(a.BorderHost, b.BorderHost)
	a.BorderIP = union(a.BorderIP, b.BorderIP)
	if len(a.Recipient) == 0 || len(b.Recipient) == 0 {
		a.Recipient = nil
	} else {
		a.Recipient = union(a.Recipient, b.Recipient)
	}
	for i := 1; i < min(len(c.rules), len(o.rules)); i++ {
		c.rules[i].When.Sender = union(c.rules[i].When.Sender, o.rules[i].When.Sender)
	}
}

// union returns the values of both, each once. It does not sort what has no order.
func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(x, y T) int { return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	return out
}

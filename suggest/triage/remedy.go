package triage

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/suggest"
)

// Remedy is one change for a whole group, tried on every message of the run and on forged copies of a sample.
type Remedy struct {
	Kind      string `json:"kind"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Rule      string `json:"rule,omitempty"`    // neutral rule file; empty: a setting, or something to ask for
	Matches   int    `json:"matches"`           // members that it clears
	AlsoGood  int    `json:"also_good"`         // false positives of other groups that it clears, too
	LetsIn    int    `json:"lets_in"`           // other messages that it would let in, of which nothing bad is known
	SpamLike  int    `json:"spam_like"`         // messages that look like spam or phishing, and that it would let in
	Copies    int    `json:"copies"`            // forged copies of the sample that it was tried on
	Outsiders int    `json:"outsiders"`         // of these, copies by outsiders that it would let in
	Refused   string `json:"refused,omitempty"` // why there is no change for this group

	match *rules.Rule // what it lets in, for counting; nil: nothing can be counted
}

// Safe reports whether the change can be proposed: it clears something and lets in nothing that looks bad, nor an outsider.
func (m *Remedy) Safe() bool {
	return m != nil && m.match != nil && m.Matches > 0 && m.SpamLike == 0 && m.Outsiders == 0
}

// Planner finds remedies. Samples holds an explained message for each group, as far as there is one.
type Planner struct {
	Samples map[Key]*explain.Explanation
	Options suggest.Options
	Today   time.Time
}

// Plan gives every group of caught good mail its remedy and counts what each change would do to all records.
func (p *Planner) Plan(ctx context.Context, groups []*Group) {
	var all []*Record
	for _, g := range groups {
		all = append(all, g.members...)
	}
	for _, g := range groups {
		if e := p.Samples[g.Key]; e != nil && g.Nature == "good" && g.Caught > 0 {
			g.Remedy = p.remedy(ctx, g, e, all)
		}
	}
}

// remedy takes the first change that suggest offers for the sample and that is safe for the whole run, widened to the group. Where none is
// safe the first one is shown with what it would let in.
func (p *Planner) remedy(ctx context.Context, g *Group, e *explain.Explanation, all []*Record) *Remedy {
	s := suggest.Run(ctx, e.Report, e.First, p.Options)
	if s.Refused != nil {
		return &Remedy{Refused: s.Refused.Reason}
	}
	var rule, text *Remedy
	for _, c := range s.Suggestions {
		m := p.change(c, g, e)
		switch {
		case c.Refused != nil:
		case m.match == nil && text == nil:
			text = m
		case m.match != nil:
			m.count(g, all, p.Today)
			p.forge(ctx, m, e)
			if m.Safe() {
				return m
			}
			if rule == nil {
				rule = m
			}
		}
	}
	switch {
	case rule != nil:
		return rule
	case text != nil:
		return text
	}
	return &Remedy{Refused: "no change is known that lets this mail in and nothing else"}
}

// change makes of a suggestion for one message a remedy for the group.
func (p *Planner) change(c suggest.Suggestion, g *Group, e *explain.Explanation) *Remedy {
	m := &Remedy{Kind: c.Remedy.Kind, Title: c.Remedy.Title, Text: c.Remedy.Text}
	switch {
	case c.Remedy.Rule != nil:
		m.match = widen(*c.Remedy.Rule, g)
		m.Rule = string(rules.Marshal([]rules.Rule{*m.match}))
	case c.Remedy.Kind == suggest.SendingServer:
		m.match = fromServer(e)
	}
	return m
}

// maxListed is how many addresses or hosts one condition names: more cannot be read by whoever has to approve the rule.
const maxListed = 20

// widen makes a rule for one message one for the group: it lists what differs among the members, and drops the recipients where they are too
// many and something proven still binds the rule.
func widen(r rules.Rule, g *Group) *rules.Rule {
	if bound := len(r.When.DKIM) > 0 || len(r.When.BorderHost) > 0 || len(r.When.BorderIP) > 0; bound && len(r.When.Recipient) > 0 {
		r.When.Recipient = listed(g, func(m *Record) []string { return m.Recipients })
	}
	if len(r.When.Sender) > 0 {
		if senders := listed(g, func(m *Record) []string { return []string{m.From} }); len(senders) > 0 {
			r.When.Sender = senders
		}
	}
	if len(r.When.BorderHost) > 0 && !strings.HasPrefix(r.When.BorderHost[0], ".") {
		if hosts := listed(g, func(m *Record) []string { return []string{m.Host} }); len(hosts) > 0 {
			r.When.BorderHost = hosts
		}
	}
	return &r
}

// listed returns what the members have there, sorted; nil where it is too much for a list.
func listed(g *Group, of func(*Record) []string) []string {
	var out []string
	for _, m := range g.members {
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

// fromServer is what a sending server lets in: the domain of the sample, from its address.
func fromServer(e *explain.Explanation) *rules.Rule {
	ip := e.Report.Facts.IP
	return &rules.Rule{Name: "sending-server", Action: rules.Allow, When: rules.Conditions{
		Sender: []string{"@" + e.Report.Input.FromDomain()}, BorderIP: []netip.Prefix{netip.PrefixFrom(ip, ip.BitLen())}}}
}

// forge tries the widened rule on forged copies of the sample.
func (p *Planner) forge(ctx context.Context, m *Remedy, e *explain.Explanation) {
	if p.Options.Forge == nil {
		return
	}
	for _, d := range p.Options.Forge(ctx, e.Report, *m.match) {
		m.Copies++
		if d.Attacker == suggest.Outsider && m.match.Matches(d.Facts) {
			m.Outsiders++
		}
	}
}

// count tries the change on every record of the run.
func (m *Remedy) count(g *Group, all []*Record, today time.Time) {
	if m.match == nil {
		return
	}
	for _, rec := range all {
		switch {
		case !m.match.Matches(rec.facts(today)):
		case rec.Nature == "bad":
			m.SpamLike++
		case Key{rec.Customer, rec.Cause, rec.Identity} == g.Key:
			if rec.caught() {
				m.Matches++
			}
		case rec.Nature == "good" && rec.caught():
			m.AlsoGood++
		case rec.Nature != "good":
			m.LetsIn++
		}
	}
}

// Step is one change of the proposed set, and what it clears beyond those before it.
type Step struct {
	Group  *Group `json:"-"`
	Key    Key    `json:"group"`
	Clears int    `json:"clears"`
	Left   int    `json:"left"` // false positives that are still held after it
}

// Cover proposes changes that together clear the most false positives: of the safe ones always the one that clears the most of what is left. A
// set found so is at most ln(n)+1 times as large as the smallest that clears the same n messages.
func Cover(groups []*Group, today time.Time) []Step {
	open := map[*Record]bool{}
	for _, g := range groups {
		for _, m := range g.members {
			if g.Nature == "good" && m.caught() {
				open[m] = true
			}
		}
	}
	clears := map[*Group][]*Record{}
	for _, g := range groups {
		if !g.Remedy.Safe() {
			continue
		}
		for rec := range open {
			if g.Remedy.match.Matches(rec.facts(today)) {
				clears[g] = append(clears[g], rec)
			}
		}
	}
	var out []Step
	for {
		best, most := (*Group)(nil), 0
		for _, g := range groups {
			n := 0
			for _, rec := range clears[g] {
				if open[rec] {
					n++
				}
			}
			if n > most {
				best, most = g, n
			}
		}
		if best == nil {
			return out
		}
		for _, rec := range clears[best] {
			delete(open, rec)
		}
		out = append(out, Step{Group: best, Key: best.Key, Clears: most, Left: len(open)})
	}
}

package triage

import (
	"fmt"
	"slices"
	"time"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Remedy is one change for a whole group, tried on every message of its customer in the run and on forged copies of a sample.
type Remedy struct {
	Kind      string `json:"kind"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Knob      string `json:"knob,omitempty"`    // what it turns; see Record.Yields
	Rule      string `json:"rule,omitempty"`    // neutral rule file; empty: a setting, or something to ask for
	Matches   int    `json:"matches"`           // members that it clears: decided again with it, they are delivered
	AlsoGood  int    `json:"also_good"`         // false positives of other groups that it clears, too
	LetsIn    int    `json:"lets_in"`           // other messages that it would let in, of which nothing bad is known; also those whose senders have to be asked
	SpamLike  int    `json:"spam_like"`         // messages that look like spam or phishing, and that it would let in
	Holds     int    `json:"holds,omitempty"`   // messages that are delivered today, and that it would hold
	Copies    int    `json:"copies"`            // forged copies of the sample that it was tried on
	Outsiders int    `json:"outsiders"`         // of these, copies by outsiders that it would let in
	Refused   string `json:"refused,omitempty"` // why there is no change for this group

	customer string
	rules    []rules.Rule // what it lets in, see letIn; empty: nothing can be counted
}

// Safe reports whether the change can be proposed: it clears something, holds nothing good, and lets in nothing that looks bad, nor an outsider.
func (m *Remedy) Safe() bool {
	return m != nil && len(m.rules) > 0 && m.Matches > 0 && m.SpamLike == 0 && m.Outsiders == 0 && m.Holds == 0
}

// Plan gives every group of caught good mail, also of that whose sender has to be asked, its remedy and counts what each change would do to all records of the groups.
func Plan(r *Result, groups []*Group, today time.Time) {
	offers := map[Key][]Offer{}
	for _, o := range r.Offers {
		offers[o.Key] = append(offers[o.Key], o)
	}
	all := map[string][]*Record{} // by customer: a change is made in one filter
	for _, g := range groups {
		all[g.Customer] = append(all[g.Customer], g.members...)
	}
	for _, g := range groups {
		if g.Nature == "good" && g.Caught > 0 {
			g.Remedy = choose(g, offers[g.Key], all[g.Customer], today)
		}
	}
}

// choose takes the first change that is safe for the whole run. Where none is, the first one is shown with what it would let in, or what has to
// be done elsewhere.
func choose(g *Group, offers []Offer, all []*Record, today time.Time) *Remedy {
	var unsafe, elsewhere, refused *Remedy
	for _, c := range changes(g, offers) {
		if len(c.rules) > 1 {
			c.rules[1].Unless = proven(c.rules[1], all)
		}
		m := c.remedy()
		switch {
		case m.Refused != "":
			refused = first(refused, m)
		case len(m.rules) == 0:
			elsewhere = first(elsewhere, m)
		default:
			m.count(g, all, today)
			if m.Safe() {
				return m
			}
			if m.Matches > 0 {
				unsafe = first(unsafe, m)
			}
		}
	}
	switch {
	case unsafe != nil:
		return unsafe
	case elsewhere != nil:
		return elsewhere
	case refused != nil || len(offers) == 0:
		return refused
	}
	return &Remedy{Refused: "no change is known that lets this mail in and nothing else"}
}

func first(a, b *Remedy) *Remedy {
	if a != nil {
		return a
	}
	return b
}

// remedy is the change before it is counted.
func (c change) remedy() *Remedy {
	m := &Remedy{Kind: c.Kind, Title: c.Title, Text: c.Text, Knob: c.Knob, Copies: c.Copies, Outsiders: c.Outsiders, Refused: c.Refused, customer: c.Customer, rules: c.rules}
	if c.Knob == policy.KnobBoundRule || c.Knob == policy.KnobExceptions {
		m.Rule = string(rules.Marshal(c.rules))
		if w := c.rules[0].When; len(w.Sender) > 1 || len(w.BorderHost) > 1 {
			m.Text += fmt.Sprintf(" For the whole group it names %d senders", len(w.Sender))
			if n := len(w.BorderHost); n > 1 {
				m.Text += fmt.Sprintf(" and %d hosts", n)
			}
			m.Text += "."
		}
	}
	return m
}

// clears reports whether the record is held today and delivered with the change: it has to match, and the stage that holds it has to yield to it.
func (m *Remedy) clears(rec *Record, f rules.Facts) bool {
	return rec.Customer == m.customer && rec.Yields.has(m.Knob) && letIn(m.rules, f)
}

// LetsThrough reports whether the record is held today, and delivered with the change.
func (m *Remedy) LetsThrough(rec *Record, today time.Time) bool {
	return len(m.rules) > 0 && m.clears(rec, rec.facts(today))
}

// lets reports whether the change might let a bad message in. Where a rule allows it, what is known of the filter's stages does not count: that
// knowledge may be wrong.
func (m *Remedy) lets(rec *Record, f rules.Facts) bool {
	if m.Knob != suggest.BlockEntry && m.rules[0].Matches(f) {
		return true
	}
	return m.clears(rec, f)
}

// count tries the change on every record of the customer.
func (m *Remedy) count(g *Group, all []*Record, today time.Time) {
	from := map[string]bool{}
	for _, rec := range g.members {
		from[rec.From] = true
	}
	for _, rec := range all {
		f := rec.facts(today)
		switch {
		case rec.bad():
			// The same author from the same place, if by another machine of it, has sent what looks bad: the place is not to be trusted with the name.
			if m.lets(rec, f) || rec.place() == g.Identity && from[rec.From] && (rec.Proven == "host" || rec.Proven == "address") {
				m.SpamLike++
			}
		case !rec.caught():
			if len(m.rules) > 1 && !m.rules[0].Matches(f) && m.rules[1].Matches(f) {
				m.Holds++
			}
		case !m.clears(rec, f):
		case rec.Key() == g.Key:
			m.Matches++
		case rec.Nature == "good" && !rec.Ask:
			m.AlsoGood++
		default:
			m.LetsIn++
		}
	}
}

// Step is one change of the proposed set, and what it clears beyond those before it.
type Step struct {
	Group  *Group `json:"-"`
	Key    Key    `json:"group"`
	Clears int    `json:"clears"`
	Left   int    `json:"left"` // of those that it is for, what is still held after it: false positives, or mail whose senders have to be asked
}

// Cover proposes changes that together clear the most: first those for real false positives, then those for mail whose senders have to be asked before,
// and of each kind and of the safe ones always the one that clears the most of what is left. A set found so is at most ln(n)+1 times as large as the
// smallest that clears the same n messages.
func Cover(groups []*Group, today time.Time) []Step {
	return append(cover(groups, false, today), cover(groups, true, today)...)
}

// cover proposes changes for the groups of which the sender has to be asked, or for the others. A change for one kind clears none of the other: whoever
// answers does so for his own mail.
func cover(groups []*Group, ask bool, today time.Time) []Step {
	held := map[string][]*Record{} // by customer
	open := map[*Record]bool{}
	for _, g := range groups {
		for _, m := range g.members {
			if g.Nature == "good" && g.Ask == ask && m.caught() {
				held[g.Customer] = append(held[g.Customer], m)
				open[m] = true
			}
		}
	}
	clears := map[*Group][]*Record{}
	for _, g := range groups {
		if g.Ask == ask && g.Remedy.Safe() {
			clears[g] = slices.DeleteFunc(slices.Clone(held[g.Customer]), func(rec *Record) bool { return !g.Remedy.clears(rec, rec.facts(today)) })
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

package trial

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// coverage finds the conditions of a rule that kept no message out: without such a condition the tests would say the same.
type coverage struct {
	rule     rules.Rule
	without  []rules.Rule // the rule, each time without one condition
	names    []string
	decisive []bool
}

func newCoverage(r rules.Rule) *coverage {
	c := &coverage{rule: r}
	c.add(r, "", r.When, func(x *rules.Rule, w rules.Conditions) { x.When = w })
	c.add(r, "unless ", r.Unless, func(x *rules.Rule, u rules.Conditions) { x.Unless = u })
	c.decisive = make([]bool, len(c.names))
	return c
}

// add notes a rule without it for every condition that is stated.
func (c *coverage) add(r rules.Rule, prefix string, conditions rules.Conditions, set func(*rules.Rule, rules.Conditions)) {
	for _, p := range parts {
		left := conditions
		p.clear(&left)
		if p.stated(conditions) {
			x := r
			set(&x, left)
			c.without = append(c.without, x)
			c.names = append(c.names, prefix+p.name)
		}
	}
}

// part is one condition by its key.
type part struct {
	name   string
	stated func(rules.Conditions) bool
	clear  func(*rules.Conditions)
}

var parts = []part{
	{"sender", func(c rules.Conditions) bool { return len(c.Sender) > 0 }, func(c *rules.Conditions) { c.Sender = nil }},
	{"mail-from", func(c rules.Conditions) bool { return len(c.MailFrom) > 0 }, func(c *rules.Conditions) { c.MailFrom = nil }},
	{"recipient", func(c rules.Conditions) bool { return len(c.Recipient) > 0 }, func(c *rules.Conditions) { c.Recipient = nil }},
	{"border-host", func(c rules.Conditions) bool { return len(c.BorderHost) > 0 }, func(c *rules.Conditions) { c.BorderHost = nil }},
	{"border-ip", func(c rules.Conditions) bool { return len(c.BorderIP) > 0 }, func(c *rules.Conditions) { c.BorderIP = nil }},
	{"dkim", func(c rules.Conditions) bool { return len(c.DKIM) > 0 }, func(c *rules.Conditions) { c.DKIM = nil }},
	{"own-sender", func(c rules.Conditions) bool { return c.OwnSender != nil }, func(c *rules.Conditions) { c.OwnSender = nil }},
	{"header", func(c rules.Conditions) bool { return len(c.Headers) > 0 }, func(c *rules.Conditions) { c.Headers = nil }},
	{"subject", func(c rules.Conditions) bool { return len(c.Subject) > 0 }, func(c *rules.Conditions) { c.Subject = nil }},
	{"phrase", func(c rules.Conditions) bool { return len(c.Phrase) > 0 }, func(c *rules.Conditions) { c.Phrase = nil }},
	{"tenant-as-written", func(c rules.Conditions) bool { return len(c.TenantAsWritten) > 0 }, func(c *rules.Conditions) { c.TenantAsWritten = nil }},
}

// see takes a message that the rule should not match; where it does, no condition kept anything out. A rule that is left without a condition would match everything.
func (c *coverage) see(f rules.Facts) {
	f = f.Ready()
	if c.rule.Matches(f) {
		return
	}
	for i := range c.without {
		if !c.decisive[i] {
			c.decisive[i] = c.without[i].When.Empty() || c.without[i].Matches(f)
		}
	}
}

// idle names the conditions that never decided. Forged copies bear the author and the recipient of the message, so that nothing is said of
// these two conditions unless messages of the user's own were tried.
func (c *coverage) idle(misses bool) []string {
	var out []string
	for i, name := range c.names {
		if copied := name == "sender" || name == "recipient"; !c.decisive[i] && (misses || !copied) {
			out = append(out, name)
		}
	}
	return out
}

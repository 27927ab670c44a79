package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Stated is what the user says about the decision. The zero value states nothing.
type Stated struct {
	Filter   string // whose order; empty: the first filter of the profile, or the neutral order
	Category string // what the filter's own log calls the message: one of Categories
}

// Categories are what filters' logs call a message that they stopped.
var Categories = []string{"spam", "fraud", "domain-spoofing", "bulk", "policy", "virus"}

// stageOf tells which stage a category names. Fraud and bulk come from the spam engine's own classes.
var stageOf = map[string]Stage{
	"spam": StageScore, "fraud": StageScore, "bulk": StageScore, "domain-spoofing": StageSpoof, "policy": StageRules, "virus": StageVirus,
}

// DecideAll returns the decision of each filter of the profile in mail-flow order, or of the neutral order where it names
// none. What the user states concerns the first filter, or the one that he names.
func DecideAll(votes []Vote, facts rules.Facts, rs []rules.Rule, p *profile.Profile, in Stated) []Decision {
	if p == nil || len(p.Filters) == 0 || in.Filter != "" && !slices.Contains(p.Filters, in.Filter) {
		return []Decision{Decide(votes, facts, rs, p, in)}
	}
	out := make([]Decision, len(p.Filters))
	for i, f := range p.Filters {
		s := Stated{Filter: f}
		if in.Filter == f || in.Filter == "" && i == 0 {
			s.Category = in.Category
		}
		out[i] = Decide(votes, facts, rs, p, s)
	}
	return out
}

// Decide follows a message through the order of one filter. The first stage that acts ends it; the later ones say what they
// would have done. p may be nil.
func Decide(votes []Vote, facts rules.Facts, rs []rules.Rule, p *profile.Profile, in Stated) Decision {
	if p == nil {
		p = &profile.Profile{}
	}
	order, _ := OrderOf(filterName(p, in))
	c := &court{order: order, votes: votes, facts: facts.Ready(), p: p, stated: stageOf[in.Category], category: in.Category}
	c.d = Decision{Filter: order.Name, Title: order.Title, Action: Deliver, Stage: StageScore, Threshold: DefaultQuarantine, RejectAt: DefaultReject}
	if p.Quarantine > 0 {
		c.d.Threshold = p.Quarantine
	}
	if p.Reject > 0 {
		c.d.RejectAt = p.Reject
	}
	c.d.RejectAt = max(c.d.RejectAt, c.d.Threshold)
	for _, v := range votes {
		c.d.Score += v.Score
	}
	c.ruling = c.askRules(rs)
	c.listing = c.askLists()
	c.run()
	return c.d
}

func filterName(p *profile.Profile, in Stated) string {
	if in.Filter == "" && len(p.Filters) > 0 {
		return p.Filters[0]
	}
	return in.Filter
}

// court is the state of one decision.
type court struct {
	order    Order
	votes    []Vote
	facts    rules.Facts
	p        *profile.Profile
	stated   Stage // that fired, as the filter's log says
	category string
	ruling   word // of the rules
	listing  word // of the sender lists
	d        Decision
}

// word is what rules or lists say.
type word struct {
	result string // ResultPass where nothing speaks
	reason string
	rule   rules.Rule
}

func (c *court) run() {
	decided, past := false, c.stated == StageNone
	for _, so := range c.order.Stages {
		so.YieldsTo = towards(so.YieldsTo, c.facts.Direction)
		if so.NotOurs && !(so.Stage != StageNone && so.Stage == c.stated) {
			c.d.NotLooked = append(c.d.NotLooked, so.Title)
			continue
		}
		step := c.step(so, past)
		past = past || so.Stage == c.stated
		if !decided && (acts(step.Result) || so.Stage == StageScore) {
			decided, step.Decided = true, true
			c.d.Stage, c.d.Action = so.Stage, actionOf(step.Result)
		}
		c.d.Trace = append(c.d.Trace, step)
	}
}

// towards names the page for outgoing mail where that is what is decided: the orders are written down for what comes in.
func towards(knobs []Knob, d rules.Direction) []Knob {
	if d != rules.Outbound {
		return knobs
	}
	knobs = slices.Clone(knobs)
	for i, k := range knobs {
		knobs[i].Title = strings.Replace(k.Title, "> Inbound,", "> Outbound,", 1)
	}
	return knobs
}

func acts(result string) bool {
	return result == ResultAllow || result == ResultQuarantine || result == ResultReject
}

func actionOf(result string) Action {
	switch result {
	case ResultQuarantine:
		return Quarantine
	case ResultReject:
		return Reject
	}
	return Deliver
}

// step asks one stage. past is false while the stage stands before the one that, by the filter's log, stopped the message:
// then it evidently let it through.
func (c *court) step(so StageOrder, past bool) Step {
	step := Step{Stage: so.Stage, Title: so.Title, Result: ResultPass, YieldsTo: so.YieldsTo}
	for _, v := range c.votes {
		if v.Stage == so.Stage {
			step.Score += v.Score
		}
	}
	step.Result, step.Reason = c.ask(so, step.Score)
	if so.Stage == c.stated {
		c.statedFired(&step)
	} else if !past && (step.Result == ResultQuarantine || step.Result == ResultReject) {
		step.Reason = "would " + step.Result + " (" + step.Reason + "), but the filter's log says " + c.category
		step.Result = ResultPass
	}
	if step.Result == ResultQuarantine || step.Result == ResultReject {
		c.yield(so, &step)
	}
	return step
}

func (c *court) statedFired(step *Step) {
	if step.Result == ResultReject || step.Result == ResultAllow {
		return
	}
	step.Result = ResultQuarantine
	step.Reason = join("the filter's log says "+c.category, step.Reason)
}

// ask returns what a stage says by itself, before any knob.
func (c *court) ask(so StageOrder, own float64) (result, reason string) {
	switch so.Stage {
	case StageRules:
		return c.ruling.result, c.ruling.reason
	case StageLists:
		return c.listing.result, c.listing.reason
	case StageScore:
		return c.score()
	}
	if c.facts.Direction == rules.Outbound || c.facts.Direction == rules.Internal {
		return ResultPass, "not asked of mail that your own people send"
	}
	if t, ok := c.triggered(so); ok {
		if so.Stage == StageAuth && c.ownDomain() {
			return ResultPass, t.Finding + "; From is your own domain, which anti-spoofing judges. If the filter's DMARC policy is on for it, it needs an exception, too"
		}
		return string(t.Action), t.Finding
	}
	if so.Own != "" && own >= c.d.Threshold {
		return string(so.Own), fmt.Sprintf("%.1f points of its own", own)
	}
	if so.Stage == StageSpoof && c.ownDomain() && c.facts.OwnSender.Known == rules.Maybe {
		return ResultUnknown, join("From is your own domain, and the connecting address is not known", c.facts.OwnSender.Why)
	}
	return ResultPass, ""
}

func (c *court) triggered(so StageOrder) (Trigger, bool) {
	for _, t := range so.Triggers {
		for _, v := range c.votes {
			if v.Finding == t.Finding && v.Score >= 0 {
				return t, true
			}
		}
	}
	return Trigger{}, false
}

// ownDomain reports whether From is a domain of the organisation: by the profile, or because the check of spoofing said so.
func (c *court) ownDomain() bool {
	for _, v := range c.votes {
		if v.Stage == StageSpoof && strings.HasPrefix(v.Finding, "spoof.own-domain") {
			return true
		}
	}
	return c.p.IsOwnDomain(c.fromDomain())
}

func (c *court) fromDomain() string {
	if len(c.facts.From) != 1 {
		return ""
	}
	return c.facts.From[0][strings.LastIndexByte(c.facts.From[0], '@')+1:]
}

func (c *court) score() (result, reason string) {
	reason = fmt.Sprintf("%.1f of %.1f", c.d.Score, c.d.Threshold)
	switch s := round(c.d.Score); {
	case s >= c.d.RejectAt:
		return ResultReject, fmt.Sprintf("%.1f of %.1f", c.d.Score, c.d.RejectAt)
	case s >= c.d.Threshold:
		return ResultQuarantine, reason
	}
	return ResultPass, reason
}

// round takes out what adding tenths in binary leaves behind: 4.9999999 is 5.0.
func round(f float64) float64 { return float64(int64(f*1000+0.5)) / 1000 }

// yield lets the stage give way to the first of its knobs that is set.
func (c *court) yield(so StageOrder, step *Step) {
	for _, k := range so.YieldsTo {
		if why, set := c.isSet(k.Name); set {
			step.Reason = "would " + step.Result + " (" + step.Reason + "), but yields to " + k.Title + ": " + why
			step.Result = ResultPass
			return
		}
	}
}

func (c *court) isSet(knob string) (why string, set bool) {
	switch knob {
	case KnobSendingServers:
		if c.facts.OwnSender.Known == rules.Yes || c.ip().IsValid() && c.p.IsSendingServer(c.ip()) {
			return join("the connecting address is one of yours", c.facts.OwnSender.Why), true
		}
	case KnobAllowRule:
		return c.ruling.reason, c.ruling.result == ResultAllow
	case KnobBoundRule:
		w := c.ruling.rule.When
		bound := len(w.Sender) > 0 && (len(w.BorderHost) > 0 || len(w.BorderIP) > 0 || len(w.DKIM) > 0)
		return c.ruling.reason, c.ruling.result == ResultAllow && bound
	case KnobSafeSender:
		return c.listing.reason, c.listing.result == ResultAllow
	case KnobExceptions:
		for _, d := range c.p.Exceptions {
			if pattern.MatchHost(d, c.fromDomain()) {
				return d + " is exempt", true
			}
		}
	}
	return "", false
}

func (c *court) ip() netip.Addr {
	if c.facts.BorderIP.Known != rules.Yes {
		return netip.Addr{}
	}
	if c.facts.IP.IsValid() {
		return c.facts.IP
	}
	ip, _ := netip.ParseAddr(c.facts.BorderIP.Value)
	return ip
}

// maxUnknown bounds how many rules are named that could not be judged: the first ones make the point.
const maxUnknown = 3

func (c *court) askRules(rs []rules.Rule) word {
	found := word{result: ResultPass}
	var open []string
	for _, r := range c.inOrder(rs) {
		if r.Filter != "" && r.Filter != c.order.Name {
			continue
		}
		o := r.Match(c.facts)
		switch {
		case o.Applies():
			found = ruled(r)
		case o.Result == rules.Maybe && len(open) < maxUnknown, o.Condition == "expires":
			open = append(open, "rule "+r.Name+" does not apply: "+o.Why)
		}
		if o.Applies() && (r.Stop || !c.order.LastRuleWins) {
			break
		}
	}
	if found.result == ResultPass && len(open) > 0 {
		found.reason = strings.Join(open, "; ")
	}
	return found
}

func ruled(r rules.Rule) word {
	results := map[rules.Action]string{rules.Allow: ResultAllow, rules.Quarantine: ResultQuarantine, rules.Block: ResultReject}
	reason := "rule " + r.Name
	if r.File != "" {
		reason += fmt.Sprintf(" (%s:%d)", r.File, r.Line)
	}
	return word{results[r.Action], reason, r}
}

// inOrder puts users' rules before groups' and these before the company's, where the filter does so.
func (c *court) inOrder(rs []rules.Rule) []rules.Rule {
	level := func(r rules.Rule) int {
		switch {
		case strings.HasPrefix(r.Scope, "user:"):
			return 0
		case strings.HasPrefix(r.Scope, "group:"):
			return 1
		}
		return 2
	}
	if !c.order.UserFirst || !slices.ContainsFunc(rs, func(r rules.Rule) bool { return level(r) < 2 }) {
		return rs
	}
	sorted := slices.Clone(rs)
	sort.SliceStable(sorted, func(i, j int) bool { return level(sorted[i]) < level(sorted[j]) })
	return sorted
}

// askLists looks the sender up: Block goes before Safe. Which address a filter means by "sender" is not documented for most,
// so the one author, the envelope sender and the connecting address are all looked up.
func (c *court) askLists() word {
	if e, ok := c.listed(c.p.BlockedSenders); ok {
		return word{result: ResultQuarantine, reason: e + " is in the blocked senders"}
	}
	if e, ok := c.listed(c.p.AllowedSenders); ok {
		return word{result: ResultAllow, reason: e + " is in the allowed senders"}
	}
	return word{result: ResultPass}
}

func (c *court) listed(entries []string) (string, bool) {
	for _, e := range entries {
		if !strings.Contains(e, "@") {
			if p, err := pattern.Prefix(e); err == nil && c.ip().IsValid() && p.Contains(c.ip().Unmap()) {
				return e, true
			}
			continue
		}
		if len(c.facts.From) == 1 && c.facts.HeaderFroms <= 1 && pattern.MatchSender(e, c.facts.From[0]) {
			return e, true
		}
		if c.facts.MailFrom.Known == rules.Yes && pattern.MatchSender(e, c.facts.MailFrom.Value) {
			return e, true
		}
	}
	return "", false
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}

package rules

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"sync"

	"github.com/fpcheck/fpcheck/analyze/pattern"
)

// Outcome is what a rule says to a message: Result Yes is the only one with which the rule applies. Condition is the one that
// decided ("sender", "unless dkim", "expires"; empty when all held), and Why says it in words.
type Outcome struct {
	Result    Known
	Condition string
	Why       string
}

// Applies reports whether the rule applies: never on something unknown.
func (o Outcome) Applies() bool { return o.Result == Yes }

// Matches reports whether r applies to a message of which f is known.
func (r Rule) Matches(f Facts) bool { return r.Match(f).Applies() }

// Match asks every condition of r in turn. One that is known not to hold decides; otherwise one that is unknown does, and the
// rule does not apply. To match many rules against one message, call f.Ready once before.
func (r Rule) Match(f Facts) Outcome {
	c := combine{}
	switch {
	case len(r.Unsupported) > 0:
		c.add("unsupported", Maybe, "part of this rule could not be read when it was imported: "+r.Unsupported[0])
	case r.When.Empty():
		return Outcome{No, "when", "the rule has no condition"}
	}
	r.matchFrame(&f, &c)
	if !c.decided() {
		r.When.each(&f, "", c.add)
	}
	if !c.decided() {
		r.Unless.each(&f, "unless ", func(cond string, k Known, why string) { c.add(cond, not(k), why) })
	}
	return c.outcome()
}

// matchFrame asks what stands around the conditions: expiry, direction and scope.
func (r Rule) matchFrame(f *Facts, c *combine) {
	if !r.Expires.IsZero() {
		day := r.Expires.Format("2006-01-02")
		switch {
		case f.Today.IsZero():
			c.add("expires", Maybe, "the rule expires on "+day+", and today's date is not known")
		case !f.Today.Before(r.Expires):
			c.add("expires", No, "the rule expired on "+day)
		}
	}
	if r.Direction != DirectionUnknown && f.Direction != r.Direction {
		k := No
		if f.Direction == DirectionUnknown {
			k = Maybe
		}
		c.add("direction", k, "the rule is for "+r.Direction.String()+" mail; the direction of this message is "+f.Direction.String())
	}
	if r.Scope != "" && r.Scope != "company" {
		k, why := inScope(r.Scope, f)
		c.add("scope", k, why)
	}
}

// inScope reports whether the user or group of scope receives the message, or sends it when it goes out.
func inScope(scope string, f *Facts) (Known, string) {
	who := []string{strings.TrimPrefix(scope, "user: ")}
	if group, ok := strings.CutPrefix(scope, "group: "); ok {
		if who, ok = f.Groups[group]; !ok {
			return Maybe, "the members of group " + group + " are not known: state them under groups: in the profile"
		}
	}
	if f.Direction == Outbound {
		return matchSender(who, f)
	}
	return matchRecipient(who, f)
}

// combine ANDs answers: a no decides at once; an unknown is remembered, since a later no is the better answer.
type combine struct {
	first Outcome // the first unknown, or the no
	any   bool
}

func (c *combine) add(cond string, k Known, why string) {
	if k == Yes || c.decided() || k == Maybe && c.any {
		return
	}
	c.first, c.any = Outcome{k, cond, why}, true
}

func (c *combine) decided() bool { return c.any && c.first.Result == No }

func (c *combine) outcome() Outcome {
	if c.any {
		return c.first
	}
	return Outcome{Result: Yes, Why: "every condition holds"}
}

func not(k Known) Known {
	switch k {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Maybe
}

// each asks the conditions that c states, the cheap ones first.
func (c Conditions) each(f *Facts, prefix string, add func(cond string, k Known, why string)) {
	ask := func(cond string, stated bool, m func() (Known, string)) {
		if stated {
			k, why := m()
			add(prefix+cond, k, why)
		}
	}
	ask("sender", len(c.Sender) > 0, func() (Known, string) { return matchSender(c.Sender, f) })
	ask("mail-from", len(c.MailFrom) > 0, func() (Known, string) { return matchFact(c.MailFrom, f.MailFrom, matchPath, "envelope sender") })
	ask("recipient", len(c.Recipient) > 0, func() (Known, string) { return matchRecipient(c.Recipient, f) })
	ask("border-host", len(c.BorderHost) > 0, func() (Known, string) {
		return matchFact(c.BorderHost, f.BorderHost, pattern.MatchHost, "verified name of the connecting host")
	})
	ask("border-ip", len(c.BorderIP) > 0, func() (Known, string) { return matchIP(c.BorderIP, f) })
	ask("dkim", len(c.DKIM) > 0, func() (Known, string) { return matchDKIM(c.DKIM, f) })
	ask("own-sender", c.OwnSender != nil, func() (Known, string) { return matchOwn(*c.OwnSender, f.OwnSender) })
	ask("tenant-as-written", len(c.TenantAsWritten) > 0, func() (Known, string) {
		return matchFact(c.TenantAsWritten, f.Tenant, strings.EqualFold, "tenant")
	})
	ask("subject", len(c.Subject) > 0, func() (Known, string) { return matchText(c.Subject, foldText(f.Subject), "Subject") })
	for _, h := range c.Headers {
		ask("header", true, func() (Known, string) { return h.match(f) })
	}
	ask("phrase", len(c.Phrase) > 0, func() (Known, string) { return matchPhrase(c.Phrase, f) })
}

// matchSender wants the one mailbox of the one From field: with two authors, or two fields, a filter and a mail client may
// show different ones.
func matchSender(pats []string, f *Facts) (Known, string) {
	switch {
	case f.HeaderFroms > 1:
		return No, fmt.Sprintf("there are %d From fields", f.HeaderFroms)
	case len(f.From) == 0:
		return No, "there is no From address"
	case len(f.From) > 1:
		return No, fmt.Sprintf("From names %d mailboxes", len(f.From))
	}
	return anyOf(pats, f.From[0], pattern.MatchSender, "From")
}

func anyOf(pats []string, value string, match func(pat, value string) bool, what string) (Known, string) {
	for _, p := range pats {
		if match(p, value) {
			return Yes, what + " is " + value
		}
	}
	return No, what + " is " + value
}

func matchFact(pats []string, fact Fact, match func(pat, value string) bool, what string) (Known, string) {
	switch fact.Known {
	case Yes:
		return anyOf(pats, fact.Value, match, what)
	case No:
		return No, because("there is no "+what, fact.Why)
	}
	return Maybe, because("the "+what+" is not known", fact.Why)
}

func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

func matchPath(pat, value string) bool {
	if pat == "<>" || value == "<>" || value == "" {
		return pat == "<>" && (value == "<>" || value == "")
	}
	return pattern.MatchSender(pat, value)
}

func matchRecipient(pats []string, f *Facts) (Known, string) {
	unknown := len(f.Rcpt) == 0
	for _, r := range f.Rcpt {
		if r.Known == Maybe {
			unknown = true
			continue
		}
		if k, why := anyOf(pats, r.Value, pattern.MatchSender, "recipient"); r.Known == Yes && k == Yes {
			return Yes, why
		}
	}
	if unknown {
		return Maybe, "the envelope recipient is not known"
	}
	return No, "recipient is " + f.Rcpt[0].Value
}

func matchIP(prefixes []netip.Prefix, f *Facts) (Known, string) {
	ip := f.IP
	if !ip.IsValid() && f.BorderIP.Known == Yes {
		ip, _ = netip.ParseAddr(f.BorderIP.Value)
	}
	if f.BorderIP.Known != Yes || !ip.IsValid() {
		return f.BorderIP.orMaybe(), because("the connecting address is not known", f.BorderIP.Why)
	}
	ip = ip.Unmap()
	for _, p := range prefixes {
		if p.Contains(ip) {
			return Yes, ip.String() + " connected"
		}
	}
	return No, ip.String() + " connected"
}

// orMaybe is for facts whose value must be there to say yes.
func (f Fact) orMaybe() Known {
	if f.Known == No {
		return No
	}
	return Maybe
}

func matchOwn(want bool, own Fact) (Known, string) {
	k := own.Known
	if !want {
		k = not(k)
	}
	switch own.Known {
	case Yes:
		return k, because("the sender is one of ours", own.Why)
	case No:
		return k, because("the sender is not proven to be one of ours", own.Why)
	}
	return k, because("whether the sender is one of ours is not known", own.Why)
}

func matchDKIM(pats []string, f *Facts) (Known, string) {
	result, why := No, "no signature that verifies fits"
	for _, p := range pats {
		k, w := matchSignature(p, f)
		if k == Yes {
			return k, w
		}
		if k == Maybe {
			result, why = k, w
		}
	}
	return result, why
}

func matchSignature(pat string, f *Facts) (Known, string) {
	open := f.DKIMKnown == Maybe
	for _, s := range f.DKIM {
		fits := pat == "none" || pat == "aligned" && s.Aligned || pattern.MatchHost(pat, s.Domain)
		if !fits {
			continue
		}
		switch s.Status {
		case "pass":
			if pat == "none" {
				return No, "the signature of " + s.Domain + " verifies"
			}
			return Yes, "the signature of " + s.Domain + " verifies"
		case "unknown", "temperror":
			open = true
		}
	}
	if open {
		return Maybe, "whether a signature verifies is not known"
	}
	if pat == "none" {
		return Yes, "no signature verifies"
	}
	return No, "no signature that verifies fits"
}

func (h HeaderCondition) match(f *Facts) (Known, string) {
	if f.Header == nil {
		return Maybe, "the header is not known"
	}
	re, err := compiled(h.Matches)
	if err != nil {
		return Maybe, "the expression cannot be read: " + err.Error()
	}
	name := h.Name
	if name == "" {
		name = "a header field"
	}
	for _, v := range f.Header(h.Name) {
		if h.matchValue(v, re) {
			return Yes, name + " is written so"
		}
	}
	return No, "nothing like it is written in " + name
}

func (h HeaderCondition) matchValue(v string, re *regexp.Regexp) bool {
	if re != nil && !re.MatchString(v) {
		return false
	}
	if len(h.Contains) == 0 {
		return re != nil
	}
	k, _ := matchText(h.Contains, foldText(v), "")
	return k == Yes
}

func matchText(phrases []string, folded, what string) (Known, string) {
	for _, p := range phrases {
		if p = foldText(p); p != "" && strings.Contains(folded, p) {
			return Yes, what + " contains it"
		}
	}
	return No, what + " does not contain it"
}

func matchPhrase(phrases []string, f *Facts) (Known, string) {
	text, k := f.body()
	if k == Maybe {
		if found, why := matchText(phrases, text, "the text"); found == Yes {
			return Yes, why
		}
		return Maybe, "the text of the message is not known"
	}
	return matchText(phrases, text, "the text")
}

// expressions keeps compiled regular expressions: rules are values that callers copy and change, so they hold the source alone.
var expressions struct {
	sync.Mutex
	m map[string]*regexp.Regexp
}

// maxExpressions bounds what is kept; beyond it, everything is compiled anew.
const maxExpressions = 20000

func compiled(source string) (*regexp.Regexp, error) {
	if source == "" {
		return nil, nil
	}
	expressions.Lock()
	defer expressions.Unlock()
	if re, ok := expressions.m[source]; ok {
		return re, nil
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, err
	}
	if expressions.m == nil || len(expressions.m) >= maxExpressions {
		expressions.m = map[string]*regexp.Regexp{}
	}
	expressions.m[source] = re
	return re, nil
}

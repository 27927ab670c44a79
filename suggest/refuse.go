package suggest

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
)

// Names of refusals and warnings. Each has a page in docs/suggest.
const (
	LooksBad        = "looks-bad"          // real spam, phishing or a taken-over account: no rule at all
	AskFirst        = "ask-first"          // nobody but the sender can tell
	SeveralAuthors  = "several-authors"    // From names none, or more than one
	FromOnly        = "from-only"          // nothing but what is written decides
	OwnUnbound      = "own-domain-unbound" // the same for one's own domain
	SharedHost      = "shared-sender-host" // the host sends for many customers
	TooWide         = "too-wide"           // a network, a public suffix, everybody of a provider
	PhraseInbound   = "phrase-inbound"
	PhraseCommon    = "phrase-common"
	AttackerSlot    = "attacker-slot" // the text stands where the sender writes
	TrustedNetworks = "trusted-networks"
	NoExpiry        = "no-expiry"
	NoTicket        = "no-ticket"
	DoesNotYield    = "stage-does-not-yield" // the stage that fired does not ask this setting
	BorderUnknown   = "border-unknown"
	MissesItself    = "misses-itself"      // the rule does not match the message that it is for
	LetsOutsidersIn = "lets-outsiders-in"  // a forged copy by an outsider matches
	LengthTag       = "length-tag"         // the signature covers a part of the body
	OutboundRelay   = "outbound-relay"     // a sending server may relay
	CannotExpress   = "cannot-express"     // the filter has no such condition
	Delimiter       = "delimiter-in-value" // the filter would cut the value in two
	TooLong         = "too-long"
	UnsafeValue     = "unsafe-value"     // characters that cannot be quoted there
	FloatingAddress = "floating-address" // the filter can bind to an address alone, and that changes
	ExpiredRule     = "expired"
	TenantUnproven  = "tenant-as-written"
	NotTried        = "not-tried"
	MendSetting     = "mend-the-setting" // a setting of one's own stopped the message
)

// RefusalNames lists every name of a refusal or a warning.
var RefusalNames = []string{LooksBad, AskFirst, SeveralAuthors, FromOnly, OwnUnbound, SharedHost, TooWide, PhraseInbound, PhraseCommon, AttackerSlot, TrustedNetworks, NoExpiry, NoTicket, DoesNotYield, BorderUnknown, MissesItself, LetsOutsidersIn, LengthTag, OutboundRelay, CannotExpress, Delimiter, TooLong, UnsafeValue, FloatingAddress, ExpiredRule, TenantUnproven, NotTried, MendSetting}

// refuse returns why the message gets no rule whatever anybody asks for.
func refuse(r *analyze.Report, d *explain.Diagnosis) *Refusal {
	switch {
	case d != nil && d.Cause != nil && d.Cause.Nature == explain.Bad:
		return &Refusal{Name: LooksBad, What: "any allow rule", Reason: d.Sentence(),
			Instead: "leave it where it is, report it to the filter's vendor, and see who else got it"}
	case (d == nil || d.Sure < explain.LikelyAt) && suspicion(r) >= threshold(r):
		return &Refusal{Name: LooksBad, What: "any allow rule",
			Reason:  fmt.Sprintf("text, links and origin alone make %.1f points: it looks like real spam", suspicion(r)),
			Instead: "leave it where it is; ask the sender on a known number if you expected it"}
	}
	return nil
}

func threshold(r *analyze.Report) float64 {
	if t := r.Decision.Threshold; t > 0 {
		return t
	}
	return policy.DefaultQuarantine
}

// suspicion sums the points of findings that have nothing to do with who may send for whom: those an allow rule must not outweigh
// where nothing explains the message.
func suspicion(r *analyze.Report) float64 {
	sum := Content(r)
	for _, f := range r.Findings() {
		family, _, _ := strings.Cut(f.ID, ".")
		if (family == "blocklist" || family == "mime") && f.Score >= 2 {
			sum += f.Score
		}
	}
	return sum
}

// Content sums the points of what text, links and author look like.
func Content(r *analyze.Report) float64 {
	sum := 0.0
	for _, f := range r.Findings() {
		switch family, _, _ := strings.Cut(f.ID, "."); family {
		case "words", "obfuscation", "links", "sender", "from":
			sum += max(0, f.Score)
		}
	}
	return sum
}

// Vet returns what is wrong with a rule as such, whatever filter it is for: the refusals that no filter can heal. own says which
// senders are one's own.
func Vet(rule rules.Rule, s Site) []Refusal {
	var out []Refusal
	say := func(name, reason, instead string) {
		out = append(out, Refusal{Rule: rule.Name, Name: name, What: "rule " + rule.Name, Reason: reason, Instead: instead})
	}
	if rule.Action != rules.Allow {
		return nil
	}
	w := rule.When
	if !bound(w) {
		own := false
		for _, x := range w.Sender {
			own = own || s.OwnSender(x)
		}
		switch {
		case own:
			say(OwnUnbound, "anybody can write your domain in From", "bind it to the host that connects or to a DKIM signature")
		case len(w.Phrase) > 0 && rule.Direction != rules.Outbound:
			say(PhraseInbound, "whoever has had one mail of yours can quote the phrase", "use phrases for outgoing mail only, with own-sender: true")
		default:
			say(FromOnly, "it asks only for what anybody can write", "bind it to the host that connects or to a DKIM signature")
		}
	}
	for _, p := range w.BorderIP {
		if limit := widest(p.Addr().Is6()); p.Bits() < limit {
			say(TooWide, fmt.Sprintf("%s is wider than /%d", p, limit), "name the addresses that really send")
		}
	}
	for _, h := range w.BorderHost {
		if why := wideHost(h); why != "" {
			say(TooWide, why, "name the host, or a part below the domain of its owner")
		}
	}
	for _, p := range w.Phrase {
		out = append(out, common(rule.Name, p)...)
	}
	return out
}

// widest is the shortest prefix that still is somebody's own: a /24 is the smallest network that is routed (RFC 7454 6.1.3), a /48 what
// one site gets (RFC 6177).
func widest(v6 bool) int {
	if v6 {
		return 48
	}
	return 24
}

// bound reports whether a condition asks for something that is proven.
func bound(c rules.Conditions) bool {
	signed := false
	for _, d := range c.DKIM {
		signed = d != "none"
	}
	return signed || len(c.BorderHost) > 0 || len(c.BorderIP) > 0 || c.OwnSender != nil && *c.OwnSender
}

// temporary warns of what a rule that should end lacks.
func temporary(rule rules.Rule) []Refusal {
	var out []Refusal
	if rule.Expires.IsZero() {
		out = append(out, Refusal{Rule: rule.Name, Name: NoExpiry, What: "no end", Reason: "nothing ends this rule", Instead: "--expires DATE"})
	}
	if rule.Ticket == "" {
		out = append(out, Refusal{Rule: rule.Name, Name: NoTicket, What: "no ticket", Reason: "nobody will know why the rule is there", Instead: "--ticket NUMBER"})
	}
	return out
}

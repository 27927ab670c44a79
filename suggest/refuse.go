package suggest

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
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
	PhraseLeaked    = "phrase-leaked" // it stands in known spam
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
	ListedHost      = "listed-host"      // the host is on a blocklist, since it sends spam
)

// RefusalNames lists every name of a refusal or a warning.
var RefusalNames = []string{LooksBad, AskFirst, SeveralAuthors, FromOnly, OwnUnbound, SharedHost, TooWide, PhraseInbound, PhraseCommon, PhraseLeaked, AttackerSlot, TrustedNetworks, NoExpiry, NoTicket, DoesNotYield, BorderUnknown, MissesItself, LetsOutsidersIn, LengthTag, OutboundRelay, CannotExpress, Delimiter, TooLong, UnsafeValue, FloatingAddress, ExpiredRule, TenantUnproven, NotTried, MendSetting, ListedHost}

// refusal returns why the message gets no rule whatever anybody asks for.
func (w *workbench) refusal() *Refusal {
	r, d, opts := w.r, w.d, w.opts
	unsure := d == nil || d.Sure < explain.LikelyAt
	vouched := unsure && w.vouched()
	others, words := suspicion(r), wordPoints(r, vouched)
	switch n := headerSize(r); {
	case d != nil && d.Cause != nil && (d.Cause.Nature == explain.Bad || opts.Verdict == explain.DoNotRelease):
		return &Refusal{Name: LooksBad, What: "any allow rule", Reason: strings.TrimSpace(d.Sentence() + " " + wordsSay(r)),
			Instead: "leave it where it is, report it to the filter's vendor, and see who else got it"}
	case unsure && others > 0 && others+words >= threshold(r):
		return &Refusal{Name: LooksBad, What: "any allow rule", Instead: askIfExpected,
			Reason: strings.TrimSpace(fmt.Sprintf("Text, links and origin alone make %.1f points: it looks like real spam. %s", others+words, wordsSay(r)))}
	case unsure && !opts.Confirmed && taught(r) && !vouched:
		return &Refusal{Name: LooksBad, What: "any allow rule", Instead: askIfExpected,
			Reason: "Nothing proves who sent it, and your own mail taught the classifier what it looks like. " + wordsSay(r)}
	case n > maxHeader:
		return &Refusal{Name: TooLong, What: "any allow rule", Reason: fmt.Sprintf("Its header has %d kB. Servers refuse or cut such a header, each at another place, so that forged copies prove nothing.", n>>10),
			Instead: "ask the sender's postmaster which program writes such a header"}
	}
	return nil
}

// maxHeader bounds the header of which copies are forged, some seventy at a time. Exchange takes 256 kB (MaxHeaderSize), and real ones stay under 100.
const maxHeader = 512 << 10

// headerSize is what the fields that are read take, in bytes.
func headerSize(r *analyze.Report) int {
	n := 0
	for _, f := range r.Input.Message.Fields {
		n += f.Span.Len()
	}
	return n
}

const askIfExpected = "leave it where it is; ask the sender on a known number if you expected it"

// taughtAt is how sure the classifier must be before its word alone refuses a rule, and that for mail nobody vouches for: one in a hundred.
const taughtAt = 0.99

// taught reports whether the classifier is sure of spam, and was mostly taught so by the user: the built-in model is of 2002 and takes plain bills for spam.
func taught(r *analyze.Report) bool {
	v, ok := analyze.ResultOf[*bayes.Verdict](r, checks.Bayes)
	return ok && v.Share < 0.5 && v.Probability() >= taughtAt
}

// wordPoints are the points of the classifier: its probability, and less than what quarantines. Good words count where somebody vouches for the message;
// others stuff spam with them.
func wordPoints(r *analyze.Report, vouched bool) float64 {
	spam, _ := r.Finding("bayes.spam")
	ham, _ := r.Finding("bayes.ham")
	if !vouched {
		ham.Score = 0
	}
	return spam.Score + ham.Score
}

// wordsSay is the calibrated probability in a sentence, with where it was learnt; empty: the words were not judged.
func wordsSay(r *analyze.Report) string {
	v, ok := analyze.ResultOf[*bayes.Verdict](r, checks.Bayes)
	if !ok {
		return ""
	}
	teacher := "the built-in model of 2002 and 2003,"
	if v.Share < 1 {
		teacher = fmt.Sprintf("the classifier, %.0f %% of it taught by your own mail,", 100*(1-v.Share))
	}
	if v.Logit < 0 {
		return fmt.Sprintf("Its words do not show it: they are those of good mail, says %s %s sure.", teacher, checks.Percent(1-v.Probability()))
	}
	return fmt.Sprintf("Its words are those of spam, says %s %s sure.", teacher, checks.Percent(v.Probability()))
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

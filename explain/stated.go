package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/verdict"
)

// Family is what a filter was looking at when it gave points or a verdict. Causes name the families that speak for them.
type Family string

// The families.
const (
	FamilyPTR        Family = "ptr"
	FamilyHELO       Family = "helo"
	FamilyNoAuth     Family = "no-authentication"
	FamilySPF        Family = "spf"
	FamilySPFRecord  Family = "spf-record"
	FamilyDKIM       Family = "dkim"
	FamilyDMARC      Family = "dmarc"
	FamilySpoof      Family = "spoof"
	FamilyList       Family = "blocklist"
	FamilyPolicyList Family = "policy-list"
	FamilyClassifier Family = "classifier"
	FamilyWords      Family = "words"
	FamilyClock      Family = "clock"
	FamilyName       Family = "display-name"
	FamilyBulk       Family = "bulk"
	FamilyOwnEntry   Family = "own-entry"
	FamilyContact    Family = "first-contact"
	FamilyPhishing   Family = "phishing"
	FamilySimilar    Family = "similar-domain"
	FamilyMailbox    Family = "mailbox-rule"
)

// Stated is what our side's filter wrote of its own verdict, as far as causes need it. A field that our side did not provably write says
// nothing. The zero value: the filter wrote nothing that we can read.
type Stated struct {
	Filter    string // "SpamAssassin", "Microsoft", or "your filter" where the user stated the category
	Caught    bool
	Let       bool // an entry of ours let it pass, whatever the filter thought
	Score     float64
	Required  float64
	Tests     []Test
	Families  []Family // that carry the verdict: without one of them the filter would have let the message pass
	Verdict   string   // as written, in short: "SFV:SKB CAT:SPM", "5.1 of 5.0", or the category that the user stated
	Span      eml.Span
	Final     bool // the verdict is about the whole message, so our estimate has nothing to add to it
	Vague     bool // the filter says spam and not why, so what our own checks find weighs more
	Infected  bool // its anti-virus stopped the message
	Fraud     bool // the user read in its log that it took the message for fraud
	FirstMail bool // Microsoft marks the sender as one that never wrote before
}

// Test is one of the filter's rules with its points.
type Test struct {
	Name   string
	Points float64
	Family Family
}

// Carries reports whether one of the families carries the filter's verdict.
func (s Stated) Carries(families []Family) bool { return s.share(families) > 0 }

// share rates how much of the verdict the families carry: 1 for the heaviest family, less for those behind it, 0 for none.
func (s Stated) share(families []Family) float64 {
	i := slices.IndexFunc(s.Families, func(f Family) bool { return slices.Contains(families, f) })
	if i < 0 {
		return 0
	}
	return 1 / float64(1+i)
}

// Named returns the tests of a family.
func (s Stated) Named(f Family) []Test {
	var out []Test
	for _, t := range s.Tests {
		if t.Family == f {
			out = append(out, t)
		}
	}
	return out
}

// categories maps the words of filters' logs, as the user states them, to families.
var categories = map[string][]Family{
	"spam": {FamilyClassifier}, "fraud": {FamilyClassifier, FamilyWords, FamilyPhishing}, "domain-spoofing": {FamilySpoof},
	"bulk": {FamilyBulk}, "policy": {FamilyOwnEntry},
}

// readStated reads the verdict of our side's filter: what the user states of its log, or else what it wrote into the header (checks.Verdicts).
// Of several filters the one counts that caught the message.
func readStated(r *analyze.Report) Stated {
	if c := r.Input.Category; c != "" {
		return Stated{Filter: "your filter", Caught: true, Verdict: c, Families: categories[c], Vague: c == "spam", Infected: c == "virus", Fraud: c == "fraud"}
	}
	all, _ := analyze.ResultOf[[]verdict.Verdict](r, checks.Verdicts)
	var found *verdict.Verdict
	for i, v := range all {
		if v.Counts() && (found == nil || v.Verdict.Caught() && !found.Verdict.Caught()) {
			found = &all[i]
		}
	}
	if found == nil {
		return Stated{}
	}
	s := stated(*found)
	if s.FirstMail = s.FirstMail || len(r.Input.Message.All(firstContactField)) == 1; s.Caught {
		s.reason(*found)
	}
	return s
}

// firstContactField is a mark of Microsoft's that it does not provably take out when the sender writes it. It only ever makes a diagnosis milder
// where nothing speaks against the message, so one copy is believed.
const firstContactField = "X-MS-Exchange-EnableFirstContactSafetyTip"

// wordSpan is the field with the filter's dearest ground, or else its topmost field: a mere name of the program shows nothing.
func wordSpan(v verdict.Verdict) eml.Span {
	best := verdict.Reason{}
	for _, r := range v.Reasons {
		if !r.Span.Empty() && (best.Span.Empty() || r.Points.Value > best.Points.Value) {
			best = r
		}
	}
	for _, f := range v.Fields {
		if !best.Span.Empty() && f.Span.Start <= best.Span.Start && best.Span.Start < f.Span.End {
			return f.Value
		}
	}
	if len(v.Fields) > 0 {
		return v.Fields[0].Value
	}
	return eml.Span{}
}

// stated turns a decoded verdict into what causes ask of it.
func stated(v verdict.Verdict) Stated {
	title, _, _ := strings.Cut(v.Title, " (")
	s := Stated{
		Infected: v.Verdict == verdict.Malware, Filter: title, Caught: v.Verdict.Caught(), Let: v.Verdict == verdict.Allowed, Final: !slices.Contains(engines, v.Filter),
		Score: v.Score.Value, Required: v.Threshold.Value, Verdict: short(v),
	}
	s.Span = wordSpan(v)
	for _, r := range v.Reasons {
		s.FirstMail = s.FirstMail || r.Cause == "first-contact"
		if r.Points.Known && slices.Contains(adding, v.Filter) {
			s.Tests = append(s.Tests, Test{r.Code, r.Points.Value, familyOf(r.Code)})
		}
	}
	return s
}

// short is the verdict as the filter wrote it: its points, or the codes of its grounds.
func short(v verdict.Verdict) string {
	if slices.Contains(adding, v.Filter) && v.Score.Known {
		return fmt.Sprintf("%.1f of %.1f", v.Score.Value, v.Threshold.Value)
	}
	var codes []string
	for _, r := range v.Reasons {
		said := strings.HasPrefix(r.Code, "SFV:") || strings.HasPrefix(r.Code, "CAT:") || v.Filter != "microsoft"
		if said && len(codes) < 2 && len(r.Code) <= maxCode && strings.Trim(r.Code, codeLetters) == "" && !slices.Contains(codes, r.Code) {
			codes = append(codes, r.Code)
		}
	}
	return strings.Join(codes, " ")
}

// What a code may look like to be repeated.
const (
	maxCode     = 40
	codeLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.+-="
)

// adding are the filters whose score is the sum of what their tests gave.
var adding = []string{"spamassassin", "rspamd", "stalwart", "barracuda"}

// engines add up points and leave it to others what becomes of the message, so their "no spam" is not the last word.
var engines = []string{"spamassassin", "rspamd", "stalwart", "exim"}

// reason finds what carries the verdict: by the filter's own points where it has some, else by its word and the grounds that it gives.
func (s *Stated) reason(v verdict.Verdict) {
	if v.Threshold.Known && len(s.Tests) > 0 {
		s.carry()
		return
	}
	for _, r := range v.Reasons {
		if f, ok := causeFamilies[r.Cause]; ok && !slices.Contains(s.Families, f) {
			s.Families = append(s.Families, f)
		}
	}
	if v.Verdict == verdict.Spam && s.FirstMail && !slices.Contains(s.Families, FamilyContact) {
		s.Families = append([]Family{FamilyContact}, s.Families...)
	}
	s.Vague = v.Verdict == verdict.Spam && len(s.Families) == 0
	for _, f := range wordFamilies[v.Verdict] {
		if !slices.Contains(s.Families, f) && !slices.Contains(s.Families, FamilyMailbox) {
			s.Families = append(s.Families, f)
		}
	}
}

// causeFamilies sorts the grounds that decoders name. A bare "spam" names the classifier and says nothing, so that one is left to the word.
var causeFamilies = map[string]Family{
	"own-mailbox-rule": FamilyMailbox, "own-block-entry": FamilyOwnEntry, "bulk-level": FamilyBulk, "first-contact": FamilyContact,
	"lookalike-domain": FamilySimilar, "similar-domain-honest": FamilySimilar, "display-name-colleague": FamilyName, "listed-address": FamilyList,
	"heuristic-ordinary-words": FamilyWords, "sender-without-authentication": FamilyNoAuth,
}

// wordFamilies are what a filter's word is about where it gives no ground.
var wordFamilies = map[verdict.Word][]Family{
	verdict.Bulk: {FamilyBulk}, verdict.Policy: {FamilyOwnEntry}, verdict.Blocked: {FamilyOwnEntry}, verdict.Spam: {FamilyClassifier},
	verdict.Spoof: {FamilyDMARC, FamilySpoof, FamilySPF, FamilyDKIM}, verdict.Phishing: {FamilyPhishing, FamilyWords},
}

// carry finds the families without whose points the score would have stayed below what is required: a what-if on the filter's own scale.
func (s *Stated) carry() {
	if !s.Caught {
		return
	}
	sum, all := map[Family]float64{}, 0.0
	for _, t := range s.Tests {
		if t.Points > 0 {
			sum[t.Family] += t.Points
			all += t.Points
		}
	}
	for f, points := range sum {
		if s.Score-points < s.Required && points >= all*minShare {
			s.Families = append(s.Families, f)
		}
	}
	slices.SortFunc(s.Families, func(a, b Family) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
}

// minShare keeps out what only filled up the last tenth of a point: a fifth of all points is the least that anybody would call the reason.
const minShare = 0.2

// families maps words of test names to what the test looks at; the first that fits counts, so the more precise stand first.
var families = []struct {
	words  []string
	family Family
}{
	{[]string{"SPOOF", "SPOOFED", "FORGED", "SELF"}, FamilySpoof}, {[]string{"RDNS"}, FamilyPTR}, {[]string{"HELO"}, FamilyHELO},
	{[]string{"LAZY"}, FamilyNoAuth}, {[]string{"DMARC"}, FamilyDMARC}, {[]string{"DKIM"}, FamilyDKIM}, {[]string{"PERMERROR"}, FamilySPFRecord},
	{[]string{"SPF"}, FamilySPF}, {[]string{"PBL", "DUL", "DYNA", "DYNABLOCK"}, FamilyPolicyList},
	{[]string{"RCVD", "RBL", "DNSBL", "ZEN", "SBL", "XBL", "SPAMCOP", "URIBL", "SURBL", "DBL", "BLOCKED", "BRBL", "PSBL", "MSPIKE"}, FamilyList},
	{[]string{"BAYES"}, FamilyClassifier}, {[]string{"DATE"}, FamilyClock}, {[]string{"NAME", "IMPERSONATION", "STAFF", "VIP", "CEO"}, FamilyName},
}

// familyOf sorts a test by its name. Whatever names none of the known subjects looks at the text.
func familyOf(name string) Family {
	words := strings.Split(strings.ToUpper(name), "_")
	for _, f := range families {
		if slices.ContainsFunc(f.words, func(w string) bool { return slices.Contains(words, w) }) {
			return f.family
		}
	}
	return FamilyWords
}

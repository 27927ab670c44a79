package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
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
	Filter    string // "SpamAssassin", "Microsoft 365", or "the filter's log" where the user stated the category
	Caught    bool
	Let       bool // an entry of ours let it pass, whatever the filter thought
	Score     float64
	Required  float64
	Tests     []Test
	Families  []Family // that carry the verdict: without one of them the filter would have let the message pass
	Verdict   string   // as written, in short: "SFV:SKB CAT:SPM"
	Span      eml.Span
	Vague     bool // the filter says spam and not why, so what our own checks find weighs more
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

// Final reports whether the filter's verdict is about the whole message, so that our estimate has nothing to add to it.
func (s Stated) Final() bool { return s.Filter == microsoft365 }

const microsoft365 = "Microsoft 365"

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

// readStated reads the verdict of our side's filter: what the user states of its log, or else what it wrote into the header.
func readStated(r *analyze.Report) Stated {
	if c := r.Input.Category; c != "" {
		return Stated{Filter: "the filter's log", Caught: true, Verdict: c, Families: categories[c], Vague: c == "spam"}
	}
	m, t := r.Input.Message, r.Input.Trace
	ours := func(name string) (eml.Field, bool) {
		for _, f := range m.All(name) {
			if t.Belief(m, f).Who == trace.Ours {
				return f, true
			}
		}
		return eml.Field{}, false
	}
	if f, ok := ours("X-Spam-Status"); ok {
		if s, ok := spamAssassin(m.Unfold(f)); ok {
			s.Span = f.Value
			return s
		}
	}
	if f, ok := ours("X-Forefront-Antispam-Report"); ok {
		_, first := ours("X-MS-Exchange-EnableFirstContactSafetyTip")
		s := microsoft(m.Unfold(f))
		if d, ok := ours("X-Microsoft-Antispam-Mailbox-Delivery"); ok && !s.Caught && !s.Let && strings.Contains(m.Unfold(d), "dest:J") {
			s.Caught, s.Families, f = true, []Family{FamilyMailbox}, d
		}
		s.Span, s.FirstMail = f.Value, first || len(m.All("X-MS-Exchange-EnableFirstContactSafetyTip")) == 1
		if s.Caught && s.FirstMail && len(s.Families) == 1 && s.Families[0] == FamilyClassifier {
			s.Families, s.Vague = append([]Family{FamilyContact}, s.Families...), false
		}
		return s
	}
	return Stated{}
}

// spamAssassin reads X-Spam-Status: "Yes, score=5.1 required=5.0 tests=RDNS_NONE=4.3,BAYES_50=0.8 autolearn=no".
func spamAssassin(text string) (Stated, bool) {
	s := Stated{Filter: "SpamAssassin"}
	var ok bool
	if s.Score, ok = number(text, "score="); !ok {
		return s, false
	}
	s.Required, _ = number(text, "required=")
	s.Caught = strings.HasPrefix(strings.ToLower(strings.TrimSpace(text)), "yes")
	_, list, _ := strings.Cut(text, "tests=")
	if i := strings.Index(list, "autolearn="); i >= 0 {
		list = list[:i]
	}
	for part := range strings.SplitSeq(list, ",") {
		name, points, _ := strings.Cut(strings.TrimSpace(part), "=")
		p, err := strconv.ParseFloat(strings.TrimSpace(points), 64)
		if err != nil || name == "" || len(s.Tests) == maxTests {
			continue
		}
		s.Tests = append(s.Tests, Test{name, p, familyOf(name)})
	}
	s.Verdict = "score " + strconv.FormatFloat(s.Score, 'f', 1, 64) + " of " + strconv.FormatFloat(s.Required, 'f', 1, 64)
	s.carry()
	return s, true
}

// maxTests bounds the tests read: a real status names a few dozen.
const maxTests = 200

func number(text, key string) (float64, bool) {
	_, rest, ok := strings.Cut(text, key)
	if !ok {
		return 0, false
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r != '-' && r != '.' && (r < '0' || r > '9') })
	if end >= 0 {
		rest = rest[:end]
	}
	n, err := strconv.ParseFloat(rest, 64)
	return n, err == nil
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

// microsoft reads X-Forefront-Antispam-Report: pairs "KEY:value;". SFV says how the message was treated, CAT why.
func microsoft(text string) Stated {
	tags := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		if k, v, ok := strings.Cut(strings.TrimSpace(part), ":"); ok && len(tags) < maxTests {
			tags[strings.ToUpper(k)] = strings.ToUpper(strings.TrimSpace(v))
		}
	}
	s := Stated{Filter: microsoft365, Verdict: "SFV:" + tags["SFV"] + " CAT:" + tags["CAT"]}
	s.Score, _ = strconv.ParseFloat(tags["SCL"], 64)
	switch tags["SFV"] {
	case "SFE", "SKA", "SKN":
		s.Let = true
	case "BLK", "SKB", "SKS":
		s.Caught, s.Families = true, []Family{FamilyOwnEntry}
	case "SPM":
		s.Caught, s.Families = true, microsoftCategory(tags["CAT"], tags["SRV"])
		s.Vague = s.Carries([]Family{FamilyClassifier})
	}
	return s
}

func microsoftCategory(cat, srv string) []Family {
	switch {
	case cat == "BULK" || srv == "BULK":
		return []Family{FamilyBulk}
	case cat == "SPOOF" || cat == "INTOS":
		return []Family{FamilyDMARC, FamilySpoof, FamilySPF, FamilyDKIM}
	case cat == "DIMP":
		return []Family{FamilySimilar}
	case strings.HasSuffix(cat, "IMP"):
		return []Family{FamilyName}
	case cat == "PHSH" || cat == "HPHSH" || cat == "HPHISH":
		return []Family{FamilyPhishing, FamilyWords}
	}
	return []Family{FamilyClassifier}
}

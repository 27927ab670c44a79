package verdict

import (
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/policy"
)

func TestReadLog(t *testing.T) {
	for _, c := range []struct {
		name, text, filter, category string
		word                         Word
	}{
		{"Essentials", "Envelope Sender: a@example.net\nSubject: fraud prevention week\nStatus: Quarantined\nClassification: Domain Spoofing\nThreat Level: High", "proofpoint-essentials", "domain-spoofing", Spoof},
		{"Essentials, in columns", "Classification\tFraud\nConfidence Level\tVery high\n", "proofpoint-essentials", "fraud", Phishing},
		{"Essentials, value under its heading", "Classification\nSpam\nTriggering Filter\n-\n", "proofpoint-essentials", "spam", Spam},
		{"Essentials, a filter", "Classification: Filtered: Quarantine\nTriggering Filter: No invoices", "proofpoint-essentials", "policy", Policy},
		{"Essentials, allowed", "Classification: Filtered: Allow\nTriggering Filter: web-form", "proofpoint-essentials", "", Allowed},
		{"Essentials, clean", "Classification: Clean\nSubject: phishing training", "proofpoint-essentials", "", NotSpam},
		{"Essentials, bulk", "Category: Bulk", "proofpoint-essentials", "bulk", Bulk},
		{"Essentials, virus", "Classification: Virus", "proofpoint-essentials", "virus", Malware},
		{"trace, spam", "S:SFA=SUM|SFV=SPM|IPV=NLI|SRV=|SFS=123|SCL=5|SCORE=-1|LIST=0|DI=SQ|RD=mail.example.net|H=mail.example.net|CIP=192.0.2.7|SFP=1501|ASF=0|CTRY=US|", "microsoft", "spam", Spam},
		{"trace, bulk", "S:SFA=SUM|SFV=SPM|IPV=NLI|SRV=BULK|SCL=6|DI=SJ|", "microsoft", "bulk", Bulk},
		{"trace, block list", "S:SFA=SUM|SFV=SKB|SCL=9|DI=SQ|", "microsoft", "policy", Blocked},
		{"trace, clean", "S:SFA=SUM|SFV=NSPM|SCL=1|DI=SN|", "microsoft", "", NotSpam},
		{"trace, malware", "S:AMA=EV|engine=M|v=1|sig=Trojan:Win32/Example|file=a.doc;S:SFA=SUM|SFV=NSPM|", "microsoft", "virus", Malware},
		{"trace, rule", "S:TRA=ETR|ruleId=ed5a1bb7-0000|st=2026-03-03|action=Quarantine;S:SFA=SUM|SFV=SKS|SCL=9|", "microsoft", "policy", Policy},
		{"Microsoft's quarantine", "Quarantine reason: High confidence phishing\nPolicy type: Anti-spam policy", "microsoft", "fraud", Phishing},
		{"Microsoft's quarantine, rule", "Quarantine reason: Transport rule", "microsoft", "policy", Policy},
		{"Mimecast, impersonation", "Held Reason: Impersonation Attempt\nDefinition: Default Impersonation Protect", "mimecast", "fraud", Phishing},
		{"Mimecast, anti-spoofing", "Hold Reason: Anti-Spoofing policy", "mimecast", "domain-spoofing", Spoof},
		{"Mimecast, words", "Held Reason: Content Examination - Finance", "mimecast", "policy", Policy},
		{"Mimecast, spam", "Hold Reason: Spam Signature Policy", "mimecast", "spam", Spam},
		{"a few words", "Quarantined (Fraud)", "", "fraud", Phishing},
		{"a few words, no", "not spam", "", "", NotSpam},
		{"part of a word", "spammer ultrabulky", "", "", Unknown},
		{"the subject alone", "Subject: you won a virus\nStatus: Delivered", "", "", Unknown},
		{"an unknown word", "Classification: Zebra", "proofpoint-essentials", "", Unknown},
		{"nothing", "", "", "", Unknown},
	} {
		got := ReadLog(c.text)
		if got.Filter != c.filter || got.Category != c.category || got.Verdict != c.word {
			t.Errorf("%s: got %s %q %s, want %s %q %s", c.name, got.Filter, got.Category, got.Verdict, c.filter, c.category, c.word)
		}
		if c.word != Unknown && len(got.Reasons) == 0 {
			t.Errorf("%s: no reason", c.name)
		}
	}
}

// TestPhrases: every category is one that the policy knows, and every cause exists.
func TestPhrases(t *testing.T) {
	causes := causeNames(t)
	for _, p := range phrases {
		if p.category != "" && !slices.Contains(policy.Categories, p.category) {
			t.Errorf("%s: category %q", p.text, p.category)
		}
		if p.cause != "" && !causes[p.cause] {
			t.Errorf("%s: cause %q", p.text, p.cause)
		}
		if p.text != strings.ToLower(p.text) || (p.category == "") == p.word.Caught() {
			t.Errorf("%s: %q %s", p.text, p.category, p.word)
		}
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add("Classification: Spam\nSubject: x")
	f.Add("S:SFA=SUM|SFV=SPM|SRV=BULK|DI=SQ|;S:TRA=ETR|ruleId=1|S:AMA=EV|sig=x")
	f.Add("Held Reason\nImpersonation")
	f.Fuzz(func(t *testing.T, text string) {
		l := ReadLog(text)
		if len(l.Reasons) > maxReasons || l.Category != "" && !l.Verdict.Caught() {
			t.Fatalf("%+v", l)
		}
	})
}

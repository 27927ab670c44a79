package imports

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Each format with entries that can be said, that cannot, and that are none. What is expected is the rule file, and the notes.
func TestRead(t *testing.T) {
	tests := []struct {
		format *Format
		o      Options
		text   string
		want   string
		notes  []string
	}{
		{spamAssassin, Options{}, `# local.cf
required_score 5
welcomelist_from_rcvd forms@widget.com someformservice.com
whitelist_from_rcvd *@example.net [203.0.113.0/24]
welcomelist_from *@example.org Jane@Example.NET # friends
welcomelist_from_dkim news@example.net
welcomelist_auth boss@example.net
blacklist_from *@*.spam.example
welcomelist_from *.ex?mple.org
unwelcomelist_from x@example.net
`, `rules:
  - {name: forms-widget-com, when: {sender: forms@widget.com, border-host: [someformservice.com, .someformservice.com]}, action: allow, filter: spamassassin}
  - {name: example-net, when: {sender: "@example.net", border-ip: 203.0.113.0/24}, action: allow, filter: spamassassin}
  - {name: example-org, when: {sender: "@example.org"}, action: allow, filter: spamassassin}
  - {name: jane-example-net, when: {sender: Jane@example.net}, action: allow, filter: spamassassin}
  - {name: news-example-net, when: {sender: news@example.net, dkim: [example.net, .example.net]}, action: allow, filter: spamassassin}
  - {name: boss-example-net, when: {sender: boss@example.net}, action: allow, filter: spamassassin, unsupported: SPF or DKIM passes for the sender}
  - {name: spam-example, when: {sender: "*@*.spam.example"}, action: block, filter: spamassassin}
  - {name: ex-mple-org, action: allow, filter: spamassassin, unsupported: "sender *.ex?mple.org"}
`, []string{"unwelcomelist_from"}},
		{rspamdMap, Options{Type: "border-host"}, "/^mail\\.example\\.net$/i # ticket 4711\n/\\.pool\\.example\\.net$/\nmx.example.org\n/^a.*b$/\n", `rules:
  - {name: mail-example-net-i, when: {border-host: mail.example.net}, action: allow, filter: rspamd, reason: ticket 4711}
  - {name: pool-example-net, when: {border-host: .pool.example.net}, action: allow, filter: rspamd}
  - {name: mx-example-org, when: {border-host: mx.example.org}, action: allow, filter: rspamd}
  - {name: a-b, action: allow, filter: rspamd, unsupported: "border-host matches /^a.*b$/"}
`, nil},
		{rspamdMap, Options{Action: rules.Block}, "203.0.113.0/28\njane@example.net\nexample.net 5.0\n", `rules:
  - {name: 203-0-113-0-28, when: {border-ip: 203.0.113.0/28}, action: block, filter: rspamd}
  - {name: jane-example-net, when: {sender: jane@example.net}, action: block, filter: rspamd}
  - {name: example-net, when: {sender: "@example.net"}, action: block, filter: rspamd, unsupported: value 5.0}
`, nil},
		{postfixAccess, Options{}, "mail.example.net OK\n203.0.113 REJECT\n  too much spam\n198.51.100.7\tpermit\njane@example.net 550 no\nexample.org DUNNO\nexample.com FILTER smtp:x\nif /x/\n", `rules:
  - {name: mail-example-net, when: {border-host: [mail.example.net, .mail.example.net]}, action: allow, filter: postfix}
  - {name: 203-0-113, when: {border-ip: 203.0.113.0/24}, action: block, filter: postfix}
  - {name: 198-51-100-7, when: {border-ip: 198.51.100.7}, action: allow, filter: postfix}
  - {name: jane-example-net, when: {mail-from: jane@example.net}, action: block, filter: postfix}
  - {name: example-com, when: {border-host: [example.com, .example.com]}, action: allow, filter: postfix, unsupported: "action FILTER smtp:x"}
`, []string{"DUNNO", "not followed"}},
		{postfixAccess, Options{Type: "sender"}, "example.net OK\n.example.org OK\n<> OK\n", `rules:
  - {name: example-net, when: {mail-from: ["@example.net", "*@*.example.net"]}, action: allow, filter: postfix}
  - {name: example-org, when: {mail-from: "*@*.example.org"}, action: allow, filter: postfix}
  - {name: rule, when: {mail-from: "<>"}, action: allow, filter: postfix}
`, nil},
		{essentialsList, Options{}, "Sender  Added\njane@example.net\t2024-01-02\texample.org\n*@example.com 203.0.113.*\n*.example.edu\n", `rules:
  - {name: jane-example-net, when: {sender: jane@example.net}, action: allow, filter: proofpoint-essentials}
  - {name: example-org, when: {sender: "@example.org"}, action: allow, filter: proofpoint-essentials}
  - {name: example-com, when: {sender: "@example.com"}, action: allow, filter: proofpoint-essentials}
  - {name: 203-0-113, when: {border-ip: 203.0.113.0/24}, action: allow, filter: proofpoint-essentials}
  - {name: example-edu, when: {sender: "*@*.example.edu"}, action: allow, filter: proofpoint-essentials}
`, []string{"Sender  Added"}},
		{exchangeRules, Options{}, `[
 {"Name": "Second", "Priority": 1, "State": "Enabled", "SenderDomainIs": ["example.org"], "SetSCL": "6", "AttachmentSizeOver": "1 MB (1,048,576 bytes)", "HasNoClassification": false},
 {"Name": "Partner form", "Priority": 0, "State": "Enabled", "From": ["a@example.net"], "SenderIpRanges": {"value": ["203.0.113.10"], "Count": 1}, "SentTo": [{"Address": "sales@widget.com"}],
  "ExceptIfSubjectContainsWords": ["invoice"], "FromScope": "NotInOrganization", "SetSCL": "-1", "StopRuleProcessing": true, "ExpiryDate": "/Date(1811203200000)/", "Comments": "ticket\n4711"},
 {"Name": "Off", "State": "Disabled", "SetSCL": "-1"},
 {"Name": "Disclaimer", "Priority": 2, "State": "Enabled", "FromAddressMatchesPatterns": ["^b@example\\.net$", "example"], "ApplyHtmlDisclaimerText": "x"}]`, `rules:
  - {name: partner-form, direction: inbound, when: {sender: a@example.net, recipient: sales@widget.com, border-ip: 203.0.113.10}, unless: {subject: invoice}, action: allow, stop: true, filter: exchange-online, skips: spam-score, reason: ticket 4711, expires: 2027-05-25}
  - {name: second, when: {sender: ["@example.org", "*@*.example.org"]}, action: quarantine, filter: exchange-online, unsupported: "AttachmentSizeOver 1 MB (1,048,576 bytes)"}
  - {name: disclaimer, when: {sender: b@example.net}, action: allow, filter: exchange-online, unsupported: [an action that is not about spam, FromAddressMatchesPatterns example]}
`, []string{"Off is switched off"}},
		{exchangeSpoof, Options{}, `{"SpoofedUser": "forms@widget.com", "SendingInfrastructure": "someformservice.com", "SpoofType": "Internal", "Action": "Allow"}`, `rules:
  - {name: forms-widget-com-someformservi, direction: inbound, when: {sender: forms@widget.com, border-host: [someformservice.com, .someformservice.com]}, action: allow, filter: exchange-online}
`, nil},
		{exchangeSpoof, Options{}, `no json`, "rules: []\n", []string{"not JSON"}},
	}
	for _, tt := range tests {
		got := tt.format.Read([]byte(tt.text), tt.o)
		want, err := rules.Parse("want", []byte(tt.want))
		if err != nil {
			t.Fatalf("%s: %v", tt.format.Name, err)
		}
		if diff := cmp.Diff(string(rules.Marshal(want)), string(rules.Marshal(got.Rules))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.format.Name, diff)
		}
		for i, n := range tt.notes {
			if i >= len(got.Notes) || !strings.Contains(got.Notes[i].Text, n) {
				t.Errorf("%s: notes %v, want %v", tt.format.Name, got.Notes, tt.notes)
				break
			}
		}
		if len(got.Notes) != len(tt.notes) {
			t.Errorf("%s: notes %v, want %v", tt.format.Name, got.Notes, tt.notes)
		}
	}
}

// Windows PowerShell writes UTF-16 with a mark; what is read is the same.
func TestUTF16(t *testing.T) {
	text := `[{"Name": "Grüße", "SetSCL": "-1", "From": "a@example.net"}]`
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	if diff := cmp.Diff(exchangeRules.Read([]byte(text), Options{}), exchangeRules.Read(b, Options{})); diff != "" {
		t.Error(diff)
	}
}

// Names stay short and apart, however many entries look alike.
func TestNames(t *testing.T) {
	got := rspamdMap.Read([]byte(strings.Repeat("somebody.with.a.long.name@a-very-long-domain.example\n", 12345)), Options{})
	seen := map[string]bool{}
	for _, r := range got.Rules {
		if len(r.Name) > longestName || seen[r.Name] {
			t.Fatalf("%q is too long or taken", r.Name)
		}
		seen[r.Name] = true
	}
}

// Whatever is read: what comes out is a rule file.
func FuzzRead(f *testing.F) {
	f.Add([]byte("welcomelist_from_rcvd a@b c\n203.0.113. OK\n/^a$/ 1 # x\n"))
	f.Add([]byte(`[{"Name": "x", "From": ["a"], "SetSCL": -1, "HeaderMatchesMessageHeader": "a b", "HeaderMatchesPatterns": "("}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range All() {
			for _, typ := range append([]string{""}, format.Types...) {
				got := format.Read(data, Options{Type: typ})
				if _, err := rules.Parse("out", rules.Marshal(got.Rules)); err != nil {
					t.Fatalf("%s %s: %v\n%s", format.Name, typ, err, rules.Marshal(got.Rules))
				}
			}
		}
	})
}

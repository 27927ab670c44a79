package rules

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fpcheck/fpcheck/fixtures"
)

var today = time.Date(2026, 5, 25, 12, 0, 0, 0, time.UTC)

// facts are those of a web form.
func facts() Facts {
	return Facts{
		From: []string{"forms@widget.com"}, HeaderFroms: 1,
		MailFrom:   Fact{Value: "bounce@someformservice.com", Known: Yes},
		BorderIP:   Fact{Value: "203.0.113.10", Known: Yes},
		IP:         netip.MustParseAddr("203.0.113.10"),
		BorderHost: Fact{Value: "webhoster.someformservice.com", Known: Yes},
		Rcpt:       []Fact{{Value: "sales@widget.com", Known: Yes}},
		DKIM:       []Signer{{Domain: "someformservice.com", Status: "pass"}, {Domain: "widget.com", Status: "fail", Aligned: true}},
		DKIMKnown:  Yes,
		OwnSender:  Fact{Known: No},
		Direction:  Inbound,
		Header: func(name string) []string {
			if strings.EqualFold(name, "X-Form-Token") {
				return []string{"s3cret"}
			}
			return nil
		},
		Subject: "Information  request",
		Body:    func() (string, Known) { return "Cogito\nErgo   Sum (I think)", Yes },
		Tenant:  Fact{Known: Maybe, Why: "no such field"},
		Today:   today,
	}
}

func parseOne(t testing.TB, text string) Rule {
	t.Helper()
	rs, err := Parse("rules.yaml", []byte("rules:\n  - {name: r, action: allow, "+text+"}\n"))
	if err != nil || len(rs) != 1 {
		t.Fatalf("%s: %v", text, err)
	}
	return rs[0]
}

// Each condition where it holds, its near twin where it does not, and where it is not known.
func TestMatch(t *testing.T) {
	tests := []struct {
		rule   string
		change func(*Facts)
		want   Known
		cond   string
	}{
		{"when: {sender: FORMS@Widget.COM}", nil, Yes, ""},
		{"when: {sender: form@widget.com}", nil, No, "sender"},
		{"when: {sender: '@widget.com'}", nil, Yes, ""},
		{"when: {sender: '*@widget.com'}", nil, Yes, ""},
		{"when: {sender: '@idget.com'}", nil, No, "sender"},
		{"when: {sender: '*@*.widget.com'}", nil, No, "sender"},
		{"when: {sender: '@widget.com'}", func(f *Facts) { f.From = []string{"a@www.widget.com"} }, No, "sender"},
		{"when: {sender: '*@*.widget.com'}", func(f *Facts) { f.From = []string{"a@www.widget.com"} }, Yes, ""},
		{"when: {sender: '*@*.widget.com'}", func(f *Facts) { f.From = []string{"a@evilwidget.com"} }, No, "sender"},
		{"when: {sender: [a@example.com, forms@widget.com]}", nil, Yes, ""},
		{"when: {sender: forms@widget.com}", func(f *Facts) { f.From = append(f.From, "x@example.com") }, No, "sender"},
		{"when: {sender: forms@widget.com}", func(f *Facts) { f.HeaderFroms = 2 }, No, "sender"},
		{"when: {sender: forms@widget.com}", func(f *Facts) { f.From = nil }, No, "sender"},
		{"when: {mail-from: '@someformservice.com'}", nil, Yes, ""},
		{"when: {mail-from: '<>'}", nil, No, "mail-from"},
		{"when: {mail-from: '<>'}", func(f *Facts) { f.MailFrom.Value = "<>" }, Yes, ""},
		{"when: {mail-from: '@someformservice.com'}", func(f *Facts) { f.MailFrom.Known = Maybe }, Maybe, "mail-from"},
		{"when: {recipient: sales@widget.com}", nil, Yes, ""},
		{"when: {recipient: ceo@widget.com}", nil, No, "recipient"},
		{"when: {recipient: ceo@widget.com}", func(f *Facts) { f.Rcpt = append(f.Rcpt, Fact{}) }, Maybe, "recipient"},
		{"when: {recipient: sales@widget.com}", func(f *Facts) { f.Rcpt = nil }, Maybe, "recipient"},
		{"when: {border-host: webhoster.someformservice.com}", nil, Yes, ""},
		{"when: {border-host: .someformservice.com}", nil, Yes, ""},
		{"when: {border-host: .formservice.com}", nil, No, "border-host"},
		{"when: {border-host: someformservice.com}", nil, No, "border-host"},
		{"when: {border-host: .someformservice.com}", func(f *Facts) { f.BorderHost = Fact{Known: No} }, No, "border-host"},
		{"when: {border-host: .someformservice.com}", func(f *Facts) { f.BorderHost = Fact{} }, Maybe, "border-host"},
		{"when: {border-ip: 203.0.113.10}", nil, Yes, ""},
		{"when: {border-ip: 203.0.113.1}", nil, No, "border-ip"},
		{"when: {border-ip: 203.0.113.0/28}", nil, Yes, ""},
		{"when: {border-ip: 203.0.113.0/28}", func(f *Facts) { f.IP = netip.MustParseAddr("::ffff:203.0.113.10") }, Yes, ""},
		{"when: {border-ip: 203.0.113.0/28}", func(f *Facts) { f.BorderIP.Known = Maybe }, Maybe, "border-ip"},
		{"when: {dkim: someformservice.com}", nil, Yes, ""},
		{"when: {dkim: widget.com}", nil, No, "dkim"},
		{"when: {dkim: aligned}", nil, No, "dkim"},
		{"when: {dkim: aligned}", func(f *Facts) { f.DKIM[1].Status = "pass" }, Yes, ""},
		{"when: {dkim: widget.com}", func(f *Facts) { f.DKIM[1].Status = "unknown" }, Maybe, "dkim"},
		{"when: {dkim: none}", nil, No, "dkim"},
		{"when: {dkim: none}", func(f *Facts) { f.DKIM = f.DKIM[1:] }, Yes, ""},
		{"when: {dkim: none}", func(f *Facts) { f.DKIM, f.DKIMKnown = nil, Maybe }, Maybe, "dkim"},
		{"when: {own-sender: no}", nil, Yes, ""},
		{"when: {own-sender: yes}", nil, No, "own-sender"},
		{"when: {own-sender: no}", func(f *Facts) { f.OwnSender = Fact{} }, Maybe, "own-sender"},
		{"when: {header: {name: x-form-token, contains: S3CRET}}", nil, Yes, ""},
		{"when: {header: {name: x-form-token, contains: secret}}", nil, No, "header"},
		{"when: {header: {name: X-Form-Token, matches: '^s[0-9]cret$'}}", nil, Yes, ""},
		{"when: {header: {name: X-Form-Token, matches: '^S3CRET$'}}", nil, No, "header"},
		{"when: {header: [{name: X-Form-Token, contains: s3}, {name: X-Form-Token, contains: zz}]}", nil, No, "header"},
		{"when: {header: {name: X-Form-Token, contains: s3}}", func(f *Facts) { f.Header = nil }, Maybe, "header"},
		{"when: {subject: information request}", nil, Yes, ""},
		{"when: {subject: information requests}", nil, No, "subject"},
		{"when: {phrase: cogito ergo sum}", nil, Yes, ""},
		{"when: {phrase: cogito sum}", nil, No, "phrase"},
		{"when: {phrase: cogito sum}", func(f *Facts) { f.Body = nil }, Maybe, "phrase"},
		{"when: {tenant-as-written: abc}", nil, Maybe, "tenant-as-written"},
		{"when: {tenant-as-written: abc}", func(f *Facts) { f.Tenant = Fact{Value: "ABC", Known: Yes} }, Yes, ""},
		{"when: {sender: forms@widget.com}, unless: {dkim: none}", nil, Yes, ""},
		{"when: {sender: forms@widget.com}, unless: {dkim: none}", func(f *Facts) { f.DKIM = nil }, No, "unless dkim"},
		{"when: {sender: forms@widget.com}, unless: {dkim: none}", func(f *Facts) { f.DKIM, f.DKIMKnown = nil, Maybe }, Maybe, "unless dkim"},
		{"when: {sender: forms@widget.com}, unless: {dkim: none, subject: request}", nil, No, "unless subject"},
		{"direction: inbound, when: {sender: forms@widget.com}", nil, Yes, ""},
		{"direction: outbound, when: {sender: forms@widget.com}", nil, No, "direction"},
		{"direction: inbound, when: {sender: forms@widget.com}", func(f *Facts) { f.Direction = DirectionUnknown }, Maybe, "direction"},
		{"expires: 2026-05-26, when: {sender: forms@widget.com}", nil, Yes, ""},
		{"expires: 2026-05-25, when: {sender: forms@widget.com}", nil, No, "expires"},
		{"expires: 2026-05-26, when: {sender: forms@widget.com}", func(f *Facts) { f.Today = time.Time{} }, Maybe, "expires"},
		{"scope: 'user: sales@widget.com', when: {sender: forms@widget.com}", nil, Yes, ""},
		{"scope: {user: ceo@widget.com}, when: {sender: forms@widget.com}", nil, No, "scope"},
		{"scope: 'group: Sales', when: {sender: forms@widget.com}", nil, Maybe, "scope"},
		{"scope: 'group: Sales', when: {sender: forms@widget.com}", func(f *Facts) { f.Groups = map[string][]string{"Sales": {"sales@widget.com"}} }, Yes, ""},
		{"unsupported: [size > 1 MB], when: {sender: forms@widget.com}", nil, Maybe, "unsupported"},
		{"when: {border-host: .example.org, recipient: ceo@widget.com}", func(f *Facts) { f.BorderHost = Fact{} }, No, "recipient"},
	}
	for _, tt := range tests {
		f := facts()
		if tt.change != nil {
			tt.change(&f)
		}
		got := parseOne(t, tt.rule).Match(f)
		if got.Result != tt.want || got.Condition != tt.cond || got.Why == "" {
			t.Errorf("%s: %d by %q (%s), want %d by %q", tt.rule, got.Result, got.Condition, got.Why, tt.want, tt.cond)
		}
	}
	if (Rule{Action: Allow}).Matches(facts()) {
		t.Error("a rule without a condition matched")
	}
}

// A phrase that could stand behind what is read is unknown; one in front of it is found.
func TestLongText(t *testing.T) {
	f := facts()
	f.Body = func() (string, Known) { return "front " + strings.Repeat("x", MaxText) + " back", Yes }
	f = f.Ready()
	for phrase, want := range map[string]Known{"front": Yes, "back": Maybe} {
		if got := parseOne(t, "when: {phrase: "+phrase+"}").Match(f); got.Result != want {
			t.Errorf("%s: %d, want %d", phrase, got.Result, want)
		}
	}
}

// Files in fixtures/rules/ok are read without a word and come back from Marshal as they were; those in err say what stands in
// the .want file beside them.
func TestFiles(t *testing.T) {
	ok, _ := filepath.Glob(fixtures.Path("rules", "ok", "*.yaml"))
	bad, _ := filepath.Glob(fixtures.Path("rules", "err", "*.yaml"))
	if len(ok) == 0 || len(bad) == 0 {
		t.Fatal("no fixtures")
	}
	for _, file := range ok {
		rs := readFile(t, file)
		again, err := Parse("again.yaml", Marshal(rs))
		if err != nil {
			t.Errorf("%s: %v\n%s", file, err, Marshal(rs))
		}
		if diff := cmp.Diff(rs, again, cmpopts.IgnoreFields(Rule{}, "File", "Line", "LastLine"), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
			t.Errorf("%s: changed by Marshal: %s", file, diff)
		}
	}
	for _, file := range bad {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(file, ".yaml") + ".want")
		if err != nil {
			t.Fatal(err)
		}
		_, perr := Parse(filepath.Base(file), data)
		if diff := cmp.Diff(strings.TrimSpace(string(want)), fmt.Sprint(perr)); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
	}
}

func readFile(t testing.TB, file string) []Rule {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := Parse(filepath.Base(file), data)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return rs
}

func TestLines(t *testing.T) {
	rs, err := Parse("r.yaml", []byte("rules:\n  - name: a\n    when: {dkim: none}\n    action: allow\n\n  - when: {dkim: none}\n    name: b\n    action: block\n"))
	if err != nil {
		t.Fatal(err)
	}
	if rs[0].Line != 2 || rs[0].LastLine != 5 || rs[1].Line != 7 {
		t.Errorf("lines: %d-%d and %d", rs[0].Line, rs[0].LastLine, rs[1].Line)
	}
}

// Whoever approves a rule file sees every character of it, and it is read back as it was.
func TestMarshalHidesNothing(t *testing.T) {
	for subject, want := range map[string]string{
		"a\u202eb\u2066c": `"a\u202eb\u2066c"`, "a\u200bb\u00adc": `"a\u200bb\u00adc"`, "a\u009b2Jb": `"a\u009b2Jb"`, "a\U000e0041b": `"a\U000e0041b"`, "a\ufe0f\u3164b": `"a\ufe0f\u3164b"`,
		"a\u2028b\u0085\rc\nd": `"a\u2028b\u0085\u000dc\nd"`, "Grüße, 日本語 😀": `"Grüße, 日本語 😀"`, "an offer": `an offer`,
	} {
		text := Marshal([]Rule{{Name: "a", Action: Allow, When: Conditions{Sender: []string{"a@example.net"}, Subject: []string{subject}}}})
		if !strings.Contains(string(text), "subject: "+want+"\n") {
			t.Errorf("%+q: no %s in\n%s", subject, want, text)
		}
		if again, err := Parse("again.yaml", text); err != nil || again[0].When.Subject[0] != subject {
			t.Errorf("%+q: read back as %+v, %v", subject, again, err)
		}
	}
}

func TestLoadNamesAcrossFiles(t *testing.T) {
	read := func(string) ([]byte, error) {
		return []byte("rules: [{name: a, when: {dkim: none}, action: allow}]"), nil
	}
	rs, err := Load([]string{"x.yaml", "y.yaml"}, read)
	if len(rs) != 2 || err == nil || !strings.Contains(err.Error(), "y.yaml:1: the name `a` is taken: x.yaml:1") {
		t.Errorf("%d rules, %v", len(rs), err)
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob(fixtures.Path("rules", "*", "*.yaml"))
	for _, file := range files {
		data, _ := os.ReadFile(file)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rs, err := Parse("f.yaml", data)
		if err != nil {
			return
		}
		for _, r := range rs {
			r.Match(facts())
		}
		if again, err := Parse("again.yaml", Marshal(rs)); err != nil || len(again) != len(rs) {
			t.Errorf("Marshal wrote what Parse does not read: %v\n%s", err, Marshal(rs))
		}
	})
}

func many(n int) []byte {
	var b strings.Builder
	b.WriteString("rules:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - name: form-%d\n    scope: company\n    direction: inbound\n    when:\n      sender: forms%d@widget.com\n      border-host: .someformservice.com\n    action: allow\n    ticket: \"%d\"\n    expires: 2027-05-25\n", i, i, i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	data := many(10000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("r.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	rs, err := Parse("r.yaml", many(1000))
	if err != nil {
		b.Fatal(err)
	}
	f := facts().Ready()
	b.ReportAllocs()
	for b.Loop() {
		for i := range rs {
			rs[i].Match(f)
		}
	}
	b.ReportMetric(float64(b.N*len(rs))/b.Elapsed().Seconds(), "rules/s")
}

package rulefile

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

const file = `# Rules of widget.com.
# Ask postmaster before you change one.
rules:
  # the form on the web site
  - name: web-form   # 4711
    when:
      sender: forms@widget.com     # as the form writes it
      border-ip: [203.0.113.10]
    action: allow

  # ended
  - name: old
    when: {sender: a@example.net, dkim: example.net}
    action: allow
    expires: 2026-01-01

  # the last one
  - name: last
    when: {dkim: example.org}
    action: allow
# end of file
`

func parseOne(t *testing.T, text string) rules.Rule {
	t.Helper()
	rs, err := rules.Parse("r.yaml", []byte("rules:\n  - "+text+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return rs[0]
}

func TestAppend(t *testing.T) {
	added := parseOne(t, "{name: new, when: {sender: b@example.net}, action: allow}")
	got, err := Append([]byte(file), added)
	want := strings.Replace(file, "# end of file", "\n  - name: new\n    when:\n      sender: b@example.net\n    action: allow\n# end of file", 1)
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := Append(got, added); !errors.Is(err, ErrTaken) {
		t.Errorf("a name that is taken: %v", err)
	}
	for name, text := range map[string]string{
		"empty": "", "comments": "# mine\n", "empty list": "rules: []\n", "no indent": "rules:\n- name: a\n  when: {sender: a@example.net}\n  action: allow\n",
		"CRLF": strings.ReplaceAll(file, "\n", "\r\n"), "no end": strings.TrimSuffix(file, "\n# end of file\n"),
	} {
		got, err := Append([]byte(text), added)
		if err != nil || !strings.Contains(string(got), "name: new") || strings.Contains(text, "\r") && strings.Count(string(got), "\r\n") != strings.Count(string(got), "\n") {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "#") && !strings.Contains(string(got), strings.TrimSpace(line)) {
				t.Errorf("%s: the comment %q is lost", name, line)
			}
		}
	}
	// What cannot be changed in place is refused.
	if got, err := Append([]byte("rules: [{name: a, when: {sender: a@example.net}, action: allow}]\n"), added); err == nil {
		t.Errorf("a list in brackets: %s", got)
	}
	if _, err := Append([]byte("rules:\n  - nmae: x\n"), added); err == nil {
		t.Error("a file with an error was changed")
	}
}

func TestRemoveAndMark(t *testing.T) {
	got, err := Remove([]byte(file), "old")
	want := strings.Replace(file, "\n  # ended\n  - name: old\n    when: {sender: a@example.net, dkim: example.net}\n    action: allow\n    expires: 2026-01-01\n", "", 1)
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err = Remove([]byte(file), "old", "web-form", "last"); err != nil || !strings.Contains(string(got), "rules: []") {
		t.Errorf("all: %v\n%s", err, got)
	}
	mark := func(r rules.Rule) string { return "ended on " + r.Expires.Format(time.DateOnly) }
	got, err = Mark([]byte(file), mark, "old")
	want = strings.Replace(file, "  - name: old", "  # ended on 2026-01-01\n  - name: old", 1)
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if again, err := Mark(got, mark, "old"); err != nil || string(again) != string(got) {
		t.Errorf("marked twice: %v\n%s", err, again)
	}
	rs, _ := rules.Parse("r", []byte(file))
	if ended := Ended(rs, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); len(ended) != 1 || ended[0].Name != "old" {
		t.Errorf("ended: %v", ended)
	}
	if ended := Ended(rs, time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC)); len(ended) != 0 {
		t.Errorf("a day before: %v", ended)
	}
}

// The redacted message holds nothing but what the rule reads, and the rule still says of it what it said of the original.
func TestTestMessage(t *testing.T) {
	r := parseOne(t, "{name: r, when: {sender: '@partner.example', recipient: sales@widget.com, border-host: mail.partner.example, header: {name: X-Token, contains: k1}, phrase: order of}, action: allow}")
	f := rules.Facts{From: []string{"jane.doe@partner.example"}, HeaderFroms: 1, BorderHost: rules.Fact{Value: "mail.partner.example", Known: rules.Yes},
		BorderIP: rules.Fact{Value: "203.0.113.9", Known: rules.Yes}, MailFrom: rules.Fact{Value: "jane.doe@partner.example", Known: rules.Yes},
		Rcpt: []rules.Fact{{Value: "sales@widget.com", Known: rules.Yes}}, DKIMKnown: rules.Yes, DKIM: []rules.Signer{{Domain: "partner.example", Status: "pass", Aligned: true}},
		OwnSender: rules.Fact{Known: rules.No}, Direction: rules.Inbound, Subject: "secret salary list",
		Header: func(string) []string { return []string{"k1 of jane.doe@partner.example"} },
		Body:   func() (string, rules.Known) { return "The secret\nOrder  of things", rules.Yes }}
	if !r.Matches(f) {
		t.Fatal("the rule must match the original")
	}
	m, facts := TestMessage(Source{Path: []string{"from x (mail.partner.example [203.0.113.9]) by mx.widget.com for <jane.doe@partner.example>"}, Facts: f}, r)
	for _, secret := range []string{"jane", "doe", "salary", "secret", "things"} {
		if strings.Contains(strings.ToLower(string(m)+string(facts)), secret) {
			t.Errorf("%q is still there:\n%s%s", secret, m, facts)
		}
	}
	got, err := ReadFacts("r.facts.yaml", facts, rules.Facts{From: []string{"person1@partner.example"}, HeaderFroms: 1,
		Header: func(string) []string { return []string{"k1 of person1"} }, Body: func() (string, rules.Known) { return "order of", rules.Yes }})
	if err != nil || !r.Matches(got) {
		t.Errorf("%v: %+v", err, r.Match(got))
	}
	if _, err := ReadFacts("r.facts.yaml", []byte("border-ip: nowhere\nfrom: x\n"), rules.Facts{}); err == nil || !strings.Contains(err.Error(), "r.facts.yaml:1") || !strings.Contains(err.Error(), "r.facts.yaml:2") {
		t.Errorf("wrong facts: %v", err)
	}
}

// Whatever the file is: it is changed so that it reads back as wanted, or it is refused.
func FuzzChange(f *testing.F) {
	f.Add([]byte(file))
	f.Add([]byte("rules:\n- name: a\n  when: {phrase: \"x # y\"}\n  action: allow\n#\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		old, err := rules.Parse("r", data)
		added := rules.Rule{Name: "added by the test", When: rules.Conditions{Sender: []string{"a@example.net"}}, Action: rules.Allow}
		if out, aerr := Append(data, added); aerr == nil {
			if got, perr := rules.Parse("r", out); err != nil || perr != nil || len(got) != len(old)+1 {
				t.Fatalf("%d rules became %d: %v, %v\n%s", len(old), len(got), err, perr, out)
			}
		}
		for _, r := range old {
			if out, rerr := Remove(data, r.Name); rerr == nil {
				if got, perr := rules.Parse("r", out); perr != nil || len(got) != len(old)-1 {
					t.Fatalf("%d rules became %d: %v\n%s", len(old), len(got), perr, out)
				}
			}
		}
		_, _ = ReadFacts("f", data, rules.Facts{})
	})
}

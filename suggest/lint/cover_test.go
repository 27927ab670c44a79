package lint

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// values are few, so that random rules and messages meet often.
var values = map[string][]string{
	"sender":            {"a@example.net", "b@example.net", "'@example.net'", "'*@*.example.net'", "a@www.example.net"},
	"mail-from":         {"a@example.net", "'@example.net'", "'<>'"},
	"recipient":         {"sales@widget.com", "'@widget.com'"},
	"border-host":       {".example.net", "mail.example.net", "a.mail.example.net", ".mail.example.net"},
	"border-ip":         {"203.0.113.0/24", "203.0.113.0/25", "203.0.113.128/25", "203.0.113.9"},
	"dkim":              {"none", "aligned", "example.net", ".example.net", "a.example.net"},
	"own-sender":        {"yes", "no"},
	"subject":           {"order", "an order", "order 4711"},
	"phrase":            {"cogito", "cogito ergo"},
	"tenant-as-written": {"one", "two"},
	"header":            {"{name: X-A, contains: one}", "{name: X-A, contains: one two}", "{contains: one}", "{name: X-A, matches: '^one'}", "{matches: '^one'}", "{matches: ^one, contains: two}"},
}

func randomRule(t *testing.T, r *rand.Rand) rules.Rule {
	t.Helper()
	conditions := func(chance int) string {
		var out []string
		for _, key := range rules.ConditionKeys {
			if r.IntN(chance) > 0 {
				continue
			}
			list := values[key]
			v := list[r.IntN(len(list))]
			if key != "own-sender" && r.IntN(3) == 0 {
				v = "[" + v + ", " + list[r.IntN(len(list))] + "]"
			}
			out = append(out, key+": "+v)
		}
		return "{" + strings.Join(out, ", ") + "}"
	}
	for {
		text := fmt.Sprintf("rules:\n  - {name: r, action: allow, when: %s, unless: %s}\n", conditions(5), conditions(12))
		if rs, err := rules.Parse("r.yaml", []byte(strings.ReplaceAll(text, ", unless: {}", ""))); err == nil {
			return rs[0]
		}
	}
}

func randomFacts(r *rand.Rand) rules.Facts {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	fact := func(list ...string) rules.Fact { return rules.Fact{Value: pick(list...), Known: rules.Yes} }
	ip := pick("203.0.113.9", "203.0.113.200", "198.51.100.1")
	f := rules.Facts{From: []string{pick("a@example.net", "b@example.net", "c@example.net", "a@www.example.net")}, HeaderFroms: 1,
		MailFrom: fact("a@example.net", "<>", "x@example.org"), BorderIP: rules.Fact{Value: ip, Known: rules.Yes}, IP: netip.MustParseAddr(ip),
		BorderHost: fact("mail.example.net", "a.mail.example.net", "example.net"), Rcpt: []rules.Fact{fact("sales@widget.com", "ceo@widget.com")},
		DKIMKnown: rules.Yes, OwnSender: rules.Fact{Known: []rules.Known{rules.Yes, rules.No}[r.IntN(2)]}, Subject: pick("an order 4711", "order", "else"),
		Tenant: fact("one", "two"), Today: today}
	body, header := pick("cogito ergo sum", "cogito", ""), pick("one two", "one", "three one")
	f.Body = func() (string, rules.Known) { return body, rules.Yes }
	f.Header = func(name string) []string {
		if name == "" {
			return []string{"X-A: " + header, "Subject: " + f.Subject}
		}
		return []string{header}
	}
	for range r.IntN(3) {
		f.DKIM = append(f.DKIM, rules.Signer{Domain: pick("example.net", "a.example.net", "example.org"), Status: "pass", Aligned: r.IntN(2) == 0})
	}
	return f
}

// What Covers says is true of every message that was tried: it is a proof, and not a guess.
func TestCoversHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var list []rules.Rule
	for range 600 {
		list = append(list, randomRule(t, r))
	}
	covered, both := 0, 0
	var messages []rules.Facts
	for range 400 {
		messages = append(messages, randomFacts(r))
	}
	for i := range list {
		for j := range list {
			wide, narrow := &list[i], &list[j]
			if i == j || !Covers(wide, narrow) {
				continue
			}
			covered++
			for _, f := range messages {
				if !narrow.Matches(f) {
					continue
				}
				both++
				if !wide.Matches(f) {
					t.Fatalf("%s\ndoes not match what this does:\n%s", rules.Marshal(list[i:i+1]), rules.Marshal(list[j:j+1]))
				}
			}
		}
	}
	if covered < 200 || both < 200 {
		t.Errorf("%d pairs, %d messages: too few to mean anything", covered, both)
	}
}

// The index that spares comparing every two rules finds what comparing every two finds.
func TestFamiliesFindAll(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	p := &Pass{Input: &Input{Today: today}}
	for i := range 400 {
		rule := randomRule(t, r)
		rule.Name = fmt.Sprint(i)
		p.Rules = append(p.Rules, rule)
	}
	f := p.family()
	found := 0
	for i := range p.Rules {
		want := -1
		for j := range i {
			if Covers(&p.Rules[j], &p.Rules[i]) {
				want = j
				break
			}
		}
		if (f.covers[i] >= 0) != (want >= 0) {
			t.Fatalf("rule %d: the index says %d, comparing all says %d\n%s\n%s", i, f.covers[i], want, rules.Marshal(p.Rules[max(want, 0):max(want, 0)+1]), rules.Marshal(p.Rules[i:i+1]))
		}
		if want >= 0 {
			found++
		}
	}
	if found < 50 {
		t.Errorf("%d pairs: too few to mean anything", found)
	}
}

package policy

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var update = flag.Bool("update", false, "rewrite the golden traces")

// webForm are the facts of a web form: own domain, from a host that is not one of the sending servers.
func webForm() rules.Facts {
	return rules.Facts{
		From: []string{"forms@widget.com"}, HeaderFroms: 1,
		MailFrom:   rules.Fact{Value: "forms@widget.com", Known: rules.Yes},
		BorderIP:   rules.Fact{Value: "203.0.113.10", Known: rules.Yes},
		IP:         netip.MustParseAddr("203.0.113.10"),
		BorderHost: rules.Fact{Value: "webhoster.someformservice.com", Known: rules.Yes},
		Rcpt:       []rules.Fact{{Value: "sales@widget.com", Known: rules.Yes}},
		OwnSender:  rules.Fact{Known: rules.No},
		Direction:  rules.Inbound,
		Today:      time.Date(2026, 5, 25, 0, 0, 0, 0, time.UTC),
	}
}

var (
	spoofVotes = []Vote{{"spoof.own-domain", StageSpoof, 4}, {"dmarc.fail-quarantine", StageAuth, 1.4}, {"html.only", StageScore, 1}}
	authVotes  = []Vote{{"dmarc.fail-reject", StageAuth, 4}, {"html.only", StageScore, 0.5}}
	scoreVotes = []Vote{{"words.prize", StageScore, 4}, {"html.only", StageScore, 1.5}}
	doorVotes  = []Vote{{"blocklist.listed-high", StageDoor, 4}, {"blocklist.policy", StageDoor, 2}}
	cleanVotes = []Vote{{"html.only", StageScore, 1}}
)

func prof(t testing.TB, extra string) *profile.Profile {
	t.Helper()
	p, err := profile.Parse("widget.yaml", []byte("domains: [widget.com]\nfilter: proofpoint-essentials\n"+extra))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ruleSet(t testing.TB, text string) []rules.Rule {
	t.Helper()
	rs, err := rules.Parse("rules.yaml", []byte("rules:\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

const allowForm = "  - {name: web-form, action: allow, when: {sender: forms@widget.com, border-host: webhoster.someformservice.com}}\n"

// Each fix that admins make flips the decision of its stage, and no knob flips a stage that does not yield to it.
func TestFixes(t *testing.T) {
	partner := func(f *rules.Facts) { f.From = []string{"a@partner.example"}; f.MailFrom.Value = "a@partner.example" }
	tests := []struct {
		name           string
		votes          []Vote
		change         func(*rules.Facts)
		profile, rules string
		in             Stated
		action         Action
		stage          Stage
	}{
		{"web form", spoofVotes, nil, "", "", Stated{}, Quarantine, StageSpoof},
		{"sending server added", cleanVotes, func(f *rules.Facts) { f.OwnSender.Known = rules.Yes }, "sending-servers: [203.0.113.10]\n", "", Stated{}, Deliver, StageScore},
		{"sending server added, votes as they were", spoofVotes[:1], nil, "sending-servers: [203.0.113.10]\n", "", Stated{}, Deliver, StageScore},
		{"another sending server", spoofVotes, nil, "sending-servers: [203.0.113.11]\n", "", Stated{}, Quarantine, StageSpoof},
		{"allow rule", spoofVotes, nil, "", allowForm, Stated{}, Deliver, StageRules},
		{"allow rule for another host", spoofVotes, nil, "", strings.ReplaceAll(allowForm, "webhoster", "other"), Stated{}, Quarantine, StageSpoof},
		{"allow rule, host not known", spoofVotes, func(f *rules.Facts) { f.BorderHost = rules.Fact{} }, "", allowForm, Stated{}, Quarantine, StageSpoof},
		{"safe sender", spoofVotes, nil, "allowed-senders: [forms@widget.com]\n", "", Stated{}, Deliver, StageLists},
		{"safe address", spoofVotes, nil, "allowed-senders: [203.0.113.10]\n", "", Stated{}, Deliver, StageLists},
		{"safe sender, other", spoofVotes, nil, "allowed-senders: [other@widget.com]\n", "", Stated{}, Quarantine, StageSpoof},
		{"blocked before safe", spoofVotes, nil, "allowed-senders: [forms@widget.com]\nblocked-senders: ['@widget.com']\n", "", Stated{}, Quarantine, StageSpoof},
		{"exception does not help against spoofing", spoofVotes, nil, "exceptions: [widget.com]\n", "", Stated{}, Quarantine, StageSpoof},
		{"proven own domain is a spoof too for this filter", []Vote{{"spoof.own-domain-proven", StageSpoof, 1}}, nil, "", "", Stated{}, Quarantine, StageSpoof},
		{"proven own domain, neutral", []Vote{{"spoof.own-domain-proven", StageSpoof, 1}}, nil, "", "", Stated{Filter: "neutral"}, Deliver, StageScore},

		{"dmarc of a partner", authVotes, partner, "", "", Stated{}, Reject, StageAuth},
		{"exception for the partner", authVotes, partner, "exceptions: [partner.example]\n", "", Stated{}, Deliver, StageScore},
		{"exception for another", authVotes, partner, "exceptions: [example.net]\n", "", Stated{}, Reject, StageAuth},
		{"allow rule does not help against dmarc", authVotes, partner, "", "  - {name: p, action: allow, when: {sender: a@partner.example}}\n", Stated{}, Reject, StageAuth},
		{"neither does a safe sender", authVotes, partner, "allowed-senders: ['@partner.example']\n", "", Stated{}, Reject, StageAuth},

		{"spam engine", scoreVotes, partner, "", "", Stated{}, Quarantine, StageScore},
		{"spam engine, threshold raised", scoreVotes, partner, "thresholds: {quarantine: 6}\n", "", Stated{}, Deliver, StageScore},
		{"spam engine, reject", scoreVotes, partner, "thresholds: {quarantine: 2, reject: 5.5}\n", "", Stated{}, Reject, StageScore},
		{"spam engine, safe sender", scoreVotes, partner, "allowed-senders: [partner.example]\n", "", Stated{}, Deliver, StageLists},
		{"spam engine, allow rule", scoreVotes, partner, "", "  - {name: p, action: allow, when: {sender: a@partner.example}}\n", Stated{}, Deliver, StageRules},
		{"block rule", cleanVotes, partner, "", "  - {name: p, action: block, when: {sender: a@partner.example}}\n", Stated{}, Reject, StageRules},
		{"rule of another filter", scoreVotes, partner, "", "  - {name: p, filter: mimecast, action: allow, when: {sender: a@partner.example}}\n", Stated{}, Quarantine, StageScore},
		{"expired rule", scoreVotes, partner, "", "  - {name: p, expires: 2026-05-25, action: allow, when: {sender: a@partner.example}}\n", Stated{}, Quarantine, StageScore},
		{"first rule wins", cleanVotes, partner, "", "  - {name: p, action: quarantine, when: {sender: a@partner.example}}\n  - {name: q, action: allow, when: {sender: a@partner.example}}\n", Stated{}, Quarantine, StageRules},
		{"last rule wins in Exchange", cleanVotes, partner, "", "  - {name: p, action: quarantine, when: {sender: a@partner.example}}\n  - {name: q, action: allow, when: {sender: a@partner.example}}\n", Stated{Filter: "exchange-online"}, Deliver, StageRules},
		{"unless the first stops", cleanVotes, partner, "", "  - {name: p, stop: true, action: quarantine, when: {sender: a@partner.example}}\n  - {name: q, action: allow, when: {sender: a@partner.example}}\n", Stated{Filter: "exchange-online"}, Quarantine, StageRules},
		{"user's rule before the company's", cleanVotes, partner, "", "  - {name: p, action: quarantine, when: {sender: a@partner.example}}\n  - {name: q, scope: {user: sales@widget.com}, action: allow, when: {sender: a@partner.example}}\n", Stated{}, Deliver, StageRules},

		{"door", doorVotes, partner, "", "", Stated{}, Reject, StageDoor},
		{"the door yields to nothing", doorVotes, partner, "allowed-senders: [partner.example]\nsending-servers: [203.0.113.10]\n", "  - {name: p, action: allow, when: {sender: a@partner.example}}\n", Stated{}, Reject, StageDoor},
		{"one listing only counts", doorVotes[:1], partner, "", "", Stated{}, Deliver, StageScore},
		{"an engine without a door counts", doorVotes, partner, "", "", Stated{Filter: "spamassassin"}, Quarantine, StageScore},

		{"the log says spam", cleanVotes, partner, "", "", Stated{Category: "spam"}, Quarantine, StageScore},
		{"the log says spam, not the door", doorVotes, partner, "", "", Stated{Category: "spam"}, Quarantine, StageScore},
		{"the log says spoofing", cleanVotes, nil, "", "", Stated{Category: "domain-spoofing"}, Quarantine, StageSpoof},
		{"the log says spoofing, allow rule", cleanVotes, nil, "", allowForm, Stated{Category: "domain-spoofing"}, Deliver, StageRules},
		{"the log says policy", cleanVotes, partner, "", "", Stated{Category: "policy"}, Quarantine, StageRules},
		{"the log says virus, and no rule helps", cleanVotes, partner, "", "  - {name: p, action: allow, when: {sender: a@partner.example}}\n", Stated{Category: "virus"}, Quarantine, StageVirus},

		{"outgoing is not asked for spoofing", spoofVotes[:1], func(f *rules.Facts) { f.Direction = rules.Outbound }, "", "", Stated{}, Deliver, StageScore},
		{"Exchange: a text rule does not pass spoofing", spoofVotes, nil, "", "  - {name: p, action: allow, when: {sender: forms@widget.com}}\n", Stated{Filter: "exchange-online"}, Quarantine, StageSpoof},
		{"Exchange: a bound rule does", spoofVotes, nil, "", allowForm, Stated{Filter: "exchange-online"}, Deliver, StageRules},
		{"Mimecast: permitted sender does not pass anti-spoofing", spoofVotes, nil, "allowed-senders: [forms@widget.com]\n", "", Stated{Filter: "mimecast"}, Quarantine, StageSpoof},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := webForm()
			if tt.change != nil {
				tt.change(&f)
			}
			var rs []rules.Rule
			if tt.rules != "" {
				rs = ruleSet(t, tt.rules)
			}
			d := Decide(tt.votes, f, rs, prof(t, tt.profile), tt.in)
			if d.Action != tt.action || d.Stage != tt.stage {
				t.Errorf("%s by %s, want %s by %s\n%s", d.Action, d.Stage, tt.action, tt.stage, printed(d))
			}
			if s := d.DecidedBy(); s.Stage != d.Stage {
				t.Errorf("the step that decided is %q", s.Stage)
			}
		})
	}
}

func printed(d Decision) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s by %s, %.1f of %.1f and %.1f\n", d.Title, d.Action, d.Stage, d.Score, d.Threshold, d.RejectAt)
	for _, s := range d.Trace {
		mark := " "
		if s.Decided {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s %-10s %-10s %4.1f  %s: %s\n", mark, s.Stage, s.Result, s.Score, s.Title, s.Reason)
		for _, k := range s.YieldsTo {
			fmt.Fprintf(&b, "               yields to %s (%s), sure %.2f: %s\n", k.Name, k.Title, k.Sure, k.Source)
		}
	}
	fmt.Fprintf(&b, "  not looked at: %s\n", strings.Join(d.NotLooked, ", "))
	return b.String()
}

// TestTraces holds the whole trace of the web form through every filter, before and after the allow rule.
func TestTraces(t *testing.T) {
	var b strings.Builder
	for _, o := range Orders {
		for _, rs := range [][]rules.Rule{nil, ruleSet(t, allowForm)} {
			b.WriteString(printed(Decide(spoofVotes, webForm(), rs, prof(t, ""), Stated{Filter: o.Name})) + "\n")
		}
	}
	const file = "testdata/traces.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestDecideAll(t *testing.T) {
	p := prof(t, "")
	p.Filters = []string{"proofpoint-essentials", "exchange-online"}
	all := DecideAll(cleanVotes, webForm(), nil, p, Stated{Category: "spam"})
	if len(all) != 2 || all[0].Action != Quarantine || all[1].Action != Deliver {
		t.Errorf("%+v", all)
	}
	all = DecideAll(cleanVotes, webForm(), nil, p, Stated{Filter: "exchange-online", Category: "spam"})
	if all[0].Action != Deliver || all[1].Action != Quarantine {
		t.Errorf("%+v", all)
	}
	if all = DecideAll(cleanVotes, webForm(), nil, nil, Stated{}); len(all) != 1 || all[0].Filter != "neutral" {
		t.Errorf("%+v", all)
	}
}

// Own domain, and the border is not known: the stage says so and does not pass.
func TestUnknown(t *testing.T) {
	f := webForm()
	f.OwnSender, f.BorderIP, f.IP = rules.Fact{Why: "no border"}, rules.Fact{}, netip.Addr{}
	if s, _ := Decide(cleanVotes, f, nil, prof(t, ""), Stated{}).Step(StageSpoof); s.Result != ResultUnknown || !strings.Contains(s.Reason, "no border") {
		t.Errorf("%+v", s)
	}
	f.From = []string{"a@partner.example"}
	if s, _ := Decide(cleanVotes, f, nil, prof(t, ""), Stated{}).Step(StageSpoof); s.Result != ResultPass {
		t.Errorf("%+v", s)
	}
}

// Every knob has a source and a certainty, every order ends with a score, and every category has a stage.
func TestOrders(t *testing.T) {
	for _, o := range Orders {
		score := false
		for _, s := range o.Stages {
			score = score || s.Stage == StageScore
			for _, k := range s.YieldsTo {
				if k.Source == "" || k.Title == "" || k.Sure <= 0 || k.Sure > 1 {
					t.Errorf("%s, %s: %+v", o.Name, s.Title, k)
				}
			}
		}
		if !score || o.Source == "" {
			t.Errorf("%s is not whole", o.Name)
		}
	}
	for _, c := range Categories {
		if stageOf[c] == StageNone {
			t.Errorf("category %s names no stage", c)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	rs, p, f := ruleSet(b, allowForm), prof(b, "allowed-senders: [a@example.net, '@example.org']\n"), webForm()
	b.ReportAllocs()
	for b.Loop() {
		Decide(spoofVotes, f, rs, p, Stated{})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}

// What goes out is allowed on the page for outgoing mail, and what comes in on the other.
func TestKnobsTowards(t *testing.T) {
	for direction, want := range map[rules.Direction]string{rules.Outbound: "Filter Policies > Outbound, Allow", rules.Inbound: "Filter Policies > Inbound, Allow"} {
		f := webForm()
		f.Direction = direction
		d := Decide(nil, f, nil, prof(t, ""), Stated{Category: "spam"})
		if k := d.DecidedBy().YieldsTo; len(k) == 0 || k[0].Title != want {
			t.Errorf("%v: %v, want %s", direction, k, want)
		}
	}
}

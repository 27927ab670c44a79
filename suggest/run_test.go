package suggest_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze"
	cases "github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
	"github.com/fpcheck/fpcheck/suggest/targets"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func explained(tb testing.TB, name string) (*explain.Explanation, cases.Case) {
	tb.Helper()
	r, truth := casetest.Load(tb, name)
	return explain.Run(context.Background(), r, causes.All(), causes.CannotTell), truth
}

func diagnosed(tb testing.TB, name string) (*analyze.Report, *explain.Diagnosis, cases.Case) {
	tb.Helper()
	e, truth := explained(tb, name)
	return e.Report, e.First, truth
}

func suggested(tb testing.TB, name string, o suggest.Options) *suggest.Report {
	tb.Helper()
	e, _ := explained(tb, name)
	o.Forge, o.Verdict = impostor.Variants, e.Verdict
	return suggest.Run(context.Background(), e.Report, e.First, o)
}

// TestEveryCase asks for every case and every target: what is bad is refused, what is good gets a remedy, and no outsider gets in where
// the filter can tell who connected or who signed. Who gets in is golden, by name.
func TestEveryCase(t *testing.T) {
	var golden strings.Builder
	good, remedied, bad, refused := 0, 0, 0, 0
	for _, name := range casetest.Names(t) {
		e, truth := explained(t, name)
		s := suggest.Run(context.Background(), e.Report, e.First, suggest.Options{Targets: targets.All(), Forge: impostor.Variants, Verdict: e.Verdict})
		switch {
		case !truth.Truth.FalsePositive && truth.Truth.Cause != "":
			if bad++; s.Refused != nil && len(s.Suggestions) == 0 {
				refused++
			} else {
				t.Errorf("%s: mail of %s is not refused", name, truth.Truth.Cause)
			}
		case truth.Truth.FalsePositive:
			if good++; s.Refused == nil && len(s.Suggestions) > 0 {
				remedied++
			} else {
				t.Errorf("%s: a false positive gets no remedy", name)
			}
		}
		for _, x := range s.Suggestions {
			checkSuggestion(t, name, x)
			writeSurvivors(&golden, name, x)
		}
	}
	t.Logf("%d of %d false positives get a remedy; %d of %d bad messages are refused", remedied, good, refused, bad)
	compareGolden(t, filepath.Join("testdata", "survivors.txt"), golden.String())
}

func checkSuggestion(t *testing.T, name string, s suggest.Suggestion) {
	t.Helper()
	if s.Remedy.Rule == nil {
		return
	}
	if len(s.Proof) < 26 || s.Proof[0].Variant != suggest.Genuine || !s.Proof[0].Matched {
		t.Errorf("%s for %s: %s was not shown to match its message, or on %d copies alone", name, s.Target, s.Remedy.Rule.Name, len(s.Proof)-1)
	}
	if s.Remedy.Kind == suggest.ContainsToken {
		return
	}
	for _, a := range []suggest.Attacker{suggest.Outsider, suggest.KnowsRule} {
		for _, in := range s.Matched(a) {
			t.Errorf("%s for %s: %s lets %s in (%s)", name, s.Target, s.Remedy.Rule.Name, in.Variant, a)
		}
	}
}

func writeSurvivors(b *strings.Builder, name string, s suggest.Suggestion) {
	if s.Remedy.Rule == nil {
		return
	}
	fmt.Fprintf(b, "%s %s %s:", name, s.Target, s.Remedy.Kind)
	for _, a := range []suggest.Attacker{suggest.Outsider, suggest.KnowsRule, suggest.Insider} {
		if in := s.Matched(a); len(in) > 0 {
			fmt.Fprintf(b, " [%s]", a)
			for _, r := range in {
				b.WriteString(" " + r.Variant)
			}
		}
	}
	b.WriteByte('\n')
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (rewrite with -update):\n%s", path, diff)
	}
}

// TestRemedies looks at what comes first, and at what is not offered with which name.
func TestRemedies(t *testing.T) {
	ppe := []*suggest.Target{targets.ProofpointEssentials}
	m365 := []*suggest.Target{targets.ExchangeOnline}
	for _, c := range []struct {
		name, cases string
		options     suggest.Options
		first       string   // kind of the first remedy
		has, hasNot []string // kinds
		refused     []string // names among what is not offered
	}{
		{"the form's server is nobody's own", "web-form-unlisted-server", suggest.Options{Targets: ppe}, suggest.FixAtSource,
			[]string{suggest.ContainsToken}, []string{suggest.SendingServer, suggest.SafeSender}, []string{suggest.SharedHost, suggest.OwnUnbound}},
		{"the host, too, where the address may change", "web-form-ident-line", suggest.Options{Targets: []*suggest.Target{targets.Exim}}, "", []string{suggest.RuleIP, suggest.RuleHost}, nil, nil},
		{"not where it is one's own", "web-form-ident-line", suggest.Options{Targets: []*suggest.Target{targets.Exim}, Dedicated: true}, "", []string{suggest.RuleIP}, []string{suggest.RuleHost}, nil},
		{"once where the filter says both alike", "web-form-ident-line", suggest.Options{Targets: m365}, "", []string{suggest.RuleIP}, []string{suggest.RuleHost}, nil},
		{"stated to be one's own", "web-form-unlisted-server", suggest.Options{Targets: ppe, Dedicated: true}, suggest.SendingServer,
			[]string{suggest.FixAtSource, suggest.ContainsToken}, nil, nil},
		{"a pool is never a sending server", "marketing-mailchimp-own-domain", suggest.Options{Targets: ppe, Dedicated: true}, suggest.FixAtSource,
			[]string{suggest.ContainsToken}, []string{suggest.SendingServer}, []string{suggest.SharedHost}},
		{"DKIM first where the filter can ask for it", "marketing-mailchimp-signed-own-domain", suggest.Options{Targets: m365}, suggest.FixAtSource,
			[]string{suggest.RuleDKIM}, []string{suggest.RuleIP, suggest.RuleSuffix}, nil},
		{"a DMARC policy yields to exceptions alone", "footer-after-signing", suggest.Options{Targets: ppe}, suggest.FixAtSource,
			[]string{suggest.Exception}, []string{suggest.ContainsToken, suggest.RuleIP, suggest.SafeSender}, []string{suggest.DoesNotYield}},
		{"one's own setting is mended, not ruled over", "microsoft-tenant-block", suggest.Options{Targets: m365}, suggest.FixAtSource,
			nil, []string{suggest.RuleDKIM, suggest.RuleIP}, []string{suggest.MendSetting}},
		{"nobody knows", "cannot-tell", suggest.Options{}, suggest.AskSomebody, nil, []string{suggest.RuleDKIM}, []string{suggest.AskFirst}},
		{"nobody vouches for it", "spf-include-missing", suggest.Options{}, suggest.AskSomebody, []string{suggest.FixAtSource}, []string{suggest.RuleIP}, []string{suggest.AskFirst}},
		{"the sender was asked", "spf-include-missing", suggest.Options{Confirmed: true}, suggest.FixAtSource, []string{suggest.RuleHost}, []string{suggest.AskSomebody}, nil},
		{"outgoing", "outgoing-user-held", suggest.Options{Targets: ppe}, "", []string{suggest.UserRule, suggest.ReportVendor, suggest.PhraseRule}, nil, nil},
		{"outgoing with a phrase", "outgoing-user-held", suggest.Options{Targets: ppe, Phrase: "copper lantern thistle"}, "", []string{suggest.UserRule, suggest.PhraseRule}, nil, nil},
		{"a common phrase", "outgoing-user-held", suggest.Options{Targets: ppe, Phrase: "Kind regards"}, "", []string{suggest.UserRule}, []string{suggest.PhraseRule}, []string{suggest.PhraseCommon}},
		{"a phrase of spam", "outgoing-user-held", suggest.Options{Targets: ppe, Phrase: "click here to be removed from our mailing list"}, "", []string{suggest.UserRule}, []string{suggest.PhraseRule}, []string{suggest.PhraseLeaked}},
		{"a quotation", "outgoing-user-held", suggest.Options{Targets: ppe, Phrase: "Cogito Ergo Sum"}, "", nil, []string{suggest.PhraseRule}, []string{suggest.PhraseCommon}},
		{"a quotation with words beside it", "outgoing-user-held", suggest.Options{Targets: ppe, Phrase: "Cogito Ergo Sum at widget.com"}, "", []string{suggest.PhraseRule}, nil, nil},
		{"a phrase that the page would cut", "outgoing-user-held", suggest.Options{Targets: ppe, Phrase: "Cogito Ergo Sum (I think, therefore I am)"}, "", nil, []string{suggest.PhraseRule}, []string{suggest.Delimiter}},
		{"the part of it that the page takes", "outgoing-user-held", suggest.Options{Targets: ppe, Phrase: "Cogito Ergo Sum (I think"}, "", []string{suggest.PhraseRule}, nil, nil},
		{"no phrase for what comes in", "web-form-unlisted-server", suggest.Options{Targets: ppe}, "", nil, []string{suggest.PhraseRule}, nil},
		{"a listed host gets no rule of its own", "listed-ip", suggest.Options{Targets: ppe}, suggest.FixAtSource, nil, []string{suggest.ContainsToken, suggest.RuleIP, suggest.RuleHost}, []string{suggest.ListedHost}},
		{"a shared pool does", "listed-shared-pool", suggest.Options{Targets: ppe}, "", []string{suggest.ContainsToken}, nil, nil},
		{"a phrase for incoming mail", "web-form-unlisted-server", suggest.Options{Targets: ppe, Phrase: "copper lantern thistle"}, "", nil, []string{suggest.PhraseRule}, []string{suggest.PhraseInbound}},
		{"a rule that ends before it begins", "web-form-unlisted-server", suggest.Options{Targets: ppe, Expires: casetest.Today.AddDate(0, 0, -1)}, "", nil, []string{suggest.ContainsToken}, []string{suggest.ExpiredRule}},
	} {
		s := suggested(t, c.cases, c.options)
		var kinds, names []string
		for _, x := range s.Suggestions {
			kinds = append(kinds, x.Remedy.Kind)
		}
		for _, n := range s.NotOffered {
			names = append(names, n.Name)
		}
		if c.first != "" && (len(kinds) == 0 || kinds[0] != c.first) {
			t.Errorf("%s: first is %v, want %s", c.name, kinds, c.first)
		}
		for _, k := range c.has {
			if !slices.Contains(kinds, k) {
				t.Errorf("%s: %s is missing among %v", c.name, k, kinds)
			}
		}
		for _, k := range c.hasNot {
			if slices.Contains(kinds, k) {
				t.Errorf("%s: %s is offered", c.name, k)
			}
		}
		for _, n := range c.refused {
			if !slices.Contains(names, n) {
				t.Errorf("%s: nothing is refused as %s: %v", c.name, n, names)
			}
		}
	}
}

// TestConfirmedFraud: nobody's word makes a rule for fraud.
func TestConfirmedFraud(t *testing.T) {
	for _, name := range []string{"plain-phishing", "plain-spam", "compromised-partner", "forged-own-domain"} {
		if s := suggested(t, name, suggest.Options{Confirmed: true, Dedicated: true}); s.Refused == nil || s.Refused.Name != suggest.LooksBad || len(s.Suggestions) > 0 {
			t.Errorf("%s: %v", name, s.Refused)
		}
	}
}

// TestNothingInvented: a rule has the ticket and the end that were stated, and else none, with a warning.
func TestNothingInvented(t *testing.T) {
	end := time.Date(2027, 5, 25, 0, 0, 0, 0, time.UTC)
	for _, o := range []suggest.Options{{}, {Ticket: "4711", Expires: end}} {
		for _, s := range suggested(t, "web-form-unlisted-server", o).Suggestions {
			if s.Remedy.Rule == nil {
				continue
			}
			if r := *s.Remedy.Rule; r.Ticket != o.Ticket || !r.Expires.Equal(o.Expires) {
				t.Errorf("ticket %q, expires %v", r.Ticket, r.Expires)
			}
			if want := map[bool]int{true: 2, false: 0}[o.Ticket == ""]; len(s.Remedy.Warnings) != want {
				t.Errorf("%d warnings, want %d", len(s.Remedy.Warnings), want)
			}
		}
	}
}

// TestFlips: with the rule, and with the sending server, the message is delivered.
func TestFlips(t *testing.T) {
	for _, c := range []struct {
		name    string
		options suggest.Options
		kinds   []string
	}{
		{"web-form-unlisted-server", suggest.Options{Targets: []*suggest.Target{targets.ProofpointEssentials}, Dedicated: true}, []string{suggest.SendingServer, suggest.ContainsToken}},
		{"web-form-unlisted-server", suggest.Options{Targets: []*suggest.Target{targets.Mimecast}}, []string{suggest.RuleIP}},
		{"exclaimer-loop", suggest.Options{Targets: []*suggest.Target{targets.ExchangeOnline}}, []string{suggest.RuleDKIM}},
		{"tenant-loop-header", suggest.Options{Targets: []*suggest.Target{targets.ProofpointEssentials}}, []string{suggest.ContainsToken}},
	} {
		for _, s := range suggested(t, c.name, c.options).Suggestions {
			if slices.Contains(c.kinds, s.Remedy.Kind) && !strings.HasPrefix(s.Decision, "deliver") {
				t.Errorf("%s: with %s for %s: %s", c.name, s.Remedy.Kind, s.Target, s.Decision)
			}
		}
	}
}

// TestLoopForEverybody: the loop brings back the mail of all one's people, so the rule is for all of them where it asks for the signature or the tenant, and
// for the one author where it asks for hosts alone, which everybody's tenant sends from.
func TestLoopForEverybody(t *testing.T) {
	for _, c := range []struct {
		name, kind, sender string
		target             *suggest.Target
	}{
		{"exclaimer-loop", suggest.RuleDKIM, "@tripoli-quebec.org", targets.SpamAssassin},
		{"exclaimer-loop", suggest.RuleDKIM, "@tripoli-quebec.org", targets.ExchangeOnline},
		{"tenant-loop-header", suggest.ContainsToken, "@tripoli-quebec.org", targets.ProofpointEssentials},
		{"tenant-loop-snippet", suggest.ContainsToken, "yves@tripoli-quebec.org", targets.ProofpointEssentials},
		{"own-scanner-unlisted", suggest.RuleDKIM, "scan@widget.com", targets.SpamAssassin},
	} {
		s := suggested(t, c.name, suggest.Options{Targets: []*suggest.Target{c.target}, Confirmed: true})
		i := slices.IndexFunc(s.Suggestions, func(x suggest.Suggestion) bool { return x.Remedy.Kind == c.kind })
		if i < 0 || !slices.Equal(s.Suggestions[i].Remedy.Rule.When.Sender, []string{c.sender}) {
			t.Errorf("%s for %s: no %s for %s", c.name, c.target.Name, c.kind, c.sender)
		}
		plain := slices.ContainsFunc(s.NotOffered, func(r suggest.Refusal) bool { return strings.Contains(r.What, "prod.outlook.com alone") })
		if loop := strings.Contains(c.name, "-loop"); plain != loop {
			t.Errorf("%s for %s: the rule that any tenant satisfies is refused: %v, want %v", c.name, c.target.Name, plain, loop)
		}
	}
}

// TestMailingRecipients: a rule for a mailing holds for whoever gets the next copy; one for a form stays with the mailbox that it writes to.
func TestMailingRecipients(t *testing.T) {
	for name, open := range map[string]bool{"marketing-constant-contact-own-domain": true, "web-form-unlisted-server": false} {
		rules := 0
		for _, s := range suggested(t, name, suggest.Options{Targets: []*suggest.Target{targets.ProofpointEssentials}}).Suggestions {
			if r := s.Remedy.Rule; r != nil {
				rules++
				if (len(r.When.Recipient) == 0) != open {
					t.Errorf("%s: the rule is for %v", name, r.When.Recipient)
				}
			}
		}
		if rules == 0 {
			t.Errorf("%s: no rule", name)
		}
	}
}

// TestOutboundFiltering: without outgoing filtering the address goes into the safe list; unstated, there is a warning.
func TestOutboundFiltering(t *testing.T) {
	for stated, want := range map[string]string{"yes": suggest.SendingServer, "no": suggest.SafeSender, "": suggest.SendingServer} {
		in, _ := casetest.Input(t, "web-form-unlisted-server")
		p := *in.Profile
		p.OutboundFiltering = stated
		r, d, _ := diagnosed(t, "web-form-unlisted-server")
		r.Input.Profile = &p
		s := suggest.Run(context.Background(), r, d, suggest.Options{Dedicated: true, Forge: impostor.Variants})
		if got := s.Suggestions[0].Remedy; got.Kind != want || (len(got.Warnings) > 0) != (stated == "") {
			t.Errorf("outbound-filtering %q: %s with %d warnings", stated, got.Kind, len(got.Warnings))
		}
	}
}

// TestVet: what no filter can heal has a name, and its twin passes.
func TestVet(t *testing.T) {
	site := suggest.Site{Domains: []string{"widget.com"}}
	for _, c := range []struct{ rule, want string }{
		{"when: {sender: ines@partner.example}", suggest.FromOnly},
		{"when: {sender: ines@partner.example, dkim: partner.example}", ""},
		{"when: {sender: ines@partner.example, dkim: none}", suggest.FromOnly},
		{"when: {sender: forms@widget.com}", suggest.OwnUnbound},
		{"when: {sender: forms@widget.com, border-host: web.host.example}", ""},
		{"when: {sender: forms@widget.com, border-host: .com}", suggest.TooWide},
		{"when: {sender: forms@widget.com, border-host: .co.uk}", suggest.TooWide},
		{"when: {sender: forms@widget.com, border-ip: 203.0.0.0/16}", suggest.TooWide},
		{"when: {sender: forms@widget.com, border-ip: 203.0.113.0/24}", ""},
		{"when: {sender: forms@widget.com, border-ip: \"2001:db8::/32\"}", suggest.TooWide},
		{"when: {sender: forms@widget.com, border-ip: \"2001:db8::/48\"}", ""},
		{"when: {sender: ines@partner.example, phrase: copper lantern thistle}", suggest.PhraseInbound},
		{"direction: outbound, when: {sender: \"@widget.com\", own-sender: true, phrase: copper lantern thistle}", ""},
		{"direction: outbound, when: {sender: \"@widget.com\", own-sender: true, phrase: kind regards}", suggest.PhraseCommon},
	} {
		f, err := rules.Parse("r.yaml", []byte("rules:\n  - {name: r, action: allow, "+c.rule+"}\n"))
		if err != nil {
			t.Fatalf("%s: %v", c.rule, err)
		}
		got := ""
		if bad := suggest.Vet(f[0], site); len(bad) > 0 {
			got = bad[0].Name
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
}

// TestPages: each name that is printed has a page.
func TestPages(t *testing.T) {
	for _, name := range append(slices.Clone(suggest.RefusalNames), "forged-copies") {
		page, ok := docs.Page(name)
		if !ok || !strings.HasPrefix(page, "# "+name+": ") {
			t.Errorf("docs/suggest/%s.md is missing, or its title is another", name)
		}
	}
	for _, target := range targets.All() {
		if page, ok := docs.Page("targets/" + target.Name); !ok || !strings.HasPrefix(page, "# "+target.Name+": ") {
			t.Errorf("docs/targets/%s.md is missing, or its title is another", target.Name)
		}
	}
}

// TestTrustedNetworks: an engine that walks back is told not to trust a shared provider; another filter has no such list.
func TestTrustedNetworks(t *testing.T) {
	for target, want := range map[*suggest.Target]bool{targets.SpamAssassin: true, targets.GoogleWorkspace: false} {
		s := suggested(t, "marketing-mailchimp-own-domain", suggest.Options{Targets: []*suggest.Target{target}})
		if got := slices.ContainsFunc(s.NotOffered, func(r suggest.Refusal) bool { return r.Name == suggest.TrustedNetworks }); got != want {
			t.Errorf("%s: %v", target.Name, got)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	r, d, _ := diagnosed(b, "web-form-unlisted-server")
	b.ReportAllocs()
	for b.Loop() {
		suggest.Run(context.Background(), r, d, suggest.Options{Targets: []*suggest.Target{targets.ProofpointEssentials}, Forge: impostor.Variants})
	}
}

// TestListedLater: a listing of later does not judge the message, but a rule for the host would let in what it sends today.
func TestListedLater(t *testing.T) {
	for name, refused := range map[string]bool{"listed-ip": true, "listed-shared-pool": false, "plain-good": false} {
		in, _ := casetest.Input(t, name)
		in.DNSMode, in.Today = "live", in.Delivered.AddDate(0, 2, 0)
		e := explain.Run(t.Context(), analyze.Run(t.Context(), in, checks.All()), causes.All(), causes.CannotTell)
		s := suggest.Run(t.Context(), e.Report, e.First, suggest.Options{Forge: impostor.Variants, Verdict: e.Verdict})
		if got := slices.ContainsFunc(s.NotOffered, func(r suggest.Refusal) bool { return r.Name == suggest.ListedHost }); got != refused || e.First.Cause.Name == "listed-address" {
			t.Errorf("%s, asked two months after delivery: %s, a rule for the host is refused: %v", name, e.First.Cause.Name, got)
		}
	}
}

package targets

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// TestEmitted writes all rules of each trial for each engine, and compares the whole text with the golden one: files, notes, names
// and refusals.
func TestEmitted(t *testing.T) {
	all := prepareAll(t)
	for _, target := range engineTargets {
		var b strings.Builder
		for _, p := range all {
			text, refused := target.Emit(p.rules[:p.own], p.site)
			fmt.Fprintf(&b, "==== %s\n%s", p.fixture, whole(text, refused))
		}
		golden(t, filepath.Join("testdata", "engines", target.Name+".txt"), b.String())
	}
}

func whole(text suggest.Text, refused []suggest.Refusal) string {
	var b strings.Builder
	b.WriteString(contents(text))
	for _, n := range text.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	names := []string{}
	for from, to := range text.NameMap {
		names = append(names, from+" -> "+to)
	}
	slices.Sort(names)
	fmt.Fprintf(&b, "names: %s\n", strings.Join(names, ", "))
	for _, r := range refused {
		fmt.Fprintf(&b, "refused: %s: %s: %s: %s. Instead: %s\n", r.Rule, r.Name, r.What, r.Reason, r.Instead)
	}
	return b.String()
}

// TestRefusals asks for what each engine cannot do, and beside it for the near twin that it can.
func TestRefusals(t *testing.T) {
	sender := "sender: ines@partner.example, "
	host := "border-host: mail.partner.example"
	tests := []struct {
		target            *suggest.Target
		refused, name, ok string
	}{
		{SpamAssassin, sender + "subject: green", suggest.FromOnly, sender + host},
		{SpamAssassin, sender + `border-ip: "2001:db8::/48"`, suggest.CannotExpress, sender + `border-ip: "2001:db8::1"`},
		{SpamAssassin, host + `, mail-from: "<>"`, suggest.UnsafeValue, host + ", mail-from: a@partner.example"},
		{SpamAssassin, host + ", header: {name: ToCc, contains: x}", suggest.UnsafeValue, host + ", header: {name: To, contains: x}"},
		{Rspamd, host + ", header: {name: X-Token, matches: x+}", suggest.CannotExpress, host + ", header: {name: X-Token, contains: x}"},
		{Rspamd, host + `, subject: "grün"`, suggest.UnsafeValue, host + ", subject: green"},
		{Rspamd, host + ", tenant-as-written: 1f0c", suggest.TenantUnproven, host},
		{Sieve, sender + "dkim: partner.example", suggest.CannotExpress, sender + host},
		{Sieve, "own-sender: true, sender: a@example.org", suggest.CannotExpress, sender + host + `, subject: "grün"`},
		{Sieve, host + ", header: {contains: x}", suggest.UnsafeValue, host + ", header: {name: X-A, contains: x}"},
		{Postfix, "sender: other@partner.example, " + host, suggest.CannotExpress, sender + host},
		{Postfix, sender + "dkim: partner.example", suggest.CannotExpress, sender + host},
		{Postfix, host + ", subject: green", suggest.CannotExpress, host + `, border-ip: "2001:db8::/48"`},
		{Exim, host + ", phrase: the yellow ones are never in stock", suggest.CannotExpress, host + `, mail-from: "<>"`},
		{Exim, "dkim: aligned", suggest.CannotExpress, sender + "dkim: aligned"},
	}
	for _, x := range tests {
		for when, want := range map[string]string{x.refused: x.name, x.ok: ""} {
			rs, err := rules.Parse("rules.yaml", []byte("rules:\n  - {name: r, action: allow, when: {"+when+"}}\n"))
			if err != nil {
				t.Fatal(err)
			}
			text, refused := x.target.Emit(rs, siteOfTests)
			got := ""
			if len(refused) > 0 {
				got = refused[0].Name
			}
			if got != want || (len(text.Files) > 0) != (want == "") {
				t.Errorf("%s: %s: refused as %q (%d files), want %q", x.target.Name, when, got, len(text.Files), want)
			}
		}
	}
}

// A border whose line nobody has proven is refused by Sieve, and only by Sieve: the others ask the connection.
func TestBorderLines(t *testing.T) {
	rs := []rules.Rule{{Name: "r", Action: rules.Allow, When: rules.Conditions{Sender: []string{"ines@partner.example"}, BorderHost: []string{"mail.partner.example"}}}}
	for dialect, want := range map[string]string{"postfix": "", "exim": "", "sendmail": suggest.CannotExpress, "": suggest.CannotExpress} {
		site := siteOfTests
		hop := *site.Border
		hop.Dialect = dialect
		site.Border = &hop
		_, refused := Sieve.Emit(rs, site)
		if got := len(refused) > 0 && refused[0].Name == suggest.CannotExpress; got != (want != "") {
			t.Errorf("border by %q: %v", dialect, refused)
		}
	}
	if _, refused := Sieve.Emit(rs, suggest.Site{}); len(refused) != 1 || refused[0].Name != suggest.BorderUnknown {
		t.Errorf("without a border: %v", refused)
	}
	if _, refused := Rspamd.Emit(rs, suggest.Site{}); len(refused) != 0 {
		t.Errorf("rspamd without a border: %v", refused)
	}
	for sender, want := range map[string]string{"": "no envelope sender is known", "bounce@list.example": "is another address", "ines@partner.example": ""} {
		_, refused := Postfix.Emit(rs, suggest.Site{MailFrom: sender})
		if len(refused) == 0 != (want == "") || len(refused) > 0 && !strings.Contains(refused[0].Reason, want) {
			t.Errorf("postfix, envelope sender %q: %v", sender, refused)
		}
	}
}

// Several rules keep their order, and names that are the same in the target are told apart.
func TestOrderAndNames(t *testing.T) {
	var rs []rules.Rule
	for _, name := range []string{"Web form!", "web_form", "web form", strings.Repeat("long ", 20) + "1", strings.Repeat("long ", 20) + "2", "Ünïcode", "---"} {
		rs = append(rs, rules.Rule{Name: name, Action: rules.Allow, When: rules.Conditions{MailFrom: []string{"ines@partner.example"}, BorderHost: []string{"mail.partner.example"}}})
	}
	for _, target := range engineTargets {
		text, refused := target.Emit(rs, siteOfTests)
		if len(refused) > 0 {
			t.Fatalf("%s: %v", target.Name, refused)
		}
		at, seen := -1, map[string]bool{}
		for _, r := range rs {
			next := strings.Index(text.Files[0].Content, "# fpcheck: "+comment(r.Name)+",")
			if next <= at {
				t.Errorf("%s: %q does not stand behind the rule before it", target.Name, r.Name)
			}
			at = next
			if name := nameIn(text, r.Name); name != "" && seen[name] {
				t.Errorf("%s: two rules are called %s", target.Name, name)
			} else {
				seen[name] = true
			}
		}
	}
}

// Two rules that begin alike are told apart even when they are written one after the other.
func TestLongNames(t *testing.T) {
	a, b := identifier("forms-widget-com-host", 16), identifier("forms-widget-com-ip-and-more", 16)
	if a == b || len(a) > 16 || len(b) > 16 || identifier("web form", 16) != "web_form" {
		t.Errorf("%q and %q", a, b)
	}
}

func BenchmarkMatches(b *testing.B) {
	p := prepare(b, trials[0])
	for _, target := range engineTargets {
		b.Run(target.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, d := range p.deliveries {
					if _, err := target.Matches(p.rules[0], p.site, d); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.N*len(p.deliveries))/b.Elapsed().Seconds(), "matches/s")
		})
	}
}

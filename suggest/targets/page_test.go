package targets

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
)

var pageTargets = []*suggest.Target{ProofpointEssentials, ExchangeOnline, GoogleWorkspace, Mimecast, Barracuda}

// TestPages writes every suggestion of some cases in the words of each filter that is a web page.
func TestPages(t *testing.T) {
	texts := map[string]*strings.Builder{}
	for _, name := range []string{"web-form-unlisted-server", "web-form-hosting-pool", "marketing-mailchimp-own-domain", "marketing-mailchimp-signed-own-domain",
		"exclaimer-loop", "exclaimer-loop-footer-after-signing", "outgoing-user-held", "footer-after-signing", "no-ptr", "first-contact"} {
		r, _ := casetest.Load(t, name)
		d := explain.Run(context.Background(), r, causes.All(), causes.CannotTell).First
		s := suggest.Run(context.Background(), r, d, suggest.Options{Targets: pageTargets, Forge: impostor.Variants, Ticket: "4711",
			Expires: time.Date(2027, 5, 25, 0, 0, 0, 0, time.UTC), Dedicated: name == "no-ptr"})
		for _, x := range s.Suggestions {
			if x.Text == nil {
				continue
			}
			if texts[x.Target] == nil {
				texts[x.Target] = &strings.Builder{}
			}
			writeText(texts[x.Target], name, x)
		}
	}
	for _, target := range pageTargets {
		if texts[target.Name] == nil {
			t.Errorf("nothing is written for %s", target.Name)
			continue
		}
		golden(t, filepath.Join("testdata", "pages", target.Name+".txt"), texts[target.Name].String())
	}
}

func writeText(b *strings.Builder, name string, s suggest.Suggestion) {
	fmt.Fprintf(b, "== %s: %s\n", name, s.Remedy.Title)
	for _, step := range s.Text.Worksheet {
		fmt.Fprintf(b, "%s | %s\n", step.Label, step.Value)
	}
	for _, f := range s.Text.Files {
		fmt.Fprintf(b, "%s:\n%s", f.Path, f.Content)
	}
	for _, n := range s.Text.Notes {
		fmt.Fprintf(b, "- %s\n", n)
	}
	b.WriteByte('\n')
}

// siteWith is a site whose border wrote such a line.
func siteWith(dialect string) suggest.Site {
	return suggest.Site{Border: &trace.Hop{Dialect: dialect}, Domains: []string{"widget.com"}, MailFrom: "forms@widget.com"}
}

func parseRule(tb testing.TB, text string) rules.Rule {
	tb.Helper()
	rs, err := rules.Parse("r.yaml", []byte("rules:\n  - {name: web form, action: allow, "+text+"}\n"))
	if err != nil {
		tb.Fatal(err)
	}
	return rs[0]
}

// TestTokens: what is looked for stands where the border wrote a verified name, in its own way of writing.
func TestTokens(t *testing.T) {
	const host, ip = "when: {sender: forms@widget.com, border-host: web.host.example}", "when: {sender: forms@widget.com, border-ip: 203.0.113.10}"
	for _, c := range []struct{ dialect, rule, want string }{
		{"exim", host, "from web.host.example (["},
		{"ppe", host, "(web.host.example ["},
		{"exim", ip, "([203.0.113.10]"},
		{"ppe", ip, "[203.0.113.10])"},
		{"postfix", "when: {sender: forms@widget.com, border-host: .host.example}", ".host.example ["},
		{"exim", "when: {sender: forms@widget.com, border-host: .host.example}", ".host.example (["},
		{"ppe", "when: {sender: forms@widget.com, border-host: web.host.example, border-ip: 203.0.113.10}", "(web.host.example [203.0.113.10])"},
		{"ppe", "when: {sender: forms@widget.com, border-ip: \"2001:db8::1\"}", "[IPv6:2001:db8::1])"},
	} {
		text, refused := ProofpointEssentials.Emit([]rules.Rule{parseRule(t, c.rule)}, siteWith(c.dialect))
		i := slices.IndexFunc(text.Worksheet, func(s suggest.Step) bool { return strings.Contains(s.Label, lHeaders) })
		if len(refused) > 0 || i < 0 || text.Worksheet[i].Value != c.want {
			t.Errorf("%s, %s: %v %v, want %q", c.dialect, c.rule, refused, text.Worksheet, c.want)
		}
	}
}

// TestPageRefusals: what a page cannot say safely has a name, and a near twin that it can say.
func TestPageRefusals(t *testing.T) {
	const bound = "sender: ines@partner.example, border-ip: 203.0.113.10"
	for _, c := range []struct {
		target     *suggest.Target
		rule, want string
	}{
		{ProofpointEssentials, "when: {" + bound + "}", ""},
		{ProofpointEssentials, "when: {sender: ines@partner.example, dkim: partner.example}", suggest.CannotExpress},
		{ProofpointEssentials, "when: {" + bound + ", subject: \"Hello, world\"}", suggest.Delimiter},
		{ProofpointEssentials, "when: {" + bound + ", subject: \"Hello; world\"}", suggest.Delimiter},
		{ProofpointEssentials, "when: {" + bound + ", subject: Hello world}", ""},
		{ProofpointEssentials, "when: {" + bound + ", subject: \"Hello\\nworld\"}", suggest.UnsafeValue},
		{ProofpointEssentials, "when: {" + bound + ", subject: \"" + strings.Repeat("x", 4096) + "\"}", suggest.TooLong},
		{ProofpointEssentials, "when: {sender: ines@partner.example}", suggest.FromOnly},
		{ProofpointEssentials, "when: {sender: ines@partner.example, border-ip: 203.0.113.0/28}", suggest.CannotExpress},
		{ProofpointEssentials, "when: {" + bound + ", header: {name: X-Form, matches: \"^s.*\"}}", suggest.CannotExpress},
		{ProofpointEssentials, "when: {" + bound + ", header: {name: X-Form, contains: secret}}", ""},
		{ExchangeOnline, "when: {" + bound + "}", ""},
		{ExchangeOnline, "when: {sender: forms@widget.com, border-host: web.host.example}", ""},
		{ExchangeOnline, "when: {sender: forms@widget.com, border-host: .outbound.protection.outlook.com}", suggest.SharedHost},
		{ExchangeOnline, "when: {sender: \"@widget.com\", border-host: web.host.example}", suggest.TooWide},
		{ExchangeOnline, "when: {sender: ines@partner.example, border-host: mail.partner.example}", suggest.CannotExpress},
		{ExchangeOnline, "when: {sender: ines@partner.example, dkim: service.example}", suggest.CannotExpress},
		{ExchangeOnline, "when: {sender: ines@partner.example, dkim: partner.example}", ""},
		{ExchangeOnline, "when: {" + bound + ", header: [{name: A, contains: x}, {name: B, contains: y}]}", suggest.CannotExpress},
		{GoogleWorkspace, "when: {" + bound + "}", ""},
		{GoogleWorkspace, "when: {sender: ines@partner.example, border-host: mail.partner.example}", suggest.FloatingAddress},
		{GoogleWorkspace, "when: {sender: ines@partner.example, dkim: service.example}", suggest.CannotExpress},
		{GoogleWorkspace, "when: {sender: ines@partner.example, dkim: mail.partner.example}", ""},
		{Mimecast, "when: {" + bound + "}", ""},
		{Mimecast, "when: {sender: ines@partner.example, border-host: mail.partner.example}", suggest.FloatingAddress},
		{Mimecast, "when: {sender: ines@partner.example, dkim: partner.example}", suggest.CannotExpress},
		{Mimecast, "scope: \"group: sales\", when: {" + bound + "}", suggest.CannotExpress},
		{ExchangeOnline, "scope: \"user: sales@widget.com\", when: {" + bound + "}", ""},
		{Barracuda, "when: {" + bound + "}", ""},
		{Barracuda, "when: {" + bound + ", subject: Hello}", suggest.CannotExpress},
		{Barracuda, "when: {sender: ines@partner.example, border-ip: \"2001:db8::1\"}", suggest.CannotExpress},
	} {
		text, refused := c.target.Emit([]rules.Rule{parseRule(t, c.rule)}, siteWith("ppe"))
		got := ""
		if len(refused) > 0 {
			got = refused[0].Name
		}
		if got != c.want || (got == "") != (len(text.Worksheet)+len(text.Files) > 0) {
			t.Errorf("%s: %s: %q, want %q\n%v", c.target.Name, c.rule, got, c.want, refused)
		}
		if _, err := c.target.Matches(parseRule(t, c.rule), siteWith("ppe"), suggest.Delivery{}); err == nil && got != "" {
			t.Errorf("%s: %s: Emit refuses, and Matches does not", c.target.Name, c.rule)
		}
	}
}

// TestUnknownBorder: without a message nobody knows how the border writes.
func TestUnknownBorder(t *testing.T) {
	r := parseRule(t, "when: {sender: forms@widget.com, border-host: web.host.example}")
	for dialect, want := range map[string]string{"exchange": suggest.AttackerSlot, "gmail": suggest.AttackerSlot} {
		if _, refused := ProofpointEssentials.Emit([]rules.Rule{r}, siteWith(dialect)); len(refused) != 1 || refused[0].Name != want {
			t.Errorf("%s: %v", dialect, refused)
		}
	}
	if _, refused := ProofpointEssentials.Emit([]rules.Rule{r}, suggest.Site{}); len(refused) != 1 || refused[0].Name != suggest.BorderUnknown {
		t.Errorf("%v", refused)
	}
}

// TestNames: 30 letters, digits and dashes, no two alike, and the map says which is which.
func TestNames(t *testing.T) {
	a, b := parseRule(t, "when: {sender: a@b.example, border-ip: 203.0.113.10}"), parseRule(t, "when: {sender: a@c.example, border-ip: 203.0.113.10}")
	a.Name, b.Name = "the web form of the company in the north (new)", "the web form of the company in the south"
	text, _ := ProofpointEssentials.Emit([]rules.Rule{a, b}, siteWith("ppe"))
	var names []string
	for _, s := range text.Worksheet {
		if s.Label == "Name" {
			names = append(names, s.Value)
		}
	}
	if len(names) != 2 || names[0] == names[1] || text.NameMap[a.Name] != names[0] || text.NameMap[b.Name] != names[1] {
		t.Errorf("%v, map %v", names, text.NameMap)
	}
	for _, n := range names {
		if !regexp.MustCompile(`^[A-Za-z0-9-]{1,30}$`).MatchString(n) {
			t.Errorf("%q is no name for the page", n)
		}
	}
}

// readPS reads commands as PowerShell does: words, parameters, strings in single quotes with doubled quotes inside, lists with commas,
// lines that go on behind a backtick, comments.
func readPS(t *testing.T, text string) []map[string][]string {
	t.Helper()
	var out []map[string][]string
	var now map[string][]string
	name, i := "", 0
	rs := []rune(text)
	quote := func(r rune) bool { return strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) }
	for i < len(rs) {
		switch r := rs[i]; {
		case r == '#':
			for i < len(rs) && rs[i] != '\n' {
				i++
			}
		case r == '`' && i+1 < len(rs) && rs[i+1] == '\n':
			i += 2
		case r == '\n':
			now, name = nil, ""
			i++
		case r == ' ' || r == ',' || r == '(' || r == ')':
			i++
		case quote(r):
			var s []rune
			for i++; ; i++ {
				if i >= len(rs) {
					t.Fatalf("a string that does not end in\n%s", text)
				}
				if quote(rs[i]) {
					if i+1 < len(rs) && quote(rs[i+1]) {
						i++
					} else {
						break
					}
				}
				s = append(s, rs[i])
			}
			i++
			if now == nil {
				t.Fatalf("a string where a command should begin in\n%s", text)
			}
			now[name] = append(now[name], string(s))
		default:
			from := i
			for i < len(rs) && !strings.ContainsRune(" \n,()'`", rs[i]) {
				i++
			}
			if from == i {
				t.Fatalf("%q has no place in\n%s", rs[i], text)
			}
			word := string(rs[from:i])
			switch {
			case now == nil:
				now = map[string][]string{"": {word}}
				out = append(out, now)
			case word[0] == '-' && word != "-1":
				name = word[1:]
				now[name] = now[name][:0:0]
			default:
				now[name] = append(now[name], word)
			}
		}
	}
	return out
}

// FuzzExchange: whatever stands in a rule, PowerShell reads one command with the same values.
func FuzzExchange(f *testing.F) {
	for _, s := range []string{"web form", "o'brien", "a’; Remove-Mailbox -Identity b", "x`n-Mode Enforce", "$(calc)", "\"", "#", "a\u2018b\u201ac"} {
		f.Add(s, s, "ines@partner.example")
	}
	f.Fuzz(func(t *testing.T, name, text, sender string) {
		r := rules.Rule{Name: name, Action: rules.Allow, Direction: rules.Inbound, Ticket: text, Reason: text}
		r.When = rules.Conditions{Sender: []string{sender}, Subject: []string{text}, BorderIP: []netip.Prefix{netip.MustParsePrefix("203.0.113.10/32")}}
		out, refused := ExchangeOnline.Emit([]rules.Rule{r}, suggest.Site{})
		if len(refused) > 0 {
			return
		}
		cmds := readPS(t, out.Files[0].Content)
		if len(cmds) != 1 || cmds[0][""][0] != "New-TransportRule" {
			t.Fatalf("%d commands in\n%s", len(cmds), out.Files[0].Content)
		}
		if got := cmds[0]["SubjectMatchesPatterns"]; len(got) != 1 || !regexp.MustCompile("^(?:"+got[0]+")$").MatchString(text) {
			t.Errorf("the subject %q became %q", text, got)
		}
		if got := cmds[0]["FromAddressMatchesPatterns"]; len(got) != 1 || !strings.ContainsAny(sender, "*") && !strings.HasPrefix(sender, "@") && sender != "<>" && strings.Contains(sender, "@") && !regexp.MustCompile(got[0]).MatchString(sender) {
			t.Errorf("the sender %q became %q", sender, got)
		}
		if got := cmds[0]["SenderIpRanges"]; len(got) != 1 || got[0] != "203.0.113.10" {
			t.Errorf("the address became %q", got)
		}
	})
}

// FuzzProofpoint: whatever stands in a rule, the page gets one filter with the same conditions, none of which it cuts in two.
func FuzzProofpoint(f *testing.F) {
	for _, s := range []string{"web form", "a,b", "a;b", "a\nb", " a", "*", "ü", "\x00", "a\u202eb"} {
		f.Add(s, s, "ines@partner.example")
	}
	f.Fuzz(func(t *testing.T, name, text, sender string) {
		r := rules.Rule{Name: name, Action: rules.Allow, Ticket: text}
		r.When = rules.Conditions{Sender: []string{sender}, Subject: []string{text}, BorderHost: []string{"web.host.example"}}
		out, refused := ProofpointEssentials.Emit([]rules.Rule{r}, siteWith("ppe"))
		if len(refused) > 0 {
			return
		}
		if len(out.Worksheet) != 8 {
			t.Fatalf("%d lines: %v", len(out.Worksheet), out.Worksheet)
		}
		for _, s := range out.Worksheet {
			if strings.ContainsAny(s.Label+s.Value, "\r\n\x00") {
				t.Errorf("%q: %q", s.Label, s.Value)
			}
			if strings.Contains(s.Label, " is") || strings.Contains(s.Label, "contain") {
				if strings.ContainsAny(s.Value, ",;") {
					t.Errorf("%q is cut in two", s.Value)
				}
			}
		}
		if got := out.Worksheet[4].Value; !strings.HasPrefix(got, "*@") && got != sender {
			t.Errorf("the sender %q became %q", sender, got)
		}
		if out.Worksheet[6].Value != text {
			t.Errorf("%q is lost: %v", text, out.Worksheet)
		}
	})
}

// FuzzGoogle: the expressions compile in RE2 and match the value that they are made from, and no longer one around it.
func FuzzGoogle(f *testing.F) {
	for _, s := range []string{"Hello", "a.b", "(", `\E`, "[^", "a\nb", "$"} {
		f.Add(s, "ines@partner.example")
	}
	f.Fuzz(func(t *testing.T, text, sender string) {
		r := rules.Rule{Name: "r", Action: rules.Allow}
		r.When = rules.Conditions{Sender: []string{sender}, Subject: []string{text}, BorderIP: []netip.Prefix{netip.MustParsePrefix("203.0.113.10/32")}}
		p, no := planGoogle(r, suggest.Site{})
		if no != nil {
			return
		}
		if len(p.exprs) != 3 {
			t.Fatalf("%v", p.exprs)
		}
		if !regexp.MustCompile(p.exprs[1].value).MatchString(text) {
			t.Errorf("%q does not match %q", p.exprs[1].value, text)
		}
		from := regexp.MustCompile(p.exprs[0].value)
		if strings.ContainsAny(sender, "*<>") || strings.HasPrefix(sender, "@") || !strings.Contains(sender, "@") {
			return
		}
		if !from.MatchString(sender) || !from.MatchString("Ines <"+sender+">") || from.MatchString(sender+".attacker.example") || from.MatchString("<"+sender+">, <boss@attacker.example>") {
			t.Errorf("%q for %q", p.exprs[0].value, sender)
		}
	})
}

package targets

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// engineTargets are those whose filter runs in the tests TestEngine...
var engineTargets = []*suggest.Target{SpamAssassin, Rspamd, Sieve, Postfix, Exim}

// trial is a mail case with rules for it. The names of rules are theirs alone, so that one configuration holds all of them.
type trial struct {
	fixture, rules string
	from           string // takes the place of the author's address; no signature survives it
}

// oddAddress holds what has a meaning in one syntax or another, as far as an address may hold it (RFC 5322 3.2.3).
const oddAddress = "o'brien+x#1$h_from&{y}|z/%n`@partner.example"

var trials = []trial{
	{fixture: "web-form-unlisted-server", rules: `
  - {name: form-ip, action: allow, direction: inbound, when: {sender: forms@widget.com, recipient: sales@widget.com, border-ip: 203.0.113.10}, ticket: "4711", reason: web form, expires: 2099-05-25}
  - {name: form-host, action: allow, when: {sender: forms@widget.com, recipient: sales@widget.com, border-host: webhoster.someformservice.com}}
  - {name: form-net, action: allow, when: {sender: "@widget.com", border-ip: 203.0.113.8/29, border-host: webhoster.someformservice.com}}
  - {name: form-expired, action: allow, when: {sender: forms@widget.com, border-ip: 203.0.113.10}, expires: 2020-01-01}
  - {name: form-other, action: allow, when: {sender: other@widget.com, border-ip: 203.0.113.10}}
`},
	{fixture: "web-form-hosting-pool", rules: `
  - {name: pool-host, action: allow, direction: inbound, scope: "user: sales@widget.com", when: {sender: forms@widget.com, border-host: webhoster.someformservice.com}, expires: 2099-05-25}
  - {name: pool-lists, action: allow, when: {sender: forms@widget.com, recipient: [sales@widget.com, info@widget.com], border-host: [.web.someformservice.com, webhoster.someformservice.com]}}
  - {name: pool-unless, action: allow, when: {sender: forms@widget.com, border-host: webhoster.someformservice.com}, unless: {border-ip: 203.0.113.10}}
`},
	{fixture: "marketing-mailchimp-own-domain", rules: `
  - {name: campaign-host, action: allow, when: {sender: news@widget.com, recipient: anna@widget.com, border-host: mail12.atl11.rsgsv.net}}
  - {name: campaign-dkim, action: allow, when: {sender: news@widget.com, dkim: mail12.atl11.rsgsv.net, border-host: .atl11.rsgsv.net}}
  - {name: campaign-subject, action: allow, when: {sender: news@widget.com, dkim: mail12.atl11.rsgsv.net, subject: "spring at the workshop", header: {name: X-Mailer, contains: MailChimp}}}
`},
	{fixture: "marketing-mailchimp-signed-own-domain", rules: `
  - {name: signed-dkim, action: allow, when: {sender: news@widget.com, dkim: widget.com}, expires: 2099-05-25}
  - {name: signed-inbound, action: allow, direction: inbound, when: {sender: news@widget.com, dkim: widget.com}, unless: {own-sender: true}}
  - {name: signed-aligned, action: allow, when: {sender: news@widget.com, dkim: aligned}, unless: {subject: "pay this"}}
`},
	{fixture: "exclaimer-loop", rules: `
  - {name: loop-dkim, action: allow, when: {sender: "@tripoli-quebec.org", dkim: tripoli-quebec.org}, ticket: "12"}
  - {name: loop-host, action: allow, when: {sender: "@tripoli-quebec.org", border-host: .outbound.protection.outlook.com, dkim: tripoli-quebec.org}}
`},
	{fixture: "plain-good", rules: `
  - {name: partner-dkim, action: allow, when: {sender: ines@partner.example, dkim: partner.example}}
  - {name: partner-envelope, action: allow, when: {mail-from: ines@partner.example, border-host: .partner.example}}
  - {name: block-unsigned, action: block, when: {sender: "@partner.example"}, unless: {dkim: partner.example}}
  - {name: partner-unsigned, action: allow, when: {sender: ines@partner.example, dkim: partner.example}, unless: {dkim: none}}
`},
	{fixture: "plain-good", from: oddAddress, rules: `
  - {name: odd-host, action: allow, when: {sender: "` + oddAddress + `", border-host: mail.partner.example}}
  - {name: odd-other, action: allow, when: {sender: "` + strings.Replace(oddAddress, "$", ".", 1) + `", border-host: mail.partner.example}}
`},
	{fixture: "plain-good-ipv6", rules: `
  - {name: six-ip, action: allow, when: {sender: ines@partner.example, border-ip: "2001:db8:20::25"}}
  - {name: six-net, action: allow, when: {sender: ines@partner.example, border-ip: "2001:db8:20::/48"}}
`},
	{fixture: "plain-good-null-sender", rules: `
  - {name: null-sender, action: allow, when: {mail-from: "<>", border-host: mail.partner.example}}
`},
	{fixture: "outgoing-user-held", rules: `
  - {name: out-user, action: allow, direction: outbound, scope: "user: anna@widget.com", when: {own-sender: true}, ticket: "9"}
  - {name: out-inbound-other, action: allow, direction: inbound, when: {sender: "@widget.com", dkim: widget.com}}
  - {name: out-other, action: allow, direction: outbound, when: {sender: paul@widget.com, own-sender: true}}
`},
	{fixture: "outgoing-open-sesame", rules: `
  - {name: out-phrase, action: allow, direction: outbound, when: {sender: "@widget.com", own-sender: true, phrase: "the Yellow ones are never in stock"}}
`},
}

// prepared is a trial with everything that is delivered in it.
type prepared struct {
	trial
	rules      []rules.Rule // those of the trial, and those that suggest offers
	own        int          // how many are those of the trial
	site       suggest.Site
	deliveries []suggest.Delivery // the genuine one first
	resolver   resolve.Resolver
}

func prepare(t testing.TB, x trial) prepared {
	t.Helper()
	rs, err := rules.Parse("rules.yaml", []byte("rules:"+x.rules))
	if err != nil {
		t.Fatal(err)
	}
	in, _ := casetest.Input(t, x.fixture)
	if x.from != "" {
		in = withAuthor(in, x.from)
	}
	r := analyze.Run(context.Background(), in, checks.All())
	own := len(rs)
	if x.from == "" {
		rs = append(rs, suggested(r)...)
	}
	p := prepared{trial: x, rules: rs, own: own, site: suggest.SiteOf(r), deliveries: []suggest.Delivery{genuine(r)}, resolver: r.Input.Resolve}
	p.deliveries = append(p.deliveries, impostor.Variants(context.Background(), r, rs...)...)
	if p.resolver, err = resolve.Overlay(r.Input.Resolve, p.deliveries[1].DNS); err != nil {
		t.Fatal(err)
	}
	return p
}

// suggested are the rules that suggest offers for the message, in any of the engines.
func suggested(r *analyze.Report) (out []rules.Rule) {
	e := explain.Run(context.Background(), r, causes.All(), causes.CannotTell)
	s := suggest.Run(context.Background(), r, e.First, suggest.Options{Targets: engineTargets, Forge: impostor.Variants, Verdict: e.Verdict, Ticket: "4711",
		Expires: time.Date(2099, 5, 25, 0, 0, 0, 0, time.UTC)})
	seen := map[string]bool{}
	for _, x := range s.Suggestions {
		if x.Remedy.Rule == nil || seen[x.Remedy.Kind] {
			continue
		}
		seen[x.Remedy.Kind] = true
		rule := *x.Remedy.Rule
		rule.Name = r.Input.Name + "-" + x.Remedy.Kind
		out = append(out, rule)
	}
	return out
}

// withAuthor writes another author into the message.
func withAuthor(in *analyze.Input, from string) *analyze.Input {
	raw := strings.Replace(string(in.Message.Raw), "\nFrom: Ines Carvalho <"+in.Author[0].String()+">", "\nFrom: Ines Carvalho <"+from+">", 1)
	out := analyze.Prepare(eml.Parse([]byte(raw)), in.Profile, analyze.Stated{})
	out.Name, out.Resolve, out.DNSMode, out.Rules, out.Weights, out.Today = in.Name, in.Resolve, in.DNSMode, in.Rules, in.Weights, in.Today
	return out
}

// genuine is the message itself as a delivery.
func genuine(r *analyze.Report) suggest.Delivery {
	h := r.Input.Trace.Handover
	return suggest.Delivery{Name: "genuine", Raw: r.Input.Message.Raw, Message: r.Input.Message, Facts: r.Facts,
		Envelope: suggest.Envelope{IP: h.IP, RDNS: h.RDNS, Helo: h.Helo, MailFrom: strings.Trim(h.MailFrom, "<>"), Rcpt: h.Rcpt}}
}

// asSent is the message as the peer sent it to the border, without what our side wrote on top.
func asSent(p prepared, d suggest.Delivery) []byte {
	all := d.Message.All("Received")
	end := all[p.site.BorderAt].Span.End
	return crlf(d.Raw[end:])
}

func crlf(b []byte) []byte {
	s := strings.ReplaceAll(string(b), "\r\n", "\n")
	return []byte(strings.ReplaceAll(s, "\n", "\r\n"))
}

// who names the attackers of what got in: the genuine message first.
func outcome(p prepared, rule string, matched func(d suggest.Delivery) bool) string {
	var in []string
	for _, d := range p.deliveries {
		if matched(d) {
			name := d.Name
			if d.Attacker != "" {
				name += " (" + string(d.Attacker) + ")"
			}
			in = append(in, name)
		}
	}
	return fmt.Sprintf("%s: %s", rule, strings.Join(in, ", "))
}

// isSafe fails the test where a rule misses its own message or lets somebody in who is not inside.
func isSafe(t *testing.T, rule string, d suggest.Delivery, matched bool) {
	t.Helper()
	never := strings.HasSuffix(rule, "-expired") || strings.HasSuffix(rule, "-other") || rule == "pool-unless"
	switch {
	case strings.HasPrefix(rule, "block-"):
		if d.Name == "genuine" && matched {
			t.Errorf("%s blocks the genuine message", rule)
		}
	case d.Name == "genuine" && !matched && !never:
		t.Errorf("%s does not match its own message", rule)
	case d.Attacker == suggest.Outsider && matched, d.Attacker == suggest.KnowsRule && matched:
		t.Errorf("%s lets in %s (%s): %s", rule, d.Name, d.Attacker, d.Note)
	}
}

// TestSimulated matches every rule as each engine would, and compares with the golden list of who gets in.
func TestSimulated(t *testing.T) {
	got := map[string][]string{}
	for _, x := range trials {
		p := prepare(t, x)
		for _, target := range engineTargets {
			got[target.Name] = append(got[target.Name], "# "+p.fixture)
			for i, r := range p.rules {
				if line := simulateRule(t, target, p, r); i < p.own { // what suggest offers is golden in its own tests
					got[target.Name] = append(got[target.Name], line)
				}
			}
		}
	}
	for name, lines := range got {
		golden(t, filepath.Join("testdata", "engines", name+".golden"), strings.Join(lines, "\n")+"\n")
	}
}

func simulateRule(t *testing.T, target *suggest.Target, p prepared, r rules.Rule) string {
	t.Helper()
	if _, refused := target.Emit([]rules.Rule{r}, p.site); len(refused) > 0 {
		if _, err := target.Matches(r, p.site, p.deliveries[0]); err == nil {
			t.Errorf("%s: %s is refused, and matches all the same", target.Name, r.Name)
		}
		return r.Name + ": refused, " + refused[0].Name
	}
	return outcome(p, r.Name, func(d suggest.Delivery) bool {
		ok, err := target.Matches(r, p.site, d)
		if err != nil {
			t.Fatalf("%s: %s on %s: %v", target.Name, r.Name, d.Name, err)
		}
		if r.Name != "form-expired" {
			isSafe(t, r.Name, d, ok)
		}
		return ok
	})
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (rewrite with -update):\n%s", path, diff)
	}
}

// engine finds a program, or skips the test; where engines are required, it fails.
func engine(t *testing.T, name string, places ...string) string {
	t.Helper()
	for _, place := range places {
		if _, err := os.Stat(place); err == nil {
			return place
		}
	}
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("FPCHECK_ENGINES") == "required" {
		t.Fatalf("%s is not installed: make engines installs it on Debian, as root", name)
	}
	t.Skipf("%s is not installed: make engines installs it on Debian, as root", name)
	return ""
}

// nameServer answers from the resolver of the trial that is being run.
type nameServer struct {
	at atomic.Pointer[resolve.Resolver]
}

func (s *nameServer) use(r resolve.Resolver) { s.at.Store(&r) }

// serve starts a server on the first of addrs whose port is free for UDP and for TCP, and returns where. Without addrs it looks for such a port.
func serve(t *testing.T, addrs ...string) (*nameServer, *net.UDPAddr) {
	t.Helper()
	if addrs == nil { // not port 0: the system gives one that is free for UDP, where TCP may still hold a connection
		for range 8 {
			addrs = append(addrs, fmt.Sprintf("127.0.0.1:%d", freePort(t)))
		}
	}
	s := &nameServer{}
	var pc net.PacketConn
	var ln net.Listener
	var err error
	for _, addr := range addrs {
		if pc, err = net.ListenPacket("udp", addr); err != nil {
			continue
		}
		if ln, err = net.Listen("tcp", pc.LocalAddr().String()); err == nil {
			break
		}
		pc.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range []*dns.Server{{PacketConn: pc, Handler: s}, {Listener: ln, Handler: s}} {
		go func() { _ = server.ActivateAndServe() }()
		t.Cleanup(func() { _ = server.Shutdown() })
	}
	return s, pc.LocalAddr().(*net.UDPAddr)
}

func (s *nameServer) ServeDNS(w dns.ResponseWriter, req *dns.Msg) {
	m := new(dns.Msg).SetReply(req)
	m.RecursionAvailable = true
	m.Rcode = dns.RcodeNameError
	if r := s.at.Load(); r != nil && len(req.Question) == 1 {
		a, err := (*r).Resolve(context.Background(), resolve.Q(req.Question[0].Name, req.Question[0].Qtype))
		if err == nil {
			m.Rcode, m.Answer = a.Rcode, a.RRs
		}
	}
	if w.LocalAddr().Network() == "udp" {
		size := 512
		if o := req.IsEdns0(); o != nil {
			size = int(o.UDPSize())
		}
		m.Truncate(size)
	}
	_ = w.WriteMsg(m)
}

// compare runs every delivery of every trial through an engine and asks whether it does what the simulator says. blind names
// deliveries whose signature this build of the engine cannot verify, and rules that its test program cannot be asked about.
func compare(t *testing.T, target *suggest.Target, all []prepared, dnsOf *nameServer, hits func(p prepared, d suggest.Delivery) map[string]bool, blind ...string) {
	t.Helper()
	n := 0
	for _, p := range all {
		if dnsOf != nil {
			dnsOf.use(p.resolver)
		}
		for _, d := range p.deliveries {
			got := hits(p, d)
			for _, r := range p.rules {
				want, err := target.Matches(r, p.site, d)
				if err != nil {
					continue // refused
				}
				n++
				if want && len(r.When.DKIM) > 0 && slices.Contains(blind, d.Name) || slices.Contains(blind, r.Name) {
					continue
				}
				if got[r.Name] != want {
					t.Errorf("%s: %s on %s (%s): the engine says %v, the simulator %v\n%s", p.fixture, r.Name, d.Name, d.Note, got[r.Name], want, head(d.Message))
				}
				if r.Name != "form-expired" {
					isSafe(t, r.Name, d, got[r.Name])
				}
			}
		}
	}
	t.Logf("%d matches of %d deliveries compared", n, total(all))
}

// together asks about all rules at once: each is a process of its own.
func together(rs []rules.Rule, ask func(rules.Rule) bool) map[string]bool {
	var wg sync.WaitGroup
	answers := make([]bool, len(rs))
	for i, r := range rs {
		wg.Go(func() { answers[i] = ask(r) })
	}
	wg.Wait()
	out := map[string]bool{}
	for i, r := range rs {
		out[r.Name] = answers[i]
	}
	return out
}

func total(all []prepared) (n int) {
	for _, p := range all {
		n += len(p.deliveries)
	}
	return n
}

func head(m *eml.Message) string {
	return string(m.Raw[:min(len(m.Raw), 1500)])
}

func prepareAll(t testing.TB) []prepared {
	out := make([]prepared, len(trials))
	for i, x := range trials {
		out[i] = prepare(t, x)
	}
	return out
}

// emitted writes the rules of every trial, each with its own site.
func emitted(target *suggest.Target, all []prepared) []suggest.Text {
	out := make([]suggest.Text, len(all))
	for i, p := range all {
		out[i], _ = target.Emit(p.rules, p.site)
	}
	return out
}

// nameIn returns what a rule is called in the target.
func nameIn(text suggest.Text, rule string) string { return text.NameMap[rule] }

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// openDir is a temporary folder that a daemon with an account of its own can enter.
func openDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && len(d) > 1; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTrialsNameTheirRulesOnce(t *testing.T) {
	var names []string
	for _, p := range prepareAll(t) {
		for _, r := range p.rules {
			if slices.Contains(names, r.Name) {
				t.Errorf("two rules are called %s", r.Name)
			}
			names = append(names, r.Name)
		}
	}
}

// loggedIn reports whether the delivery is one of an own user, who logs in to the server where the rule runs.
func loggedIn(d suggest.Delivery) bool {
	return d.Facts.OwnSender.Known == rules.Yes && d.Facts.Direction != rules.Inbound
}

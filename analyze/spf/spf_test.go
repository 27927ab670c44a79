package spf

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

const zone = `;! zone example.com.
;! zone example.net.
;! zone 2.0.192.in-addr.arpa.
;! broken.example.org. TXT SERVFAIL
;! silent.example.org. TXT TIMEOUT
example.com. TXT "v=spf1 ip4:192.0.2.0/28 include:_spf.example.net a:www.example.com -all exp=why.example.com"
example.com. TXT "another record"
www.example.com. A 192.0.2.99
why.example.com. TXT "%{i} may not send for %{d}, says %{r}"
_spf.example.net. TXT "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 mx:mx.example.net ~all"
mx.example.net. MX 10 a.mx.example.net.
a.mx.example.net. A 203.0.113.25
a.mx.example.net. AAAA 2001:db8:1::25
two.example.com. TXT "v=spf1 -all"
two.example.com. TXT "v=spf1 +all"
open.example.com. TXT "v=spf1 +all"
half.example.com. TXT "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"
nested-open.example.com. TXT "v=spf1 include:open.example.com -all"
ptr.example.com. TXT "v=spf1 ptr -all"
7.2.0.192.in-addr.arpa. PTR mail.ptr.example.com.
mail.ptr.example.com. A 192.0.2.7
loop.example.com. TXT "v=spf1 include:loop.example.com -all"
redirect.example.com. TXT "v=spf1 redirect=example.com"
typo.example.com. TXT "v=spf1 ip4:192.0.2.0/28 ipv4:198.51.100.1 -all"
voids.example.com. TXT "v=spf1 a:n1.example.com a:n2.example.com a:n3.example.com ip4:192.0.2.7 -all"
many.example.com. TXT "v=spf1 a a a a a a a a a a a ip4:192.0.2.7 -all"
many.example.com. A 203.0.113.1
nowhere.example.com. TXT "v=spf1 include:missing.example.com -all"
temp.example.com. TXT "v=spf1 include:broken.example.org -all"
slow.example.com. TXT "v=spf1 include:silent.example.org -all"
away.example.com. TXT "v=spf1 ip4:192.0.2.7 include:unrecorded.example.org -all"
macro.example.com. TXT "v=spf1 exists:%{ir}.%{v}._spf.%{d} -all"
7.2.0.192.in-addr._spf.macro.example.com. A 127.0.0.2
helo.example.net. TXT "v=spf1 ip4:192.0.2.7 -all"
`

func resolver(tb testing.TB) resolve.Resolver {
	tb.Helper()
	r, err := resolve.Snapshot("test", strings.NewReader(zone))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		ip, domain string
		want       Verdict
		reason     string
		lookups    int
		looked     bool
	}{
		{"192.0.2.7", "example.com", Pass, "matched ip4:192.0.2.0/28", 0, true},
		{"::ffff:192.0.2.7", "example.com", Pass, "matched ip4:192.0.2.0/28", 0, true},
		{"198.51.100.1", "example.com", Pass, "matched include:_spf.example.net, there ip4:198.51.100.0/24", 1, true},
		{"203.0.113.25", "example.com", Pass, "matched include:_spf.example.net, there mx:mx.example.net", 2, true},
		{"2001:db8:1::25", "example.com", Pass, "matched include:_spf.example.net, there ip6:2001:db8::/32", 1, true},
		{"192.0.2.99", "example.com", Pass, "matched a:www.example.com", 3, true},
		{"203.0.113.1", "example.com", Fail, "matched -all", 3, true},
		{"203.0.113.1", "redirect.example.com", Fail, "redirect=example.com: matched -all", 4, true},
		{"192.0.2.7", "two.example.com", PermError, "two.example.com has 2 SPF records; one is allowed", 0, true},
		{"192.0.2.7", "ptr.example.com", Pass, "matched ptr", 1, true},
		{"192.0.2.8", "ptr.example.com", Fail, "matched -all", 1, true},
		{"192.0.2.7", "macro.example.com", Pass, "matched exists:%{ir}.%{v}._spf.%{d}", 1, true},
		{"192.0.2.8", "macro.example.com", Fail, "matched -all", 1, true},
		{"192.0.2.7", "typo.example.com", PermError, `there is no mechanism "ipv4"`, 0, true},
		{"192.0.2.7", "voids.example.com", PermError, "a:n3.example.com is void lookup 3; at most 2 are allowed", 3, true},
		{"192.0.2.7", "many.example.com", PermError, "a would be lookup 11; at most 10 are allowed", 11, true},
		{"192.0.2.7", "loop.example.com", PermError, "", 11, true},
		{"192.0.2.7", "nowhere.example.com", PermError, "include:missing.example.com: missing.example.com does not exist", 1, true},
		{"192.0.2.7", "nospf.example.com", None, "nospf.example.com does not exist", 0, true},
		{"192.0.2.7", "www.example.com", None, "www.example.com has no SPF record", 0, true},
		{"192.0.2.7", "localhost", None, "not a domain name that can have a record", 0, true},
		{"192.0.2.7", "temp.example.com", TempError, "include:broken.example.org: broken.example.org TXT: server failure", 1, true},
		{"192.0.2.7", "slow.example.com", TempError, "include:silent.example.org: silent.example.org TXT: time-out", 1, true},
		{"192.0.2.7", "away.example.com", Pass, "matched ip4:192.0.2.7", 0, true},
		{"192.0.2.8", "away.example.com", TempError, "include:unrecorded.example.org: unrecorded.example.org TXT: not recorded", 1, false},
		{"192.0.2.8", "unrecorded.example.org", TempError, "unrecorded.example.org TXT: not recorded", 0, false},
	} {
		got := Check(t.Context(), resolver(t), Request{IP: netip.MustParseAddr(tt.ip), Helo: "mx.example.net", MailFrom: "<joe@" + tt.domain + ">"})
		if got.Verdict != tt.want || tt.reason != "" && got.Reason != tt.reason || got.Lookups != tt.lookups || got.Looked() != tt.looked {
			t.Errorf("%s for %s: %s, %q, %d lookups, looked %v; want %s, %q, %d, %v", tt.ip, tt.domain,
				got.Verdict, got.Reason, got.Lookups, got.Looked(), tt.want, tt.reason, tt.lookups, tt.looked)
		}
		if got.Identity != MailFrom || got.Domain != tt.domain || got.Question != resolve.Q(tt.domain, resolve.TypeTXT) {
			t.Errorf("%s: %s %s %s", tt.domain, got.Identity, got.Domain, got.Question)
		}
	}
}

func TestIdentity(t *testing.T) {
	req := Request{IP: netip.MustParseAddr("192.0.2.7"), Helo: "helo.example.net"}
	for sender, want := range map[string]string{
		"":                  "helo helo.example.net pass",
		"<>":                "helo helo.example.net pass",
		"joe@example.com":   "mailfrom example.com pass",
		"<joe@example.com>": "mailfrom example.com pass",
		`"a@b"@example.com`: "mailfrom example.com pass",
		"MAILER-DAEMON":     "mailfrom MAILER-DAEMON none",
		"joe@[192.0.2.7]":   "mailfrom [192.0.2.7] none",
		"joe@a..b":          "mailfrom a..b none",
	} {
		req.MailFrom = sender
		got := Check(t.Context(), resolver(t), req)
		if line := fmt.Sprint(got.Identity, " ", got.Domain, " ", got.Verdict); line != want {
			t.Errorf("%q: %s, want %s", sender, line, want)
		}
	}
	if got := CheckHelo(t.Context(), resolver(t), req); got.Identity != Helo || got.Verdict != Pass {
		t.Errorf("HELO apart: %+v", got)
	}
	if got := Check(t.Context(), resolver(t), Request{MailFrom: "joe@example.com"}); got.Verdict != None || got.Reason == "" {
		t.Errorf("no address: %+v", got)
	}
}

func TestOffline(t *testing.T) {
	got := Check(t.Context(), resolve.Off(), Request{IP: netip.MustParseAddr("192.0.2.7"), MailFrom: "joe@example.com"})
	if got.Looked() || got.Unknown.Kind != resolve.Offline {
		t.Errorf("%+v, want not looked", got)
	}
}

func TestExplanation(t *testing.T) {
	req := Request{IP: netip.MustParseAddr("203.0.113.1"), MailFrom: "joe@example.com", Receiver: "mx.example.org"}
	if got := Check(t.Context(), resolver(t), req); got.Explanation != "203.0.113.1 may not send for example.com, says mx.example.org" {
		t.Errorf("%q", got.Explanation)
	}
	req.IP = netip.MustParseAddr("192.0.2.7")
	if got := Check(t.Context(), resolver(t), req); got.Explanation != "" {
		t.Errorf("who passes needs no explanation: %q", got.Explanation)
	}
}

// TestLibrary compares the library with our own evaluation: both must agree but for the named paragraph.
func TestLibrary(t *testing.T) {
	for domain, differs := range map[string]string{
		"example.com":          "",
		"voids.example.com":    "",
		"redirect.example.com": "",
		"typo.example.com":     "RFC 7208 4.6.1: the SPF library says pass", // it stops at the term before the mistake
	} {
		got := Check(t.Context(), resolver(t), Request{IP: netip.MustParseAddr("192.0.2.7"), MailFrom: "joe@" + domain})
		if got.Differs != differs {
			t.Errorf("%s: %q, want %q", domain, got.Differs, differs)
		}
	}
}

func TestExplain(t *testing.T) {
	tree := Explain(t.Context(), resolver(t), "example.com", netip.MustParseAddr("192.0.2.7"))
	var lines []string
	tree.Walk(func(in *Tree, term *Term, depth int) {
		mark := ""
		if term.Matched {
			mark = " <-"
		}
		lines = append(lines, fmt.Sprintf("%d %s@%d %v%s", depth, term.Text, term.Start, term.Reached, mark))
		if in.Record[term.Start:term.Start+len(term.Text)] != term.Text {
			t.Errorf("%s does not stand at %d", term.Text, term.Start)
		}
	})
	want := []string{
		"0 ip4:192.0.2.0/28@7 true <-",
		"0 include:_spf.example.net@24 false",
		"1 ip4:198.51.100.0/24@7 false",
		"1 ip6:2001:db8::/32@27 false",
		"1 mx:mx.example.net@45 false",
		"1 ~all@63 false",
		"0 a:www.example.com@49 false",
		"0 -all@67 false",
		"0 exp=why.example.com@72 false",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if tree.Verdict != Pass || tree.Lookups != 0 || tree.Total != 3 || tree.Voids != 0 {
		t.Errorf("%s, %d lookups, %d in all, %d voids", tree.Verdict, tree.Lookups, tree.Total, tree.Voids)
	}
	if diff := cmp.Diff([]string{"_spf.example.net"}, tree.Includes()); diff != "" {
		t.Error(diff)
	}
	listed := fmt.Sprint(tree.Listed())
	if listed != "[192.0.2.0/28 198.51.100.0/24 2001:db8::/32 203.0.113.25/32 192.0.2.99/32]" {
		t.Error(listed)
	}
}

func TestPathAndTraits(t *testing.T) {
	r := resolver(t)
	tree := Explain(t.Context(), r, "redirect.example.com", netip.MustParseAddr("203.0.113.25"))
	var path []string
	for _, term := range tree.Path() {
		path = append(path, term.Text)
	}
	if got := strings.Join(path, " > "); got != "redirect=example.com > include:_spf.example.net > mx:mx.example.net" {
		t.Error(got)
	}
	for domain, want := range map[string]struct{ all, ptr, macro bool }{
		"open.example.com":        {all: true},
		"half.example.com":        {all: true},
		"nested-open.example.com": {all: true},
		"example.com":             {},
		"ptr.example.com":         {ptr: true},
		"macro.example.com":       {macro: true},
	} {
		tree := Explain(t.Context(), r, domain, netip.MustParseAddr("203.0.113.1"))
		macro := false
		tree.Walk(func(_ *Tree, term *Term, _ int) { macro = macro || term.Macro() })
		if tree.PassesAll() != want.all || tree.Uses("ptr") != want.ptr || macro != want.macro {
			t.Errorf("%s: passes all %v, ptr %v, macro %v; want %+v", domain, tree.PassesAll(), tree.Uses("ptr"), macro, want)
		}
	}
}

// counting counts questions: a record that includes itself must not ask for ever.
type counting struct {
	resolve.Resolver
	n int
}

func (c *counting) Resolve(ctx context.Context, q resolve.Question) (resolve.Answer, error) {
	c.n++
	return c.Resolver.Resolve(ctx, q)
}

func TestExplainIsBounded(t *testing.T) {
	wide := ";! zone example.com.\nexample.com. TXT"
	for range 100 {
		wide += ` " include:example.com"`
	}
	wide = strings.Replace(wide, `TXT "`, `TXT "v=spf1`, 1)
	r, err := resolve.Snapshot("test", strings.NewReader(wide))
	if err != nil {
		t.Fatal(err)
	}
	c := &counting{Resolver: r}
	tree := Explain(t.Context(), c, "example.com", netip.MustParseAddr("192.0.2.7"))
	if tree.Verdict != PermError || c.n > 2*maxExplained {
		t.Errorf("%s after %d questions", tree.Verdict, c.n)
	}
}

func TestFixAdd(t *testing.T) {
	for _, tt := range []struct {
		domain, add, want string
		lookups           int
	}{
		{"example.com", "ip4:203.0.113.7",
			"v=spf1 ip4:192.0.2.0/28 include:_spf.example.net a:www.example.com ip4:203.0.113.7 -all exp=why.example.com", 3},
		{"example.com", "include:_spf.example.org",
			"v=spf1 ip4:192.0.2.0/28 include:_spf.example.net a:www.example.com include:_spf.example.org -all exp=why.example.com", 4},
		{"example.com", "IP4:192.0.2.0/28",
			"v=spf1 ip4:192.0.2.0/28 include:_spf.example.net a:www.example.com -all exp=why.example.com", 3},
		{"redirect.example.com", "ip4:203.0.113.7", "v=spf1 ip4:203.0.113.7 redirect=example.com", 4},
		{"nospf.example.com", "include:_spf.example.org", "v=spf1 include:_spf.example.org ~all", 1},
		{"open.example.com", "ip4:203.0.113.7", "v=spf1 ip4:203.0.113.7 +all", 0},
	} {
		tree := Explain(t.Context(), resolver(t), tt.domain, netip.MustParseAddr("203.0.113.77"))
		record, lookups := FixAdd(tree, tt.add)
		if record != tt.want || lookups != tt.lookups {
			t.Errorf("%s + %s: %q, %d lookups; want %q, %d", tt.domain, tt.add, record, lookups, tt.want, tt.lookups)
		}
	}
}

// TestFixHelps tries a proposed record as a what-if.
func TestFixHelps(t *testing.T) {
	r := resolver(t)
	req := Request{IP: netip.MustParseAddr("203.0.113.7"), MailFrom: "joe@example.com"}
	before := Check(t.Context(), r, req)
	record, _ := FixAdd(Explain(t.Context(), r, "example.com", req.IP), "ip4:203.0.113.7")
	over, err := resolve.Overlay(r, fmt.Sprintf("example.com. TXT %q\n", record))
	if err != nil {
		t.Fatal(err)
	}
	if after := Check(t.Context(), over, req); before.Verdict != Fail || after.Verdict != Pass {
		t.Errorf("%s, then %s; want fail, then pass", before.Verdict, after.Verdict)
	}
}

func FuzzExplain(f *testing.F) {
	for _, s := range []string{
		"v=spf1 ip4:192.0.2.0/28 include:%{d} a:www.example.com//64 mx/24 ptr:%{p} -all", "v=spf1 exists:%{l1r-.+,/_=}.%{i} redirect=%{d}", "v=spf1 a:%", "v=spf1 + exp=%{",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, record string) {
		var text strings.Builder
		text.WriteString(";! zone example.com.\nexample.com. A 192.0.2.1\nexample.com. MX 1 example.com.\nexample.com. TXT")
		for first, rest := true, record; first || rest != ""; first = false {
			n := min(len(rest), 255)
			text.WriteString(` "`)
			for _, c := range []byte(rest[:n]) {
				fmt.Fprintf(&text, `\%03d`, c)
			}
			text.WriteString(`"`)
			rest = rest[n:]
		}
		r, err := resolve.Snapshot("fuzz", strings.NewReader(text.String()+"\n"))
		if err != nil {
			return
		}
		c := &counting{Resolver: r}
		tree := Explain(t.Context(), c, "example.com", netip.MustParseAddr("192.0.2.1"))
		if c.n > 12*maxExplained {
			t.Errorf("%d questions", c.n)
		}
		tree.Walk(func(in *Tree, term *Term, _ int) {
			if in.Record[term.Start:term.Start+len(term.Text)] != term.Text {
				t.Errorf("%q does not stand at %d", term.Text, term.Start)
			}
		})
		FixAdd(tree, "ip4:192.0.2.1")
		Check(t.Context(), r, Request{IP: netip.MustParseAddr("192.0.2.1"), Helo: record, MailFrom: record + "@example.com"})
	})
}

func BenchmarkCheck(b *testing.B) {
	r := resolver(b)
	req := Request{IP: netip.MustParseAddr("203.0.113.25"), Helo: "mx.example.net", MailFrom: "joe@example.com"}
	b.ReportAllocs()
	for b.Loop() {
		Check(b.Context(), r, req)
	}
}

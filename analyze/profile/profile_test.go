package profile

import (
	"errors"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const whole = `# every key
domains: [Widget.COM, bücher.example, "*.example.org"]
sending-servers:
  - 203.0.113.0/28
  - 198.51.100.7
dedicated-servers: 198.51.100.7
border: ["*.ppe-hosted.com", mx.widget.com, "[192.0.2.1]"]
authserv-ids: [mx.widget.com]
filter: [proofpoint-essentials, exchange-online]
microsoft-365: {tenant: 00000000-0000-0000-0000-00000000000A}
allowed-senders: [Partner@Example.net, example.com, "*.example.edu", 192.0.2.9, 192.0.2.0/24]
blocked-senders: ["*@example.info"]
exceptions: [example.net]
rules: [rules.yaml, /etc/fpcheck/more.yaml]
groups: {Sales: [sales@widget.com]}
thresholds: {quarantine: 6, reject: 20.5}
outbound-filtering: no
colleagues: [Ada Lovelace]
lists: [zen, dnswl]
tickets: https://desk.example.com/%s
providers:
  - name: our-form
    hosts: [.forms.example]
`

func TestParse(t *testing.T) {
	p, err := Parse("org/profile.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := &Profile{
		Path: "org/profile.yaml", Domains: []string{"widget.com", "xn--bcher-kva.example", "*.example.org"},
		SendingServers:   []netip.Prefix{netip.MustParsePrefix("203.0.113.0/28"), netip.MustParsePrefix("198.51.100.7/32")},
		DedicatedServers: []netip.Prefix{netip.MustParsePrefix("198.51.100.7/32")},
		Border:           []string{"*.ppe-hosted.com", "mx.widget.com", "192.0.2.1"}, AuthservIDs: []string{"mx.widget.com"},
		Filters: []string{"proofpoint-essentials", "exchange-online"}, Tenant: "00000000-0000-0000-0000-00000000000a",
		AllowedSenders: []string{"Partner@example.net", "@example.com", "*@*.example.edu", "192.0.2.9", "192.0.2.0/24"},
		BlockedSenders: []string{"@example.info"}, Exceptions: []string{"example.net"},
		RuleFiles: []string{"rules.yaml", "/etc/fpcheck/more.yaml"}, Groups: map[string][]string{"Sales": {"sales@widget.com"}},
		Colleagues: []string{"Ada Lovelace"}, Lists: []string{"zen", "dnswl"}, Tickets: "https://desk.example.com/%s",
		ProvidersYAML:     p.ProvidersYAML,
		OutboundFiltering: "no", Quarantine: 6, Reject: 20.5, lines: p.lines, values: p.values,
	}
	if diff := cmp.Diff(want, p, cmp.AllowUnexported(Profile{}), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(string(p.ProvidersYAML), "name: our-form") {
		t.Errorf("providers: %q", p.ProvidersYAML)
	}
	if got := p.RulePaths(); got[0] != filepath.Join("org", "rules.yaml") || got[1] != "/etc/fpcheck/more.yaml" {
		t.Errorf("rule paths %v", got)
	}
}

func TestLines(t *testing.T) {
	p, err := Parse("p.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := p.Line("sending-servers"); !ok || l != (Line{3, "sending-servers:"}) {
		t.Errorf("key: %+v", l)
	}
	if l, _ := p.LineOf("sending-servers", "198.51.100.7/32"); l != (Line{5, "- 198.51.100.7"}) {
		t.Errorf("value: %+v", l)
	}
	if l, _ := p.Line("thresholds.quarantine"); l.Number != 16 {
		t.Errorf("inner key: %+v", l)
	}
	if _, ok := (*Profile)(nil).LineOf("domains", "x"); ok {
		t.Error("a nil profile states something")
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"domians: [a.example]":                       "p.yaml:1: unknown key `domians`; did you mean `domains`?",
		"sending_servers: [192.0.2.1]":               "did you mean `sending-servers`?",
		"colour: red":                                "known here: domains",
		"domains: [a..example]":                      "two dots in a row",
		"domains: [192.0.2.1]":                       "it is an IP address",
		"domains:\n  - a.example\n  - 'b c'":         "p.yaml:3: domains:",
		"sending-servers: [203.0.113.9/28]":          "`203.0.113.0/28` is the network",
		"sending-servers: [mail.example.com]":        "is not an IP address or network",
		"filter: Proofpoint Essentials":              "names are lower case with dashes",
		"thresholds: {quarantine: 0}":                "a threshold lies above 0",
		"thresholds: {quarantine: NaN}":              "a threshold lies above 0",
		"thresholds: {quarantine: 9, reject: 5}":     "quarantine (9) is above reject (5)",
		"thresholds: 5":                              "expected keys with values here",
		"microsoft-365: {tenant: widget}":            "is not a tenant id",
		"outbound-filtering: maybe":                  "`maybe` is neither yes nor no",
		"tickets: https://desk.example.com/":         "holds %s once",
		"domains: [a.example]\ndomains: [b.example]": "`domains` stands twice; first in line 1",
		"domains: *x":                                "anchors, aliases and tags",
		"- domains":                                  "expected keys with values here",
		"domains: [a":                                "not valid YAML",
	} {
		p, err := Parse("p.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || p != nil {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{"", "# nothing\n", "domains:\n", "\ufeffdomains: [a.example]\r\n"} {
		if _, err := Parse("p.yaml", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestOwn(t *testing.T) {
	p, _ := Parse("p.yaml", []byte(whole))
	for d, want := range map[string]bool{"WIDGET.com": true, "www.widget.com": false, "www.example.org": true, "example.org": false, "evilexample.org": false, "": false} {
		if p.IsOwnDomain(d) != want {
			t.Errorf("%q: %v", d, !want)
		}
	}
	for ip, want := range map[string]bool{"203.0.113.15": true, "203.0.113.16": false, "::ffff:203.0.113.1": true, "2001:db8::1": false} {
		if p.IsSendingServer(netip.MustParseAddr(ip)) != want {
			t.Errorf("%s: %v", ip, !want)
		}
	}
	if p.IsSendingServer(netip.Addr{}) || (*Profile)(nil).IsOwnDomain("widget.com") || !p.IsDedicated(netip.MustParseAddr("198.51.100.7")) {
		t.Error("zero values")
	}
}

func TestChoose(t *testing.T) {
	a, b := &Profile{Path: "a", Domains: []string{"a.example"}}, &Profile{Path: "b", Domains: []string{"b.example"}}
	all := []*Profile{a, b}
	for _, tt := range []struct {
		rcpt, from []string
		want       *Profile
	}{
		{[]string{"x@b.example"}, []string{"y@a.example"}, b},
		{[]string{"x@c.example"}, []string{"y@a.example"}, a},
		{[]string{"x@a.example", "x@b.example", "y@b.example"}, nil, b},
		{[]string{"x@c.example"}, []string{"d.example"}, nil},
		{nil, nil, nil},
	} {
		if got := Choose(all, tt.rcpt, tt.from); got != tt.want {
			t.Errorf("%v, %v: %v", tt.rcpt, tt.from, got)
		}
	}
}

func TestFind(t *testing.T) {
	in := func(paths ...string) func(string) ([]byte, error) {
		return func(p string) ([]byte, error) {
			for _, x := range paths {
				if filepath.FromSlash(x) == p {
					return []byte(x), nil
				}
			}
			return nil, errors.New("no such file")
		}
	}
	for _, tt := range []struct{ have, want string }{
		{"/a/b/profile.yaml /a/profile.yaml", "/a/b/profile.yaml"}, {"/profile.yaml /c/profile.yaml", "/profile.yaml"}, {"/c/profile.yaml", "/c/profile.yaml"}, {"/x/profile.yaml", ""},
	} {
		if got, _ := Find(in(strings.Fields(tt.have)...), filepath.FromSlash("/a/b"), filepath.FromSlash("/c")); filepath.ToSlash(got) != tt.want {
			t.Errorf("%s: %s, want %s", tt.have, got, tt.want)
		}
	}
}

// Other programs have a profile.yaml, too; one with a slip of the pen is ours.
func TestForeign(t *testing.T) {
	for text, want := range map[string]bool{
		"name: docker\nversion: 3\n  domains: x\n": true,
		"# mine\ndomains: [widget.com]\n":          false,
		"domain: [widget.com]\nname: x\n":          false,
		"# nothing yet\n":                          false,
		"":                                         false,
	} {
		if got := Foreign([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// A draft is a profile, and no server of an included record is in it.
func TestDraft(t *testing.T) {
	text, err := Draft("Widget.com", Found{
		MX: []string{"mx1-us1.ppe-hosted.com"}, Border: []string{"*.ppe-hosted.com"}, Filter: "proofpoint-essentials",
		SPF:     "v=spf1 a mx ip4:203.0.113.10 ip6:2001:db8::7 ip4:192.0.0.0/8 include:_spf.example.net ?ip4:198.51.100.1 redirect=x.example -all\n",
		A:       []netip.Addr{netip.MustParseAddr("203.0.113.10"), netip.MustParseAddr("203.0.113.11")},
		MXAddrs: []netip.Addr{netip.MustParseAddr("198.51.100.200")},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse("profile.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var got []string
	for _, s := range p.SendingServers {
		got = append(got, s.String())
	}
	if diff := cmp.Diff([]string{"203.0.113.10/32", "203.0.113.11/32", "2001:db8::7/128"}, got); diff != "" {
		t.Errorf("%s\n%s", diff, text)
	}
	for _, want := range []string{"#   include:_spf.example.net\n", "#   ?ip4:198.51.100.1\n", "filter: proofpoint-essentials\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if _, err := Draft("not a domain", Found{}); err == nil {
		t.Error("drafted for no domain")
	}
}

// What a record holds cannot leave its comment.
func TestDraftHostile(t *testing.T) {
	text, err := Draft("widget.com", Found{SPF: "v=spf1 include:a\u0085domains:\x1b[31m -all", MX: []string{"x: [y"}})
	if err != nil {
		t.Fatal(err)
	}
	if p, err := Parse("p.yaml", text); err != nil || len(p.Border) != 0 || strings.ContainsRune(string(text), '\x1b') {
		t.Errorf("%v\n%q", err, text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("a: [[[[[[[[[[[[[["))
	f.Fuzz(func(t *testing.T, data []byte) {
		if p, err := Parse("p.yaml", data); (p == nil) == (err == nil) {
			t.Error("neither profile nor error, or both")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.SetBytes(int64(len(whole)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("p.yaml", []byte(whole)); err != nil {
			b.Fatal(err)
		}
	}
}

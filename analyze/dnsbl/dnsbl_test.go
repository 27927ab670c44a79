package dnsbl

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// ask asks one list about 203.0.113.7, spam.example.com and link.example.net.
func ask(t *testing.T, list, zone string, change func(*Options)) []Answer {
	t.Helper()
	r, err := resolve.Snapshot("test", strings.NewReader(zone))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		IP: netip.MustParseAddr("203.0.113.7"), Domains: []string{"Mail.Spam.example.com."}, Links: []string{"www.link.example.net"},
		Lists: []*List{Find(list)},
	}
	if change != nil {
		change(&o)
	}
	return Lookup(t.Context(), r, o)
}

const zenWorks = ";! zone zen.spamhaus.org.\n2.0.0.127.zen.spamhaus.org. A 127.0.0.2\n2.0.0.127.zen.spamhaus.org. A 127.0.0.10\n"

func codes(a Answer) string {
	var out []string
	for _, c := range a.Codes {
		out = append(out, c.ID+"="+string(c.Tier))
	}
	if a.Refusal != nil {
		out = append(out, "could not answer: "+a.Refusal.Code)
	}
	return strings.Join(out, " ")
}

func TestMeaning(t *testing.T) {
	const subject = "7.113.0.203."
	for _, tt := range []struct{ list, works, answers, want string }{
		{"spamhaus-zen", zenWorks, "", ""},
		{"spamhaus-zen", zenWorks, "127.0.0.2", "spamhaus-sbl=high"},
		{"spamhaus-zen", zenWorks, "127.0.0.4 127.0.0.11", "spamhaus-xbl=high spamhaus-pbl=medium"},
		{"spamhaus-zen", zenWorks, "127.255.255.252", "could not answer: refused"},
		{"spamhaus-zen", zenWorks, "127.255.255.254", "could not answer: refused"},
		{"spamhaus-zen", zenWorks, "127.255.255.255", "could not answer: refused"},
		{"spamhaus-zen", zenWorks, "127.0.0.2 127.255.255.254", "could not answer: refused"},
		{"spamhaus-zen", zenWorks, "192.0.2.80", "could not answer: refused"}, // a provider's search page
		{"spamhaus-zen", zenWorks, "127.0.0.99", "could not answer: unknown-answer"},
		{"spamhaus-zen", zenWorks, "127.0.1.2", "could not answer: unknown-answer"},

		{"dnswl", "2.0.0.127.list.dnswl.org. A 127.0.10.0\n;! zone list.dnswl.org.\n", "127.0.5.2", "dnswl-medium=positive"},
		{"dnswl", "2.0.0.127.list.dnswl.org. A 127.0.10.0\n;! zone list.dnswl.org.\n", "127.0.5.0", "dnswl-none=informational"},
		{"dnswl", "2.0.0.127.list.dnswl.org. A 127.0.10.0\n;! zone list.dnswl.org.\n", "127.0.0.255", "could not answer: refused"},
		{"dnswl", "2.0.0.127.list.dnswl.org. A 127.0.10.0\n;! zone list.dnswl.org.\n", "127.0.10.3", "could not answer: refused"},
		{"dnswl", "2.0.0.127.list.dnswl.org. A 127.0.0.255\n;! zone list.dnswl.org.\n", "127.0.5.2", "could not answer: refused"},

		{"mailspike", "2.0.0.127.bl.mailspike.net. A 127.0.0.2\n;! zone bl.mailspike.net.\n", "127.0.0.12", "mailspike-bad=low"},
		{"mailspike-wl", "2.0.0.127.wl.mailspike.net. A 127.0.0.2\n;! zone wl.mailspike.net.\n", "127.0.0.20", "mailspike-excellent=positive"},
		{"validity", "2.0.0.127.bl.score.senderscore.com. A 127.0.0.2\n;! zone bl.score.senderscore.com.\n", "127.255.255.255", "could not answer: refused"},
		{"hostkarma", "2.0.0.127.hostkarma.junkemailfilter.com. A 127.0.0.2\n;! zone hostkarma.junkemailfilter.com.\n", "127.0.0.1", "hostkarma-white=positive"},
	} {
		l := Find(tt.list)
		zone := tt.works
		for a := range strings.FieldsSeq(tt.answers) {
			zone += subject + l.Zone + ". A " + a + "\n"
		}
		got := ask(t, tt.list, zone, nil)
		if len(got) != 1 || codes(got[0]) != tt.want || got[0].Listed != strings.Contains(tt.want, "=") {
			t.Errorf("%s %s: %+v, want %q", tt.list, tt.answers, got, tt.want)
		}
	}
}

// TestAnswerOrder: servers shuffle the addresses of an answer, and a report made from a recording must read the same.
func TestAnswerOrder(t *testing.T) {
	const ask1, ask2 = "7.113.0.203.zen.spamhaus.org. A 127.0.0.10\n", "7.113.0.203.zen.spamhaus.org. A 127.0.0.4\n"
	one, other := ask(t, "spamhaus-zen", zenWorks+ask1+ask2, nil), ask(t, "spamhaus-zen", zenWorks+ask2+ask1, nil)
	want := []netip.Addr{netip.MustParseAddr("127.0.0.4"), netip.MustParseAddr("127.0.0.10")}
	for _, answers := range [][]Answer{one, other} {
		if len(answers) == 0 {
			t.Fatal("no answer")
		}
		if d := cmp.Diff(want, answers[0].Addrs, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); d != "" {
			t.Error(d)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct{ list, zone, subject, want string }{
		{"spamhaus-dbl", "dbltest.com.dbl.spamhaus.org. A 127.0.1.2\nexample.com.dbl.spamhaus.org. A 127.0.1.4\n;! zone dbl.spamhaus.org.\n",
			"example.com", "spamhaus-dbl-phish=high"},
		{"spamhaus-dbl", "dbltest.com.dbl.spamhaus.org. A 127.0.1.2\nexample.com.dbl.spamhaus.org. A 127.0.1.104\n;! zone dbl.spamhaus.org.\n",
			"example.com", "spamhaus-dbl-abused=medium"},
		{"spamhaus-dbl", "dbltest.com.dbl.spamhaus.org. A 127.0.1.2\nexample.com.dbl.spamhaus.org. A 127.0.1.255\n;! zone dbl.spamhaus.org.\n",
			"example.com", "could not answer: refused"},
		{"uribl", "2.0.0.127.multi.uribl.com. A 127.0.0.14\nexample.net.multi.uribl.com. A 127.0.0.6\n;! zone multi.uribl.com.\n",
			"example.net", "uribl-black=high uribl-grey=low"},
		{"uribl", "2.0.0.127.multi.uribl.com. A 127.0.0.1\nexample.net.multi.uribl.com. A 127.0.0.1\n;! zone multi.uribl.com.\n",
			"example.net", "could not answer: refused"},
		{"surbl", "surbl-org-permanent-test-point.com.multi.surbl.org. A 127.0.0.254\nexample.net.multi.surbl.org. A 127.0.0.72\n;! zone multi.surbl.org.\n",
			"example.net", "surbl-phish=high surbl-abuse=high"},
		{"surbl", "surbl-org-permanent-test-point.com.multi.surbl.org. A 127.0.0.254\n;! zone multi.surbl.org.\n",
			"example.net", ""},
	} {
		got := ask(t, tt.list, tt.zone, func(o *Options) { o.IP = netip.Addr{} })
		if len(got) == 0 || got[0].Subject != tt.subject || codes(got[0]) != tt.want {
			t.Errorf("%s: %+v, want %s %q", tt.list, got, tt.subject, tt.want)
		}
	}
}

func TestSelfTest(t *testing.T) {
	const listed = "7.113.0.203.zen.spamhaus.org. A 127.0.0.2\n"
	for name, tt := range map[string]struct{ zone, want string }{
		"works":                  {zenWorks + listed, "spamhaus-sbl=high"},
		"blind, and says no":     {";! zone zen.spamhaus.org.\n", "could not answer: blind"},
		"blind, and says yes":    {";! zone zen.spamhaus.org.\n" + listed, "could not answer: blind"},
		"lists everything":       {zenWorks + listed + "1.0.0.127.zen.spamhaus.org. A 127.0.0.2\n", "could not answer: lists-all"},
		"refuses":                {";! zone zen.spamhaus.org.\n2.0.0.127.zen.spamhaus.org. A 127.255.255.254\n" + listed, "could not answer: refused"},
		"test not recorded":      {listed, "could not answer: dns"},
		"test broken":            {listed + ";! 2.0.0.127.zen.spamhaus.org. A SERVFAIL\n", "could not answer: dns"},
		"second test broken":     {zenWorks + listed + ";! 1.0.0.127.zen.spamhaus.org. A TIMEOUT\n", "could not answer: dns"},
		"question times out":     {zenWorks + ";! 7.113.0.203.zen.spamhaus.org. A TIMEOUT\n", "could not answer: dns"},
		"works, and says it not": {zenWorks, ""},
	} {
		got := ask(t, "spamhaus-zen", tt.zone, nil)
		if len(got) != 1 || codes(got[0]) != tt.want {
			t.Errorf("%s: %+v, want %q", name, got, tt.want)
		}
		if a := got[0]; a.Listed && a.Refusal != nil || a.Meaning() == "" || len(a.Questions) == 0 {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestDeep(t *testing.T) {
	zone := zenWorks + "7.113.0.203.zen.spamhaus.org. A 127.0.0.10\n7.113.0.203.zen.spamhaus.org. A 127.0.0.4\n"
	if got := codes(ask(t, "spamhaus-zen", zone, nil)[0]); got != "spamhaus-xbl=high spamhaus-pbl=medium" {
		t.Errorf("at the border: %s", got)
	}
	if got := codes(ask(t, "spamhaus-zen", zone, func(o *Options) { o.Deep = true })[0]); got != "spamhaus-xbl=high" {
		t.Errorf("below it: %s; a dial-up list does not count there", got)
	}
}

func TestAskable(t *testing.T) {
	own := []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	for ip, want := range map[string]bool{
		"203.0.113.7": true, "2001:db8::7": true, "8.8.8.8": true, "100.63.255.255": true, "100.128.0.0": true, "172.32.0.1": true,
		"10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "100.64.0.1": false, "100.127.255.255": false, "127.0.0.1": false,
		"::1": false, "fe80::1%eth0": false, "fd00::1": false, "::ffff:10.0.0.1": false, "0.0.0.0": false, "198.51.100.9": false, "::ffff:198.51.100.9": false,
	} {
		ok, why := Askable(netip.MustParseAddr(ip), own)
		if ok != want || ok == (why != "") {
			t.Errorf("%s: %v %q, want %v", ip, ok, why, want)
		}
	}
	if ok, _ := Askable(netip.Addr{}, nil); ok {
		t.Error("no address at all")
	}
	if got := ask(t, "spamhaus-zen", zenWorks, func(o *Options) { o.IP = netip.MustParseAddr("10.0.0.1") }); got != nil {
		t.Errorf("a private address was asked about: %+v", got)
	}
}

func TestKeyedList(t *testing.T) {
	zone := ";! zone dq.spamhaus.net.\n2.0.0.127.masked-key.zen.dq.spamhaus.net. A 127.0.0.2\n7.113.0.203.masked-key.zen.dq.spamhaus.net. A 127.0.0.3\n"
	if got := codes(ask(t, "spamhaus-zen-dqs", zone, nil)[0]); got != "could not answer: key" {
		t.Errorf("without a key: %s", got)
	}
	withKey := func(o *Options) { o.Keys = map[string]string{"spamhaus-zen-dqs": "abc123"} }
	got := ask(t, "spamhaus-zen-dqs", zone, withKey)
	if codes(got[0]) != "spamhaus-css=high" {
		t.Errorf("with a key: %+v", got)
	}
}

func TestBounded(t *testing.T) {
	var links []string
	for range 500 {
		links = append(links, strings.Repeat("a", len(links)%60+1)+".example")
	}
	zone := "2.0.0.127.multi.uribl.com. A 127.0.0.14\n;! zone multi.uribl.com.\n"
	got := ask(t, "uribl", zone, func(o *Options) { o.Links = append(links, "192.0.2.1", "com", "a..b") })
	if len(got) != maxSubjects {
		t.Errorf("%d names asked about, want %d", len(got), maxSubjects)
	}
}

func TestParallelGivesTheSame(t *testing.T) {
	r, err := resolve.Snapshot("test", strings.NewReader(zenWorks+";! zone .\n7.113.0.203.psbl.surriel.com. A 127.0.0.2\n2.0.0.127.psbl.surriel.com. A 127.0.0.2\n"))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{IP: netip.MustParseAddr("203.0.113.7")}
	one := Lookup(t.Context(), r, o)
	o.Parallel = true
	side := Lookup(t.Context(), r, o)
	describe := func(all []Answer) (out []string) {
		for _, a := range all {
			out = append(out, a.List.Name+" "+codes(a))
		}
		return out
	}
	if diff := cmp.Diff(describe(one), describe(side)); diff != "" {
		t.Error(diff)
	}
	if len(one) < 10 {
		t.Errorf("%d lists asked", len(one))
	}
}

// TestLists holds the table to its own rules.
func TestLists(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range Lists {
		if seen[l.Name] || Find(l.Name) != l {
			t.Errorf("%s stands twice", l.Name)
		}
		seen[l.Name] = true
		if l.Zone == "" || l.Title == "" || !strings.HasPrefix(l.Page, "https://") || l.Kinds == 0 || len(l.Codes) == 0 {
			t.Errorf("%s is not complete", l.Name)
		}
		if l.Key != strings.HasPrefix(l.Zone, "%s.") {
			t.Errorf("%s: key and zone do not fit", l.Name)
		}
		if l.Key && resolve.Invalid("x.key."+l.Zone[3:]) {
			t.Errorf("%s: zone", l.Name)
		}
		for _, c := range l.Codes {
			if c.ID == "" || c.Title == "" || c.Tier == "" || l.Bits != (c.Bit != 0) || c.Bit&1 != 0 {
				t.Errorf("%s: %+v", l.Name, c)
			}
		}
	}
	if Find("sorbs") != nil {
		t.Error("SORBS is closed")
	}
}

func BenchmarkLookup(b *testing.B) {
	r, err := resolve.Snapshot("test", strings.NewReader(zenWorks+";! zone .\n"))
	if err != nil {
		b.Fatal(err)
	}
	o := Options{IP: netip.MustParseAddr("203.0.113.7"), Domains: []string{"example.com"}, Links: []string{"example.net"}}
	b.ReportAllocs()
	for b.Loop() {
		Lookup(b.Context(), r, o)
	}
}

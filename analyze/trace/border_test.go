package trace

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/fixtures"
)

// A case of fixtures/border is lines "key: value", a line "---", and a header block. Keys: what is expected (border, counted from
// 1, 0 for none; ip, rdns, helo, from, rcpt, receiver, why, sure, auth, remark, no-remark, belief), and what is stated (state-border,
// state-hosts, state-networks, state-senders, state-authserv, state-filters). "belief: NAME N ours" is about the N-th field of that name.
type borderCase struct {
	name   string
	want   [][2]string
	opts   Options
	header string
}

func borderCases(tb testing.TB) []borderCase {
	tb.Helper()
	files, err := filepath.Glob(fixtures.Path("border", "*.txt"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no cases: %v", err)
	}
	var out []borderCase
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		head, header, ok := strings.Cut(string(b), "\n---\n")
		if !ok {
			tb.Fatalf("%s: no \"---\"", f)
		}
		c := borderCase{name: strings.TrimSuffix(filepath.Base(f), ".txt"), header: header}
		for _, line := range strings.Split(head, "\n") {
			if strings.HasPrefix(line, "#") || line == "" {
				continue
			}
			k, v, ok := strings.Cut(line, ":")
			if v = strings.TrimSpace(v); !ok {
				tb.Fatalf("%s: %q", f, line)
			} else if !c.stated(tb, k, v) {
				c.want = append(c.want, [2]string{k, v})
			}
		}
		out = append(out, c)
	}
	return out
}

func (c *borderCase) stated(tb testing.TB, k, v string) bool {
	switch k {
	case "state-border":
		c.opts.Border = v
	case "state-hosts":
		c.opts.Hosts = strings.Fields(v)
	case "state-authserv":
		c.opts.AuthservIDs = strings.Fields(v)
	case "state-filters":
		c.opts.Filters = strings.Fields(v)
	case "state-networks":
		c.opts.Networks = prefixes(tb, v)
	case "state-senders":
		c.opts.Senders = prefixes(tb, v)
	default:
		return false
	}
	return true
}

func prefixes(tb testing.TB, v string) []netip.Prefix {
	tb.Helper()
	var out []netip.Prefix
	for _, n := range strings.Fields(v) {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func TestBorder(t *testing.T) {
	cases := borderCases(t)
	if len(cases) < 40 {
		t.Errorf("only %d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			// Both line ends, since a paste has LF and a message CRLF.
			for _, header := range []string{c.header, strings.ReplaceAll(c.header, "\n", "\r\n")} {
				m := eml.Parse([]byte(header))
				c.check(t, m, New(m, c.opts))
			}
		})
	}
}

func (c *borderCase) check(t *testing.T, m *eml.Message, tr *Trace) {
	t.Helper()
	h := tr.Handover
	ip := ""
	if h.IP.IsValid() {
		ip = h.IP.String()
	}
	is := map[string]string{"border": strconv.Itoa(tr.Border + 1), "ip": ip, "rdns": h.RDNS, "helo": h.Helo, "from": h.MailFrom,
		"rcpt": strings.Join(h.Rcpt, " "), "receiver": tr.Receiver, "auth": fmt.Sprint(h.Authenticated)}
	for _, kv := range c.want {
		k, v := kv[0], kv[1]
		switch k {
		case "why":
			if !strings.Contains(tr.Why, v) {
				t.Errorf("why: %q does not hold %q", tr.Why, v)
			}
		case "sure":
			checkSure(t, v, tr.Sure)
		case "remark", "no-remark":
			if got := hasRemark(tr, v); got != (k == "remark") {
				t.Errorf("%s %s: %+v", k, v, tr.Remarks)
			}
		case "belief":
			checkBelief(t, m, tr, v)
		default:
			got, ok := is[k]
			if !ok {
				t.Fatalf("key %q is not known", k)
			}
			if got != v {
				t.Errorf("%s: got %q, want %q (%s; %.2f)", k, got, v, tr.Why, tr.Sure)
			}
		}
	}
}

func checkSure(t *testing.T, v string, got float64) {
	t.Helper()
	low, high, _ := strings.Cut(v, "..")
	l, err1 := strconv.ParseFloat(low, 64)
	u, err2 := strconv.ParseFloat(high, 64)
	if err1 != nil || err2 != nil {
		t.Fatalf("sure: %q is no range", v)
	}
	if got < l || got > u {
		t.Errorf("sure: %.2f is not within %s", got, v)
	}
}

func hasRemark(tr *Trace, v string) bool {
	kind, text, _ := strings.Cut(v, " ")
	for _, r := range tr.Remarks {
		if r.Kind == kind && strings.Contains(r.Note, text) {
			return true
		}
	}
	return false
}

func checkBelief(t *testing.T, m *eml.Message, tr *Trace, v string) {
	t.Helper()
	p := strings.Fields(v)
	n, err := strconv.Atoi(p[1])
	if all := m.All(p[0]); err != nil || n > len(all) {
		t.Fatalf("belief: %q: %d such fields", v, len(all))
	} else if b := tr.Belief(m, all[n-1]); b.Who.String() != p[2] || b.Why == "" {
		t.Errorf("belief: %s %d is %s (%s), want %s", p[0], n, b.Who, b.Why, p[2])
	}
}

// What is ours must be so whatever the sender writes: each case is run again with lines of an attacker below the border's, and
// the border must not move inward past them.
func TestAttackerCannotMoveTheBorder(t *testing.T) {
	for _, c := range borderCases(t) {
		m := eml.Parse([]byte(c.header))
		before := New(m, c.opts)
		if before.Border < 0 || before.Sure < sureKnown || hasRemark(before, "reversed") {
			continue
		}
		line := before.Hops[before.Border]
		by := line.By
		for _, forged := range []string{
			"Received: from evil.example (evil.example [198.51.100.66]) by " + by + " (Postfix) with ESMTP id FORGED; Tue, 3 Mar 2026 09:00:00 +0000\n",
			"Received: from trusted.example ([198.51.100.66] helo=x) by " + by + " with esmtp (Exim 4.96) id 1abc-00-Dx; Tue, 3 Mar 2026 09:00:00 +0000\n",
			"Received: from mx1-us1.ppe-hosted.com (mx1-us1.ppe-hosted.com [67.231.154.1]) by mx1-us1.ppe-hosted.com (PPE Hosted ESMTP Server) with ESMTPS id FORGED; Tue, 3 Mar 2026 09:00:00 +0000\n",
			"Received: from 127.0.0.1 by localhost with LMTP id x; Tue, 3 Mar 2026 09:00:00 +0000\n",
		} {
			raw := c.header[:line.Span.End] + forged + c.header[line.Span.End:]
			after := New(eml.Parse([]byte(raw)), c.opts)
			if after.Border != before.Border || after.Handover.IP != before.Handover.IP {
				t.Errorf("%s: %q moves the border from %d (%s) to %d (%s)", c.name, forged, before.Border, before.Handover.IP, after.Border, after.Handover.IP)
			}
		}
	}
}

// A profile's own provider counts like a built-in one.
func TestBorderWithOwnProvider(t *testing.T) {
	own := &providers.Provider{Name: "own-filter", Title: "Our filter", Kind: providers.Filter, Hosts: []string{"*.filter.example.com"}, Relays: []string{"198.51.100.0/24"}}
	raw := "Received: from f1.filter.example.com (f1.filter.example.com [198.51.100.9]) by mail.example.org (Postfix) with ESMTPS id A1B2C3D4E5; Tue, 3 Mar 2026 09:00:02 +0000\n" +
		"Received: from mx.example.net (mx.example.net [192.0.2.7]) by f1.filter.example.com (Postfix) with ESMTPS id B1B2C3D4E5; Tue, 3 Mar 2026 09:00:00 +0000\n\n"
	m := eml.Parse([]byte(raw))
	if tr := New(m, Options{}); tr.Border != 0 {
		t.Errorf("without the provider: border %d", tr.Border)
	}
	tr := New(m, Options{Providers: providers.Default().With(own)})
	if tr.Border != 1 || tr.Receiver != "own-filter" || tr.Handover.IP.String() != "192.0.2.7" {
		t.Errorf("with it: border %d, %s, %s", tr.Border, tr.Receiver, tr.Handover.IP)
	}
}

func TestStatedEnvelope(t *testing.T) {
	m := eml.Parse([]byte("Received: from a.example (a.example [192.0.2.7]) by mx.example.org (Postfix) with ESMTPS id A1B2C3D4E5; Tue, 3 Mar 2026 09:00:02 +0000\n\n"))
	tr := New(m, Options{IP: netip.MustParseAddr("203.0.113.5"), Helo: "h.example", MailFrom: "a@b.example", Rcpt: []string{"c@d.example"}})
	h := tr.Handover
	if h.IP.String() != "203.0.113.5" || h.RDNS != "" || h.Helo != "h.example" || h.MailFrom != "a@b.example" || h.Rcpt[0] != "c@d.example" {
		t.Errorf("%+v", h)
	}
}

func TestManyHops(t *testing.T) {
	line := "Received: from [10.0.0.1] (localhost [127.0.0.1]) by mx.example.org (Postfix) with ESMTP id A1B2C3D4E5; Tue, 3 Mar 2026 09:00:02 +0000\n"
	tr := New(eml.Parse([]byte(strings.Repeat(line, 3*maxHops))), Options{})
	if len(tr.Hops) != maxHops || !hasRemark(tr, "unparsed older") {
		t.Errorf("%d hops, %+v", len(tr.Hops), tr.Remarks)
	}
}

func FuzzNew(f *testing.F) {
	for _, c := range borderCases(f) {
		f.Add(c.header, "")
	}
	f.Add("Received: from a by b; x\n", "1")
	f.Fuzz(func(t *testing.T, header, border string) {
		m := eml.Parse([]byte(header))
		tr := New(m, Options{Border: border, Hosts: []string{"*.example.org"}})
		if tr.Border < -1 || tr.Border >= len(tr.Hops) || tr.Sure < 0 || tr.Sure > 1 || tr.Border < 0 && tr.Why == "" {
			t.Fatalf("%+v", tr)
		}
		for _, s := range tr.Handover.Spans {
			if s.Start < 0 || s.End > len(m.Raw) || s.End < s.Start {
				t.Fatalf("span %v", s)
			}
		}
		for _, fd := range m.Fields[:min(len(m.Fields), 50)] {
			if tr.Belief(m, fd).Why == "" {
				t.Fatalf("no reason for %s", fd.Name)
			}
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for _, c := range borderCases(b) {
		if c.name != "m365-behind-ppe-12-hops" {
			continue
		}
		m := eml.Parse([]byte(c.header))
		b.SetBytes(int64(len(c.header)))
		b.ReportAllocs()
		for b.Loop() {
			New(m, c.opts)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
		return
	}
	b.Fatal("the case of twelve hops is missing")
}

// A header of ten thousand fields that all claim something costs no more than reading it a few times.
func TestHostileHeaderIsBounded(t *testing.T) {
	hop := "Received: from dispatch1-us1.ppe-hosted.com (148.163.129.50) by A.mail.protection.outlook.com (10.152.82.84) with Microsoft SMTP Server id 15.20; Tue, 3 Mar 2026 09:00:07 +0000\n" +
		"Received: from x.mimecast.com (x.mimecast.com [170.10.129.124]) by mx1-us1.ppe-hosted.com (PPE Hosted ESMTP Server) with ESMTPS id 2C2B3B4005F; Tue, 3 Mar 2026 09:00:03 +0000\n"
	raw := strings.Repeat(hop, 200) + strings.Repeat("Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a@example.net\nX-Ovh-A: 1\n", 5000) + "\n"
	m := eml.Parse([]byte(raw))
	allocs := testing.AllocsPerRun(1, func() {
		tr := New(m, Options{})
		for _, f := range m.Fields {
			tr.Belief(m, f)
		}
	})
	if perField := allocs / float64(len(m.Fields)); perField > 50 {
		t.Errorf("%.0f allocations a field", perField)
	}
}

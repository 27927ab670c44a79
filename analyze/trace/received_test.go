package trace

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/fixtures"
)

// What hostile lines of the fixtures claim: these must never come out as the peer's address, name or host, in any dialect.
const (
	claimedIP   = "203.0.113.10"
	claimedName = "claimed.example"
)

// row is one line of a table and what is expected of it.
type row struct{ name, line, expect string }

// table reads fixtures/received/NAME.txt: a line, and an indented one with the fields.
func table(t testing.TB, name string) []row {
	t.Helper()
	b, err := os.ReadFile(fixtures.Path("received", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for n, s := range strings.Split(strings.TrimRight(string(b), "\n"), "\n") {
		switch {
		case s == "" || s[0] == '#':
		case s[0] == ' ' && len(out) > 0:
			out[len(out)-1].expect = strings.TrimSpace(s)
		default:
			out = append(out, row{fmt.Sprintf("%s:%d", name, n+1), s, ""})
		}
	}
	return out
}

// describe writes a hop as the tables do; what is empty is left out.
func describe(h Hop) string {
	var out []string
	add := func(k, v string) {
		if strings.ContainsAny(v, " \"") {
			v = strconv.Quote(v)
		}
		if v != "" {
			out = append(out, k+"="+v)
		}
	}
	flag := func(k string, is bool) {
		if is {
			out = append(out, k)
		}
	}
	add("helo", h.Helo)
	add("rdns", h.RDNS)
	flag("verified", h.Verified)
	add("ptr", h.PTR)
	if h.IP.IsValid() {
		add("ip", h.IP.String())
	}
	add("by", h.By)
	add("via", h.Via)
	add("with", h.With)
	add("id", h.ID)
	add("from", h.EnvelopeFrom)
	add("for", h.For)
	add("ident", h.Ident)
	flag("auth", h.Authenticated)
	add("user", h.AuthUser)
	add("tls", h.TLS)
	flag("local", h.Local)
	if !h.At.IsZero() {
		add("at", h.At.UTC().Format(time.RFC3339Nano))
	}
	return strings.Join(out, " ")
}

// TestReceived reads every table: "none" is a line that the dialect must not read.
func TestReceived(t *testing.T) {
	for _, d := range Dialects {
		good := 0
		for _, r := range table(t, d.Name) {
			h, ok := d.Parse(r.line)
			got := "none"
			if ok {
				good++
				got = describe(h)
				if first, _ := ParseReceived(r.line); first.Dialect != d.Name {
					t.Errorf("%s: %s comes first and reads it", r.name, first.Dialect)
				}
				pointsAt(t, r, h)
			}
			if got != r.expect {
				t.Errorf("%s: %s\n got %s\nwant %s", r.name, r.line, got, r.expect)
			}
		}
		if good == 0 {
			t.Errorf("%s: no line that it reads", d.Name)
		}
	}
}

// pointsAt checks the spans, and that nothing claimed is believed.
func pointsAt(t *testing.T, r row, h Hop) {
	t.Helper()
	if h.IP.IsValid() {
		a, ok := readAddr(r.line[h.IPSpan.Start:h.IPSpan.End])
		if !ok || a != h.IP {
			t.Errorf("%s: IPSpan is %q", r.name, r.line[h.IPSpan.Start:h.IPSpan.End])
		}
	}
	if h.HostSpan.Empty() && h.RDNS+h.Helo != "" {
		t.Errorf("%s: no HostSpan: %s", r.name, r.line)
	}
	if got := r.line[h.HostSpan.Start:h.HostSpan.End]; h.RDNS != "" && got != h.RDNS || h.RDNS == "" && got != "" && got != h.Helo {
		t.Errorf("%s: HostSpan is %q", r.name, got)
	}
	if h.IP == netip.MustParseAddr(claimedIP) || h.RDNS == claimedName || h.By == claimedName {
		t.Errorf("%s: what the peer claimed is believed: %+v", r.name, h)
	}
}

// same compares hops by what they say, not where.
func same(a, b Hop) string { return cmp.Diff(describe(a), describe(b)) }

// TestWrite writes every hop of every table in its own dialect and reads it back.
func TestWrite(t *testing.T) {
	for _, d := range Dialects {
		for _, r := range table(t, d.Name) {
			h, ok := d.Parse(r.line)
			if !ok {
				continue
			}
			back, ok := d.Parse(d.Write(h))
			if diff := same(h, back); !ok || diff != "" {
				t.Errorf("%s: read back %v: %s\n%s", r.name, ok, d.Write(h), diff)
			}
			for _, v := range hostile {
				checkHostile(t, d, h, v)
			}
		}
	}
}

// hostile are the texts with which a peer tries to break out of its slot.
var hostile = []string{
	"[203.0.113.10]", "claimed.example", "claimed.example ([203.0.113.10])", "x) by claimed.example (Postfix", "by", "from claimed.example",
	"\"from claimed.example ([203.0.113.10]) by claimed.example\"@attacker.example", "<\"", "\"", "\\", "(", ")", ";", "a;b", "x\r\n\tby claimed.example",
	"unknown", "helo=claimed.example", "\x00\xff", "IDENT:x@claimed.example [203.0.113.10]", "x (may be forged)", strings.Repeat("(", 500),
}

// checkHostile lets the peer say what it wants: the line that the MTA would write names the same peer and the same host.
func checkHostile(t *testing.T, d *Dialect, base Hop, v string) {
	t.Helper()
	h := base
	for _, slot := range []*string{&h.Helo, &h.Ident, &h.EnvelopeFrom, &h.AuthUser} {
		if *slot != "" && !h.Local {
			*slot = v
		}
	}
	got, ok := d.Parse(d.Write(h))
	if !ok || got.IP != base.IP || got.RDNS != base.RDNS || got.By != base.By || got.ID != base.ID {
		t.Errorf("%s: %q changed the peer, read back %v: %s\n%s", d.Name, v, ok, d.Write(h), describe(got))
		return
	}
	again, ok := d.Parse(d.Write(got))
	if diff := same(got, again); !ok || diff != "" {
		t.Errorf("%s: second writing differs: %s\n%s", d.Name, d.Write(got), diff)
	}
}

// TestRawHelo puts a whole line into the HELO, as no MTA here would let it stand: nothing of it may become the peer.
func TestRawHelo(t *testing.T) {
	const date = "; Tue, 3 Mar 2026 09:00:00 +0000"
	for _, mark := range []string{"(Postfix) with SMTP", "(8.18.1/8.18.1) with ESMTP", "with Microsoft SMTP Server", "with SMTP", "(PowerMTA v5.0r4)"} {
		for _, peer := range []string{"([203.0.113.10])", "(claimed.example [203.0.113.10])", "(203.0.113.10)", "(HELO x) (203.0.113.10)"} {
			for _, end := range []string{date, date + " (", date + " (envelope-from <x@claimed.example>)", "; 3 Mar 2026 09:00:00 -0000"} {
				fake := "claimed.example " + peer + " by claimed.example " + mark + " id 1" + end
				for _, d := range Dialects {
					for _, r := range table(t, d.Name) {
						line := strings.Replace(r.line, "mail.example.net", fake, 1)
						if h, ok := ParseReceived(line); ok && line != r.line {
							pointsAt(t, row{name: r.name, line: line}, h)
						}
					}
				}
			}
		}
	}
}

// TestDialectPages pairs the list with fixtures/received and docs/dialects, both ways.
func TestDialectPages(t *testing.T) {
	want := map[string]bool{}
	for _, d := range Dialects {
		if want[d.Name] {
			t.Errorf("%s stands twice in the list", d.Name)
		}
		want[d.Name] = true
		if page, ok := docs.Page("dialects/" + d.Name); !ok || !strings.HasPrefix(page, "# "+d.Name+": ") {
			t.Errorf("docs/dialects/%s.md: no page, or another title", d.Name)
		}
	}
	files, _ := filepath.Glob(fixtures.Path("received", "*.txt"))
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".txt"); !want[name] {
			t.Errorf("%s: no such dialect", f)
		}
	}
	for _, n := range docs.Names() {
		if name, ok := strings.CutPrefix(n, "dialects/"); ok && !want[name] {
			t.Errorf("docs/%s.md: no such dialect", n)
		}
	}
}

// TestReadHop checks that spans point into the folded field.
func TestReadHop(t *testing.T) {
	raw := "X-A: b\r\nReceived: from claimed.example (mx.example.net\r\n [192.0.2.7])\r\n\tby mx.example.org (Postfix) with ESMTPS id 4Xk\r\n\tfor <a@example.org>; Tue, 3 Mar 2026\r\n 09:00:00 +0000\r\nReceived: by nobody knows\r\nReceived: \r\n\r\n"
	m := eml.Parse([]byte(raw))
	fields := m.All("Received")
	h := ReadHop(m, fields[0])
	if got := string(m.Bytes(h.IPSpan)) + " " + string(m.Bytes(h.HostSpan)); got != "192.0.2.7 mx.example.net" {
		t.Errorf("spans point at %q", got)
	}
	if h.Span != fields[0].Span || h.Dialect != "postfix" || h.At.IsZero() {
		t.Errorf("got %+v", h)
	}
	for _, f := range fields[1:] {
		if diff := cmp.Diff(f.Span, ReadHop(m, f).Span); diff != "" || ReadHop(m, f).Dialect != "" {
			t.Errorf("%q is read: %s", m.Unfold(f), diff)
		}
	}
}

func FuzzParseReceived(f *testing.F) {
	for _, d := range Dialects {
		for _, r := range table(f, d.Name) {
			f.Add(r.line)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, ok := ParseReceived(s)
		for _, sp := range []eml.Span{h.IPSpan, h.HostSpan} {
			if sp.Start < 0 || sp.End > len(s) || sp.Start > sp.End {
				t.Fatalf("span %v outside of %d bytes", sp, len(s))
			}
		}
		if ok && h.IP.IsValid() && h.IPSpan.Empty() {
			t.Fatal("an address from nowhere")
		}
		m := eml.Parse([]byte("Received: " + s + "\r\n\r\n"))
		for _, field := range m.All("Received") {
			h := ReadHop(m, field)
			for _, sp := range []eml.Span{h.IPSpan, h.HostSpan} {
				if !sp.Empty() && (sp.Start < field.Value.Start || sp.End > field.Value.End) {
					t.Fatalf("span %v outside of %v", sp, field.Value)
				}
			}
		}
	})
}

// TestReceivedLimits reads lines at the limit that are made to be slow or odd; none is understood and none panics.
func TestReceivedLimits(t *testing.T) {
	for _, unit := range []string{"(", "(envelope-from <\"", "<\"", "[", "from x (", "a ", "\\", "for <\"a", "(a [", "::", "helo= "} {
		if h, ok := ParseReceived(("from x (" + strings.Repeat(unit, 1+maxValue/len(unit)))[:maxValue]); ok {
			t.Errorf("%q is read: %+v", unit, h)
		}
	}
	if _, ok := ParseReceived("from a (b [192.0.2.1]) by c (Postfix) with SMTP id " + strings.Repeat("x", maxValue)); ok {
		t.Error("a line over the limit is read")
	}
}

func BenchmarkParseReceived(b *testing.B) {
	var all []string
	n := 0
	for _, d := range Dialects {
		for _, r := range table(b, d.Name) {
			all = append(all, r.line)
			n += len(r.line)
		}
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range all {
			ParseReceived(s)
		}
	}
	b.ReportMetric(float64(len(all)*b.N)/b.Elapsed().Seconds(), "hops/s")
}

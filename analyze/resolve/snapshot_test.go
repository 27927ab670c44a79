package resolve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

const zone = `; the header
;! snapshot 2026-05-25T10:00:00Z 192.0.2.53
;! zone example.com.
;! gone.example.net. TXT NXDOMAIN 2026-05-25T11:00:00Z 192.0.2.54
;! broken.example.net. TXT SERVFAIL
;! refused.example.net. TXT REFUSED
;! slow.example.net. A TIMEOUT
;! empty.example.net. MX NODATA
;! key._domainkey.example.net. TXT NOERROR 2026-05-25T12:00:00Z
example.com. TXT "v=spf1 " "ip4:192.0.2.0/24 -all"
example.com. MX 10 mail.example.com.
$ORIGIN example.com.
mail A 192.0.2.7
deep.under A 192.0.2.8
www CNAME mail
away CNAME host.example.net.
lost CNAME nowhere.example.org.
loop CNAME loop
key._domainkey.example.net. CNAME key.example.org.
key.example.org. TXT "v=DKIM1; p=\"a\\b\233"
2.0.0.127.masked-key.zen.dq.spamhaus.net. A 127.0.0.2
`

func load(tb testing.TB, text string) Resolver {
	tb.Helper()
	r, err := Snapshot("dns.zone", strings.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestSnapshot(t *testing.T) {
	r := load(t, zone)
	for _, tt := range []struct {
		name string
		typ  uint16
		want Kind
		data string
	}{
		{"example.com", TypeTXT, Found, "v=spf1 ip4:192.0.2.0/24 -all"},
		{"EXAMPLE.com.", TypeMX, Found, "{10 mail.example.com}"},
		{"example.com", TypeA, NoData, ""},
		{"under.example.com", TypeA, NoData, ""}, // an empty non-terminal exists
		{"deep.under.example.com", TypeA, Found, "192.0.2.8"},
		{"other.example.com", TypeA, NXDomain, ""},
		{"other.mail.example.com", TypeA, NXDomain, ""},
		{"badexample.com", TypeA, NotRecorded, ""},
		{"www.example.com", TypeA, Found, "192.0.2.7"},
		{"www.example.com", TypeTXT, NoData, ""}, // the target exists, and is in the zone
		{"www.example.com", TypeCNAME, Found, ""},
		{"away.example.com", TypeA, NotRecorded, ""},
		{"lost.example.com", TypeA, NotRecorded, ""},
		{"loop.example.com", TypeA, ServFail, ""},
		{"gone.example.net", TypeTXT, NXDomain, ""},
		{"gone.example.net", TypeA, NXDomain, ""}, // what does not exist has no type
		{"under.gone.example.net", TypeA, NotRecorded, ""},
		{"broken.example.net", TypeTXT, ServFail, ""},
		{"broken.example.net", TypeA, NotRecorded, ""},
		{"refused.example.net", TypeTXT, ServFail, ""},
		{"slow.example.net", TypeA, Timeout, ""},
		{"empty.example.net", TypeMX, NoData, ""},
		{"empty.example.net", TypeA, NotRecorded, ""},
		{"key._domainkey.example.net", TypeTXT, Found, "v=DKIM1; p=\"a\\b\xe9"},
		{"2.0.0.127.SECRET.zen.dq.spamhaus.net", TypeA, Found, "127.0.0.2"},
		{strings.Repeat("a", 64) + ".example.net", TypeA, NXDomain, ""},
		{"a..example.net", TypeA, NXDomain, ""},
	} {
		q := Q(tt.name, tt.typ)
		a, err := r.Resolve(t.Context(), q)
		if got := KindOf(q, a, err); got != tt.want {
			t.Errorf("%s: %s, want %s", q, got, tt.want)
		}
		if got := data(a); tt.data != "" && got != tt.data {
			t.Errorf("%s: %q, want %q", q, got, tt.data)
		}
	}
}

func data(a Answer) string {
	var out []string
	out = append(out, a.TXT()...)
	for _, ip := range a.Addrs() {
		out = append(out, ip.String())
	}
	for _, mx := range a.MX() {
		out = append(out, fmt.Sprint(mx))
	}
	return strings.Join(append(out, a.PTR()...), " ")
}

func TestSnapshotTimes(t *testing.T) {
	r := load(t, zone)
	for name, want := range map[string]string{
		"example.com.":                "2026-05-25T10:00:00Z 192.0.2.53",
		"gone.example.net.":           "2026-05-25T11:00:00Z 192.0.2.54",
		"key._domainkey.example.net.": "2026-05-25T12:00:00Z 192.0.2.53",
	} {
		a, _ := r.Resolve(t.Context(), Q(name, TypeTXT))
		if got := a.At.Format(time.RFC3339) + " " + a.Source; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	a, _ := load(t, "example.com. A 192.0.2.1").Resolve(t.Context(), Q("example.com", TypeA))
	if !a.At.IsZero() || a.Source != "dns.zone" {
		t.Errorf("hand-written: %v from %s, want no time and the file", a.At, a.Source)
	}
}

func TestSnapshotErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\n;! example.com.":                                   "line 2: a ;! line needs",
		";! example.com. TXT":                                 "line 1: a ;! line of a question",
		";! example.com. BOGUS NODATA":                        "line 1: \"BOGUS\" is not a record type",
		";! example.com. TXT MAYBE":                           "line 1: \"MAYBE\" is not a result",
		";! a..b. TXT NODATA":                                 "line 1: \"a..b.\" is not a domain name",
		";! example.com. TXT NODATA yesterday":                "line 1: \"yesterday\" is not a time",
		";! example.com. TXT NODATA 2026-05-25T10:00:00Z a b": "line 1: \"b\" is too much",
		";! zone a..b.":                                       "line 1: \"a..b.\" is not the name of a zone",
		"example.com. A 192.0.2.1\nexample.com. A oops":       "line: 2:",
		"example.com. CNAME\n":                                "example.com. CNAME: the record has no data",
		"example.com. MX\n":                                   "example.com. MX: the record has no data",
		"$INCLUDE /etc/passwd":                                "$INCLUDE",
		"$GENERATE 1-65535 a$ A 192.0.2.1\n$GENERATE 1-65535 b$ A 192.0.2.1\n$GENERATE 1-65535 c$ A 192.0.2.1\n$GENERATE 1-65535 d$ A 192.0.2.1": "over 200000 records",
		";" + strings.Repeat(" ", maxSnapshot): "over 16 MiB",
	} {
		_, err := Snapshot("dns.zone", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "reading DNS snapshot dns.zone: ") {
			t.Errorf("%.60q: %v, want %q", text, err, want)
		}
	}
}

// TestRecord asks every kind of question through a recorder and finds the same kinds in what it wrote.
func TestRecord(t *testing.T) {
	rec := Record(load(t, zone))
	questions := []Question{
		Q("example.com", TypeTXT), Q("example.com", TypeA), Q("other.example.com", TypeA), Q("www.example.com", TypeA),
		Q("gone.example.net", TypeTXT), Q("broken.example.net", TypeTXT), Q("refused.example.net", TypeTXT), Q("slow.example.net", TypeA),
		Q("key._domainkey.example.net", TypeTXT), Q("2.0.0.127.secret.zen.dq.spamhaus.net", TypeA), Q(`o dd;"na\me.example.com`, TypeA),
	}
	for _, q := range append(questions, Q("unrecorded.example.org", TypeA), Q("a..b", TypeA)) {
		rec.Resolve(t.Context(), q)
	}
	if rec.Len() != len(questions) {
		t.Errorf("%d questions recorded, want %d", rec.Len(), len(questions))
	}
	var first, second bytes.Buffer
	n, err := rec.WriteTo(&first)
	if err != nil || n != int64(first.Len()) {
		t.Fatal(n, first.Len(), err)
	}
	if strings.Contains(first.String(), "secret") {
		t.Errorf("the key is in the snapshot:\n%s", &first)
	}
	loaded, err := Snapshot("copy", bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, &first)
	}
	again := Record(loaded)
	for _, q := range questions {
		want, werr := load(t, zone).Resolve(t.Context(), q)
		got, gerr := again.Resolve(t.Context(), q)
		if KindOf(q, got, gerr) != KindOf(q, want, werr) || want.Rcode != got.Rcode || data(got) != data(want) || !got.At.Equal(want.At) || got.Source != want.Source {
			t.Errorf("%s: %v %v, want %v %v", q, got, gerr, want, werr)
		}
	}
	if again.WriteTo(&second); second.String() != first.String() {
		t.Errorf("a recording of the recording differs: %s", cmp.Diff(first.String(), second.String()))
	}
}

// flaky fails once, then answers.
type flaky struct{ calls int }

func (f *flaky) Resolve(context.Context, Question) (Answer, error) {
	if f.calls++; f.calls == 1 {
		return Answer{}, ErrTimeout
	}
	return Answer{Rcode: dns.RcodeNameError}, nil
}

func TestRecordKeepsTheBetterAnswer(t *testing.T) {
	rec := Record(&flaky{})
	for range 2 {
		rec.Resolve(t.Context(), Q("example.com", TypeA))
	}
	var out strings.Builder
	rec.WriteTo(&out)
	if !strings.Contains(out.String(), "\n;! example.com. A NXDOMAIN\n") {
		t.Errorf("the answer is not kept over the time-out:\n%s", &out)
	}
	offline := Record(Off())
	offline.Resolve(t.Context(), Q("example.com", TypeA))
	if offline.Len() != 0 {
		t.Error("a question nobody asked is recorded")
	}
}

func TestOverlay(t *testing.T) {
	over, err := Overlay(load(t, zone), "example.com. TXT \"v=spf1 ip4:203.0.113.7 -all\"\nalias.example.com. CNAME mail.example.com.\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		q    Question
		want string
	}{
		{Q("example.com", TypeTXT), "v=spf1 ip4:203.0.113.7 -all"}, // in place of what stood there
		{Q("example.com", TypeMX), "{10 mail.example.com}"},        // other types stay
		{Q("alias.example.com", TypeA), "192.0.2.7"},               // from the overlay into the base
		{Q("mail.example.com", TypeA), "192.0.2.7"},
	} {
		if a, err := over.Resolve(t.Context(), tt.q); err != nil || data(a) != tt.want {
			t.Errorf("%s: %q %v, want %q", tt.q, data(a), err, tt.want)
		}
	}
	if _, err := over.Resolve(t.Context(), Q("nowhere.example.org", TypeA)); !errors.Is(err, ErrNotRecorded) {
		t.Errorf("outside both: %v", err)
	}
	if _, err := Overlay(Off(), "oops"); err == nil {
		t.Error("bad text is taken")
	}
}

func FuzzSnapshot(f *testing.F) {
	f.Add(zone)
	f.Add(reverseZone)
	f.Add(";! zone .\n$TTL 1h\n* CNAME a\n\\000.b TXT \"\\255\"")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(strings.ToUpper(text), "$GENERATE") {
			return // bounded, but slow; TestSnapshotErrors has it
		}
		r, err := Snapshot("fuzz", strings.NewReader(text))
		if err != nil {
			return
		}
		rec := Record(r)
		s := r.(*snapshot)
		for q := range s.records {
			rec.Resolve(t.Context(), q)
		}
		for q := range s.questions {
			rec.Resolve(t.Context(), q)
		}
		var out bytes.Buffer
		rec.WriteTo(&out)
		if _, err := Snapshot("again", &out); err != nil {
			t.Errorf("what was recorded does not load: %v\n%s", err, &out)
		}
	})
}

func bigZone() string {
	var out strings.Builder
	for i := range 100 {
		fmt.Fprintf(&out, ";! h%d.example.com. A NOERROR 2026-05-25T10:00:00Z 192.0.2.53\nh%d.example.com. IN A 192.0.2.%d\n", i, i, i)
		fmt.Fprintf(&out, ";! h%d.example.com. TXT NOERROR 2026-05-25T10:00:00Z 192.0.2.53\nh%d.example.com. IN TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n", i, i)
	}
	return out.String()
}

func BenchmarkSnapshotLoad(b *testing.B) {
	text := bigZone()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		load(b, text)
	}
}

func BenchmarkSnapshotResolve(b *testing.B) {
	r := load(b, bigZone())
	b.ReportAllocs()
	for b.Loop() {
		r.Resolve(b.Context(), Q("h42.example.com", TypeTXT))
	}
}

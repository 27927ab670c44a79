package verdict

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/fixtures"
)

// FuzzDecode feeds every decoder: the seeds are all fixtures. Whatever the bytes are, spans stay inside their fields, nothing is shown
// without limit, and what stands below the border is not ours.
func FuzzDecode(f *testing.F) {
	for _, d := range Decoders {
		b, err := os.ReadFile(fixtures.Path("verdict", d.Name+".txt"))
		if err != nil {
			f.Fatal(err)
		}
		for _, block := range strings.Split(string(b), "\n\n") {
			f.Add(block)
		}
	}
	f.Fuzz(func(t *testing.T, fields string) {
		m, tr := above(fields)
		for _, v := range Decode(m, tr) {
			checkVerdict(t, v)
			for _, r := range v.Reasons {
				if m.Bytes(r.Span) == nil && !r.Span.Empty() {
					t.Fatalf("%s: span %v outside the message", r.Code, r.Span)
				}
			}
		}
		m, tr = below(strings.ReplaceAll(fields, "Received", "X-Other"))
		if tr.Border != 1 {
			return
		}
		for _, v := range Decode(m, tr) {
			if v.Side == trace.Ours && v.Fields[0].Span.Start > tr.Hops[1].Span.End {
				t.Fatalf("believed below the border: %s", v.Why)
			}
		}
	})
}

func checkVerdict(t *testing.T, v Verdict) {
	if _, ok := gravity[v.Verdict]; !ok || len(v.Reasons) > maxReasons || len(v.Unknown) > maxUnknown || len(v.Fields) == 0 {
		t.Fatalf("%s: %q, %d reasons, %d unknown", v.Filter, v.Verdict, len(v.Reasons), len(v.Unknown))
	}
	for _, u := range v.Unknown {
		if len(u) > maxShown+3 {
			t.Fatalf("%s: %d bytes of a strange value", v.Filter, len(u))
		}
	}
}

// BenchmarkDecode reads a full Microsoft header and one of SpamAssassin.
func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"microsoft", "spamassassin", "rspamd"} {
		b.Run(name, func(b *testing.B) {
			s := readSamples(b, fixtures.Path("verdict", name+".txt"))[0]
			m, tr := above(strings.Join(s.header, "\n"))
			b.ReportAllocs()
			for b.Loop() {
				Decode(m, tr)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
		})
	}
	b.Run("nothing", func(b *testing.B) {
		m, tr := message(ownHop, ownMX, theirHop, author)
		b.ReportAllocs()
		for b.Loop() {
			Decode(m, tr)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	})
	b.Run("ten thousand names", func(b *testing.B) {
		var fields strings.Builder
		for i := range 9000 {
			fmt.Fprintf(&fields, "X-MS-Exchange-CrossTenant-%d: x\n", i)
		}
		raw, err := os.ReadFile(fixtures.Path("mail", "plain-good-microsoft", "message.eml"))
		if err != nil {
			b.Fatal(err)
		}
		m := eml.Parse([]byte(strings.Replace(string(raw), "MIME-Version:", fields.String()+"MIME-Version:", 1)))
		tr := trace.New(m, trace.Options{})
		b.SetBytes(int64(len(m.Raw)))
		for b.Loop() {
			Decode(m, tr)
		}
	})
	b.Run("hostile", func(b *testing.B) {
		m, tr := below(strings.Repeat("X-Spam-Status: No, score=-1 tests="+strings.Repeat("A_B,", 2000)+"\n", 60) + "X-End: 1")
		b.SetBytes(int64(len(m.Raw)))
		for b.Loop() {
			Decode(m, tr)
		}
	})
}

package verdict

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/fixtures"
)

var update = flag.Bool("update", false, "write what the decoders say into fixtures/verdict")

// sample is a stretch of a fixture: fields, and behind "=> " what they mean.
type sample struct {
	comments, header, want []string
}

func (s sample) name() string {
	for _, l := range s.header {
		return l
	}
	return ""
}

// readSamples reads fixtures/verdict/<decoder>.txt: samples are separated by blank lines.
func readSamples(tb testing.TB, path string) []sample {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var out []sample
	for _, block := range strings.Split(strings.TrimSpace(string(b)), "\n\n") {
		var s sample
		for _, l := range strings.Split(block, "\n") {
			switch {
			case strings.HasPrefix(l, "# "):
				s.comments = append(s.comments, l)
			case strings.HasPrefix(l, "=> "):
				s.want = append(s.want, l)
			default:
				s.header = append(s.header, l)
			}
		}
		out = append(out, s)
	}
	return out
}

const (
	ownHop   = "Received: from mx.example.org by imap.example.org with LMTP id 1; Tue, 3 Mar 2026 09:00:03 +0000"
	ownMX    = "Received: from mail.example.net (mail.example.net [192.0.2.7]) by mx.example.org (Postfix) with ESMTPS id 4Xk7QzZ; Tue, 3 Mar 2026 09:00:02 +0000"
	theirHop = "Received: from desk.example.net (desk.example.net [198.51.100.9]) by mail.example.net (Postfix) with ESMTPS id 9ab; Tue, 3 Mar 2026 09:00:01 +0000"
	author   = "From: a@example.net\nTo: b@example.org\nSubject: hello\nDate: Tue, 3 Mar 2026 09:00:00 +0000\nMessage-ID: <1@example.net>"
)

// message puts blocks of fields on top of each other.
func message(blocks ...string) (*eml.Message, *trace.Trace) {
	m := eml.Parse([]byte(strings.Join(blocks, "\n") + "\n\nhello\n"))
	return m, trace.New(m, trace.Options{Border: "2"})
}

// above puts the fields where only our side can write.
func above(fields string) (*eml.Message, *trace.Trace) {
	return message(ownHop, fields, ownMX, theirHop, author)
}

// below puts them among the author's fields.
func below(fields string) (*eml.Message, *trace.Trace) {
	return message(ownHop, ownMX, theirHop, author, fields)
}

func (n Number) text() string {
	if !n.Known {
		return "-"
	}
	return strconv.FormatFloat(n.Value, 'g', 6, 64)
}

// describe writes a verdict as the fixtures have it.
func describe(v Verdict) []string {
	out := []string{fmt.Sprintf("=> %s %s score=%s of=%s", v.Filter, v.Verdict, v.Score.text(), v.Threshold.text())}
	if v.Direction != rules.DirectionUnknown {
		out[0] += " " + v.Direction.String()
	}
	for _, r := range v.Reasons {
		l := "=> + " + r.Code
		if r.Points.Known {
			l += " (" + r.Points.text() + ")"
		}
		l += " = " + r.Text
		if r.Cause != "" {
			l += " [" + r.Cause + "]"
		}
		if r.Blind {
			l += " blind"
		}
		out = append(out, l)
	}
	for _, u := range v.Unknown {
		out = append(out, "=> ? "+u)
	}
	return out
}

func describeAll(vs []Verdict) []string {
	var out []string
	for _, v := range vs {
		out = append(out, describe(v)...)
	}
	return out
}

func TestFixtures(t *testing.T) {
	for _, d := range Decoders {
		path := fixtures.Path("verdict", d.Name+".txt")
		t.Run(d.Name, func(t *testing.T) { checkFixture(t, d, path) })
	}
}

func checkFixture(t *testing.T, d *Decoder, path string) {
	samples := readSamples(t, path)
	for i, s := range samples {
		m, tr := above(strings.Join(s.header, "\n"))
		got := describeAll(Decode(m, tr))
		if *update {
			samples[i].want = got
			continue
		}
		if diff := cmp.Diff(s.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.name(), diff)
		}
		if !strings.HasPrefix(strings.Join(got, "\n"), "=> "+d.Name+" ") {
			t.Errorf("%s: not read by %s", s.name(), d.Name)
		}
	}
	if *update {
		writeSamples(t, path, samples)
	}
}

func writeSamples(t *testing.T, path string, samples []sample) {
	var blocks []string
	for _, s := range samples {
		blocks = append(blocks, strings.Join(append(append(append([]string{}, s.comments...), s.header...), s.want...), "\n"))
	}
	if err := os.WriteFile(path, []byte(strings.Join(blocks, "\n\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEveryFixtureIsOfADecoder: a fixture of no decoder would never be read.
func TestEveryFixtureIsOfADecoder(t *testing.T) {
	known := map[string]bool{}
	for _, d := range Decoders {
		known[d.Name+".txt"] = true
	}
	files, _ := filepath.Glob(fixtures.Path("verdict", "*.txt"))
	if len(files) != len(Decoders) {
		t.Errorf("%d fixtures for %d decoders", len(files), len(Decoders))
	}
	for _, f := range files {
		if !known[filepath.Base(f)] {
			t.Errorf("%s is of no decoder", f)
		}
	}
}

// TestSpansLieInTheFields: every reason points at bytes of one of the verdict's fields.
func TestSpansLieInTheFields(t *testing.T) {
	for _, d := range Decoders {
		for _, s := range readSamples(t, fixtures.Path("verdict", d.Name+".txt")) {
			m, tr := above(strings.Join(s.header, "\n"))
			for _, v := range Decode(m, tr) {
				for _, r := range v.Reasons {
					if !pointsInto(v.Fields, r.Span) || len(m.Bytes(r.Span)) == 0 {
						t.Errorf("%s: %s points at %v, outside its fields", s.name(), r.Code, r.Span)
					}
				}
			}
		}
	}
}

func pointsInto(fields []eml.Field, s eml.Span) bool {
	for _, f := range fields {
		if s.Start >= f.Span.Start && s.End <= f.Span.End {
			return true
		}
	}
	return false
}

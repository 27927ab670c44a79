package checks

import (
	"bufio"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/fixtures"
)

// twin is one line of fixtures/heuristics: a message on which a heuristic speaks, or one, nearly the same, where it is silent.
type twin struct {
	id, text string
	speaks   bool
	line     int
}

func readTwins(tb testing.TB, path string) []twin {
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var out []twin
	id, n := "", 0
	for s := bufio.NewScanner(f); s.Scan(); {
		n++
		switch line := s.Text(); {
		case strings.HasPrefix(line, "+ "), strings.HasPrefix(line, "- "):
			out = append(out, twin{id, line[2:], line[0] == '+', n})
		case line != "" && line[0] != '#':
			id = line
		}
	}
	return out
}

// message builds the message that the twin's line describes.
func (t twin) message() []byte {
	fields := map[string]string{
		"From": "Ann <ann@example.com>", "To": "bob@example.org", "Subject": "Hello", "Date": "Mon, 2 Mar 2026 09:00:00 +0000", "Message-ID": "<1@mail.example.com>",
	}
	body := t.text
	for strings.HasPrefix(body, "{") {
		field, rest, _ := strings.Cut(body[1:], "}")
		name, value, _ := strings.Cut(field, ":")
		fields[name], body = strings.TrimSpace(value), rest
	}
	body = strings.ReplaceAll(strings.TrimPrefix(body, " "), `\n`, "\r\n")
	kind := "text/plain"
	if strings.HasPrefix(body, "<") {
		kind = "text/html"
	}
	file, html, coded, multi, open, raw := fields["attach"], fields["html"], fields["part"], fields["multi"], fields["open"], fields["raw"]
	for _, special := range []string{"attach", "html", "part", "multi", "open", "raw", "envelope"} {
		delete(fields, special)
	}
	var b strings.Builder
	for name, value := range fields {
		if value != "" {
			b.WriteString(name + ": " + strings.ReplaceAll(value, `\xe9`, "\xe9") + "\r\n")
		}
	}
	if raw != "" {
		b.WriteString(raw + "\r\n")
	}
	if v, ok := fields["MIME-Version"]; !ok || v != "" {
		b.WriteString("MIME-Version: 1.0\r\n")
	}
	if multi != "" || open != "" {
		b.WriteString("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: " + multi + open + "\r\n\r\n" + body + "\r\n")
		if multi != "" {
			b.WriteString("--b--\r\n")
		}
		return []byte(b.String())
	}
	if html != "" {
		return []byte(b.String() + "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + body +
			"\r\n--b\r\nContent-Type: text/html\r\n\r\n" + html + "\r\n--b--\r\n")
	}
	if charset, ok := strings.CutSuffix(coded, "; base64"); ok {
		return []byte(b.String() + "Content-Type: " + charset + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
			base64.StdEncoding.EncodeToString([]byte(body)) + "\r\n")
	}
	part := "Content-Type: " + kind + "; charset=utf-8\r\n\r\n" + body + "\r\n"
	if file == "" {
		return []byte(b.String() + part)
	}
	return []byte(b.String() + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + part +
		"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"" + file + "\"\r\n\r\nx\r\n--b--\r\n")
}

// testInput is a message without path, DNS or profile.
func testInput(raw []byte) *analyze.Input {
	m := eml.Parse(raw)
	in := &analyze.Input{Message: m, Trace: &trace.Trace{Border: -1, Why: "test"}, Profile: &profile.Profile{}, Resolve: resolve.Off(),
		Delivered: time.Date(2026, 3, 2, 9, 5, 0, 0, time.UTC), Weights: Weights()}
	for _, f := range m.All("From") {
		in.Author = append(in.Author, m.Addresses(f)...)
	}
	return in
}

// run analyses the message with the envelope sender that the line states.
func (t twin) run() *analyze.Report {
	in := testInput(t.message())
	if _, rest, ok := strings.Cut(t.text, "{envelope: "); ok {
		in.Trace.Handover.MailFrom, _, _ = strings.Cut(rest, "}")
	}
	return runInput(in)
}

func runHeuristics(raw []byte) *analyze.Report { return runInput(testInput(raw)) }

func runInput(in *analyze.Input) *analyze.Report {
	return analyze.Run(context.Background(), in, append([]*analyze.Check{Content}, heuristicChecks()...))
}

func TestHeuristicTwins(t *testing.T) {
	seen := map[string][2]int{}
	files, err := filepath.Glob(fixtures.Path("heuristics", "*.txt"))
	if err != nil || len(files) != len(groups) {
		t.Fatalf("%d files for %d groups (%v)", len(files), len(groups), err)
	}
	for _, file := range files {
		for _, twin := range readTwins(t, file) {
			f, spoke := twin.run().Finding(twin.id)
			if spoke != twin.speaks {
				t.Errorf("%s:%d: %s speaks: %v, want %v", filepath.Base(file), twin.line, twin.id, spoke, twin.speaks)
			}
			if spoke && (f.Summary == "" || f.Score == 0 || len(f.Evidence) == 0) {
				t.Errorf("%s:%d: %s says %+v", filepath.Base(file), twin.line, twin.id, f)
			}
			n := seen[twin.id]
			if twin.speaks {
				n[0]++
			} else {
				n[1]++
			}
			seen[twin.id] = n
		}
	}
	for _, g := range groups {
		for _, h := range g.list {
			if n := seen[h.id]; n[0] == 0 || n[1] == 0 {
				t.Errorf("%s has %d lines where it speaks and %d where it is silent in fixtures/heuristics/%s.txt", h.id, n[0], n[1], g.name)
			}
			delete(seen, h.id)
		}
	}
	for id := range seen {
		t.Errorf("fixtures/heuristics knows %s, and the lists do not", id)
	}
}

func TestGroupIsCapped(t *testing.T) {
	raw := twin{text: "you have won. cheap viagra order now. make money per week. verify your account within 24 hours. password expires click."}.message()
	r := runHeuristics(raw)
	sum := 0.0
	for _, f := range r.Findings() {
		if strings.HasPrefix(f.ID, "words.") {
			sum += f.Score
		}
	}
	if sum != wordGroup.cap {
		t.Errorf("words add %.1f points, want the cap of %.1f", sum, wordGroup.cap)
	}
}

func TestHeaderOnlyLimitsContent(t *testing.T) {
	r := runHeuristics([]byte("Subject: claim your prize\r\nFrom: a@example.com\r\nContent-Type: multipart/mixed; boundary=x\r\n"))
	if _, ok := r.Finding("words.prize"); !ok {
		t.Error("the subject was not read")
	}
	if _, ok := r.Finding("mime.empty"); ok {
		t.Error("a header without its body was called empty")
	}
	for _, o := range r.Outcomes {
		if o.Check.Name == "words" && o.Code != "header-only" {
			t.Errorf("words does not say that there was no body: %q", o.Code)
		}
	}
}

func BenchmarkHeuristics(b *testing.B) {
	para := "Dear colleagues, the minutes of our last meeting are attached. Please read them before Thursday; corrections are welcome. "
	raw := twin{text: "<p>" + strings.Repeat(para, 50) + `</p><a href="https://www.example.com/minutes">minutes</a>`}.message()
	in := testInput(raw)
	list := append([]*analyze.Check{Content}, heuristicChecks()...)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		analyze.Run(context.Background(), in, list)
	}
}

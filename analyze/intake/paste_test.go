package intake_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/fixtures"
)

// TestPastes reads fixtures/paste/*.txt as people paste them, and compares with the .want beside each: the repairs by line and kind, the path, the
// border's peer, and the author.
func TestPastes(t *testing.T) {
	files, _ := filepath.Glob(fixtures.Path("paste", "*.txt"))
	if len(files) < 7 {
		t.Fatalf("%d pastes", len(files))
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for it, err := range intake.Bytes(filepath.Base(f), b, intake.Options{}) {
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			describe(&got, it)
		}
		golden := strings.TrimSuffix(f, ".txt") + ".want"
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
	}
}

func describe(w *strings.Builder, it *intake.Item) {
	fmt.Fprintf(w, "format %s\n", it.Format)
	if r := it.Refusal; r != nil {
		fmt.Fprintf(w, "refused %s %s by %s: %s\n", r.Code, r.Enhanced, r.Server, r.Why())
	}
	m := it.Message
	if m == nil {
		return
	}
	for _, r := range m.Repairs {
		fmt.Fprintf(w, "repair %d %s\n", r.Line, r.Kind)
	}
	tr := trace.New(m, trace.Options{})
	fmt.Fprintf(w, "header only %v\npeer %v\n", m.HeaderOnly, tr.Handover.IP)
	for _, h := range tr.Hops {
		fmt.Fprintf(w, "hop %s by %s from %s at %s, line %d\n", h.Dialect, h.By, h.Helo, h.At.UTC().Format("15:04:05"), m.Line(h.Span.Start))
	}
	for _, f := range m.All("From") {
		for _, a := range m.Addresses(f) {
			fmt.Fprintf(w, "author %s\n", a)
		}
	}
	for _, f := range m.All("Authentication-Results") {
		fmt.Fprintf(w, "results %s\n", strings.Join(strings.Fields(m.Unfold(f)), " "))
	}
}

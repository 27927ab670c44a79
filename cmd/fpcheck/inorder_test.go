package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/fixtures"
)

// TestInOrder: the first message takes until the second was looked at, and all the same its result comes first; what could not be read keeps its place, and
// after an error or the end of the context nothing is taken.
func TestInOrder(t *testing.T) {
	const n = 40
	items := func(yield func(*intake.Item, error) bool) {
		for i := range n {
			it, err := &intake.Item{Name: fmt.Sprint(i), Message: eml.Parse(nil)}, error(nil)
			if i%7 == 3 {
				err = errors.New("unreadable")
			}
			if !yield(it, err) {
				return
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	for _, tt := range []struct {
		name  string
		until int
		end   func() error
		fails bool
	}{
		{"all of them", n, func() error { return nil }, false},
		{"an error of taking", 11, func() error { return errors.New("disk full") }, true},
		{"stopped", 11, func() error { cancel(); return nil }, false},
	} {
		second := make(chan struct{})
		look := func(it *intake.Item) string {
			switch it.Name {
			case "0":
				<-second
			case "1":
				close(second)
			}
			return "looked at " + it.Name
		}
		var got, want []string
		err := inOrder(ctx, iter.Seq2[*intake.Item, error](items), 3, look, func(it *intake.Item, err error, out string) error {
			got = append(got, fmt.Sprintf("%s %v %s", it.Name, err, out))
			if len(got) == tt.until {
				return tt.end()
			}
			return nil
		})
		for i := range tt.until {
			if i%7 == 3 {
				want = append(want, fmt.Sprintf("%d unreadable ", i))
			} else {
				want = append(want, fmt.Sprintf("%d <nil> looked at %d", i, i))
			}
		}
		if !slices.Equal(got, want) || (err != nil) != tt.fails {
			t.Errorf("%s: %v (%v), want %v", tt.name, got, err, want)
		}
	}
}

// TestAnalyzeSideBySide: reports on a folder are the same, with the talk and the recorded DNS, on one processor and on several.
func TestAnalyzeSideBySide(t *testing.T) {
	dir := quarantineFolder(t, 1)
	for name, text := range map[string]string{"0-empty.eml": "", "5-refused.txt": "550 5.7.1 rejected by policy\n", "m.zip": "PK\x03\x04"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []string{"json", "text"} {
		var all []string
		for _, procs := range []int{1, 4} {
			was := runtime.GOMAXPROCS(procs)
			record := filepath.Join(t.TempDir(), "zone")
			var out, errs bytes.Buffer
			status := run([]string{"analyze", dir, "--format", format, "--dns", fixtures.Path("mail", "plain-good", "dns.zone"), "--profile", "none", "--record", record,
				"--today", "2026-06-01", "--state", t.TempDir()}, strings.NewReader(""), &out, &errs)
			runtime.GOMAXPROCS(was)
			zone, err := os.ReadFile(record)
			if err != nil || status != exitCouldNot || out.Len() < 100_000 {
				t.Fatalf("%d bytes, status %d, %v: %s", out.Len(), status, err, errs.String())
			}
			all = append(all, out.String()+errs.String()+string(zone))
		}
		if diff := cmp.Diff(all[0], all[1]); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

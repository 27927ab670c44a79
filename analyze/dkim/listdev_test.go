package dkim

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/fixtures"
)

// listPost is a post of the suite list-dev.
type listPost struct {
	File       string
	Signatures []struct {
		Hdr, D, S, Class string
		BAsDelivered     string `json:"b_as_delivered"`
		BAfter           string `json:"b_after_subject_restore"`
	}
	raw []byte
}

func listPosts(tb testing.TB, class string) ([]listPost, zone) {
	dir := fixtures.Suite(tb, "list-dev")
	var flat map[string]string
	readJSON(tb, filepath.Join(dir, "zone.json"), &flat)
	z := zone{}
	for name, v := range flat {
		z[strings.ToLower(strings.TrimSuffix(name, "."))] = []string{v}
	}
	var out []listPost
	for line := range strings.Lines(string(readFile(tb, filepath.Join(dir, class, "labels.jsonl")))) {
		var p listPost
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			tb.Fatal(err)
		}
		p.raw = readFile(tb, filepath.Join(dir, class, p.File))
		out = append(out, p)
	}
	return out, z
}

// TestConformanceListDev: real posts of two mailing lists.
func TestConformanceListDev(t *testing.T) {
	for _, class := range []string{"pass", "footer-fullproof", "footer-bh", "unrestored"} {
		posts, z := listPosts(t, class)
		var took []time.Duration
		bodies, whole, broken := 0, 0, 0
		for _, post := range posts {
			m := eml.Parse(post.raw)
			start := time.Now()
			sigs := Verify(t.Context(), m, z, Options{})
			var found []*Restoration
			for _, s := range sigs {
				if r := Autopsy(t.Context(), m, s, Options{}); r != nil {
					found = append(found, r)
				}
			}
			took = append(took, time.Since(start))
			i := 0
			okBody, okWhole := true, true
			for _, l := range post.Signatures {
				if l.Hdr != "dkim-signature" {
					continue
				}
				s := sigs[i]
				i++
				if l.Class == "pass" {
					if s.BodyHash != Pass {
						t.Errorf("%s/%s: %s should fit its body", class, post.File, s.Domain)
					}
					continue
				}
				broken++
				r := Autopsy(t.Context(), m, s, Options{})
				okBody = okBody && r.Proof != ""
				okWhole = okWhole && r.Proof == "signature"
				if os.Getenv("SHOW") != "" {
					t.Logf("%s/%s %s c=%s %s header=%s key=%s -> %v %q tried %d used %dK whole %v", class, post.File, l.Class, s.Canon, s.ReasonCode, s.HeaderSignature, s.KeyKind, r.Kinds, r.Proof, r.Tried, r.Used>>10, r.Whole)
				}
			}
			if okBody {
				bodies++
			}
			if okWhole {
				whole++
			}
			_ = found
		}
		sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
		t.Logf("%s: %d posts, %d broken signatures; body restored in %d, proven by signature in %d; median %v, 99th %v", class, len(posts), broken, bodies, whole, took[len(took)/2], took[len(took)*99/100])
	}
	_ = slices.Contains[[]string]
}

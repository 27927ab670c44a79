package dkim

import (
	"encoding/json"
	"path/filepath"
	"slices"
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

// TestConformanceListDev: real posts of two mailing lists. Every claim is checked by verifying the restored message.
func TestConformanceListDev(t *testing.T) {
	want := map[string]struct{ bodies, whole int }{
		"pass": {30, 30}, "footer-fullproof": {40, 40}, "footer-bh": {75, 14}, "unrestored": {22, 4},
	}
	var all []time.Duration
	for class, least := range want {
		posts, z := listPosts(t, class)
		bodies, whole := 0, 0
		for _, post := range posts {
			m := eml.Parse(post.raw)
			start := time.Now()
			sigs := Verify(t.Context(), m, z, Options{})
			found := make([]*Restoration, len(sigs))
			for i, s := range sigs {
				found[i] = Autopsy(t.Context(), m, s, Options{})
			}
			all = append(all, time.Since(start))
			body, proven := checkPost(t, class, post, z, sigs, found)
			bodies, whole = bodies+body, whole+proven
		}
		t.Logf("%s: %d posts; body restored in %d, proven by signature in %d", class, len(posts), bodies, whole)
		if bodies < least.bodies || whole < least.whole {
			t.Errorf("%s: body restored in %d, proven by signature in %d; want %d and %d", class, bodies, whole, least.bodies, least.whole)
		}
	}
	slices.Sort(all)
	t.Logf("%d posts: median %v, 99th percentile %v", len(all), all[len(all)/2], all[len(all)*99/100])
}

// checkPost compares with the labels and verifies what was restored. It returns 1 where all broken bodies were restored, and 1 where all
// broken signatures were proven.
func checkPost(t *testing.T, class string, post listPost, z zone, sigs []Signature, found []*Restoration) (body, proven int) {
	body, proven = 1, 1
	i := -1
	for _, l := range post.Signatures {
		if l.Hdr != "dkim-signature" {
			continue
		}
		i++
		if l.Class == "pass" {
			if sigs[i].BodyHash != Pass {
				t.Errorf("%s: the body hash of %s should fit", post.File, l.D)
			}
			continue
		}
		r := found[i]
		if r.Proof != "signature" {
			proven = 0
		}
		if r.Proof == "" {
			t.Logf("%s/%s: nothing found for %s %s (tried %d, all %v)", class, post.File, l.D, sigs[i].Canon, r.Tried, r.Whole)
			body = 0
			continue
		}
		again := Verify(t.Context(), eml.Parse(r.Original()), z, Options{})
		if len(again) != len(sigs) || again[i].BodyHash != Pass || r.Proof == "signature" && again[i].HeaderSignature != Pass {
			t.Errorf("%s/%s: %v claimed by %s, but the restored message says %s", class, post.File, r.Kinds, r.Proof, describe(again))
			continue
		}
		if lib := library(r.Original(), z); r.Proof == "signature" && again[i].LibraryVerdict == Pass && lib[i] != Pass {
			t.Errorf("%s/%s: %v: go-msgauth says %s of the restored message", class, post.File, r.Kinds, lib[i])
		}
	}
	return body, proven
}

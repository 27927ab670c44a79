package causes

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
)

// sentences are all texts that explain makes of a message.
func sentences(e *explain.Explanation) []string {
	var out []string
	for _, d := range append(append([]*explain.Diagnosis{e.First}, e.Others...), e.Remarks...) {
		out = append(out, d.Sentence(), d.Do)
		for _, f := range d.Fixes {
			out = append(out, f.Text)
		}
		for _, w := range d.WhatIf {
			out = append(out, w.Change)
		}
	}
	return out
}

// TestNothingBreaksOut puts hostile text where names of the message stand; none of it may reach a sentence.
func TestNothingBreaksOut(t *testing.T) {
	hostile := []string{
		"](javascript:alert(1))", "<img src=x onerror=alert(1)>", "\x1b[31mRELEASE\x1b[0m", "![x](https://evil.example/p.png)", "a\u202eb.example", "`rm`", "{{.}}",
		strings.Repeat("a", 5000) + ".example",
	}
	seen := map[string]bool{}
	for _, name := range casetest.Names(t) {
		in, c := loadCase(t, name)
		if seen[c.Truth.Cause] { // one case of each cause: each has sentences of its own
			continue
		}
		seen[c.Truth.Cause] = true
		raw := in.Message.Raw
		for i, bad := range hostile {
			for _, at := range []string{"partner.example", "203.0.113.20", "s=mail2025", "mail.partner.example", "someformservice.com", "mx1-us1.ppe-hosted.com"} {
				if !bytes.Contains(raw, []byte(at)) {
					continue
				}
				again := analyze.Prepare(eml.Parse(bytes.ReplaceAll(raw, []byte(at), []byte(bad))), in.Profile, analyze.Stated{})
				again.Resolve, again.DNSMode, again.Weights, again.Today, again.Rules, again.History = in.Resolve, in.DNSMode, in.Weights, in.Today, in.Rules, in.History
				for _, s := range sentences(explained(again)) {
					if strings.ContainsAny(s, "<>[]`\x1b\u202e!\n\r") && !clean(s) || len(s) > 2000 {
						t.Fatalf("%s, hostile text %d in place of %s: %q", name, i, at, s)
					}
				}
			}
		}
	}
}

// clean reports whether the only odd characters of a sentence are those of fpcheck's own texts: click paths have ">", SPF nothing odd.
func clean(s string) bool {
	return !strings.ContainsAny(strings.NewReplacer(" > ", "", "<name>", "").Replace(s), "<>[]`\x1b\u202e!\n\r")
}

// TestNames: what has no shape of a name is not repeated.
func TestNames(t *testing.T) {
	for in, want := range map[string]string{
		"mail.example.com": "mail.example.com", "mail.example.com.": "mail.example.com", "2001:db8::1": "2001:db8::1", "a_b.example": "a_b.example",
		"": "x", "-rf": "x", "a b": "x", "a\nb": "x", "http://a": "x", "a.example/": "x", "ä.example": "x", strings.Repeat("a", 101): "x", "a*b": "x", "javascript:x": "x",
	} {
		if got := name(in, "x"); got != want {
			t.Errorf("name(%q) is %q, want %q", in, got, want)
		}
	}
}

// TestWithoutDNSNothingIsWrong explains every case offline, and again as a header alone: it may abstain, and must not be wrong and sure, nor
// call good mail bad or bad mail good in a way that releases it.
func TestWithoutDNSNothingIsWrong(t *testing.T) {
	for _, name := range casetest.Names(t) {
		for _, how := range []string{"offline", "header only", "no profile"} {
			in, c := loadCase(t, name)
			switch how {
			case "offline":
				in.Resolve, in.DNSMode = resolve.Off(), "offline"
			case "header only":
				m := eml.Parse(in.Message.Raw[:in.Message.Header.End])
				p := in.Profile
				again := analyze.Prepare(m, p, analyze.Stated{})
				again.Resolve, again.DNSMode, again.Weights, again.Today, again.Rules, again.History = in.Resolve, in.DNSMode, in.Weights, in.Today, in.Rules, in.History
				in = again
			case "no profile":
				again := analyze.Prepare(in.Message, nil, analyze.Stated{})
				again.Resolve, again.DNSMode, again.Weights, again.Today = in.Resolve, in.DNSMode, in.Weights, in.Today
				in = again
			}
			e := explained(in)
			first := e.First.Cause
			wrong := first.Name != c.Truth.Cause && !(c.Truth.Cause == "" && idle(e))
			if wrong && e.Sure >= explain.SureAt && first != CannotTell && !(how == "no profile" && c.Truth.Cause == "") {
				t.Errorf("%s, %s: %s and sure, want %q", name, how, first.Name, c.Truth.Cause)
			}
			if len(in.Rules) > 0 || how == "no profile" && c.Truth.Cause == "" {
				continue // what let it pass was the profile
			}
			if slices.Contains(c.Truth.Not, first.Name) && e.Sure >= explain.LikelyAt {
				t.Errorf("%s, %s: %s (%.2f), which the case excludes", name, how, first.Name, e.Sure)
			}
			if first.Nature == explain.Bad && c.Truth.FalsePositive && e.Sure >= explain.SureAt {
				t.Errorf("%s, %s: good mail is surely called %s", name, how, first.Name)
			}
		}
	}
}

// TestStatedCategory: what the user says of the filter's log outweighs our estimate.
func TestStatedCategory(t *testing.T) {
	for _, tt := range []struct{ dir, category, want string }{
		{"plain-good", "spam", "classifier-misjudged"},
		{"plain-good", "policy", "own-block-entry"},
		{"plain-good-newsletter", "bulk", "bulk-level"},
		{"web-form-unlisted-server", "domain-spoofing", "web-form-unlisted-server"},
		{"plain-phishing", "spam", "real-phishing"},
	} {
		in, _ := loadCase(t, tt.dir)
		in.Category = tt.category
		if e := explained(in); e.First.Cause.Name != tt.want {
			t.Errorf("%s with --category %s: %s, want %s", tt.dir, tt.category, e.First.Cause.Name, tt.want)
		}
	}
}

// BenchmarkExplain measures explain beside the analysis that it starts from; it may cost no more.
func BenchmarkExplain(b *testing.B) {
	for _, dir := range []string{"plain-good", "web-form-unlisted-server", "spf-include-missing", "footer-after-signing", "plain-spam"} {
		in, _ := loadCase(b, dir)
		ctx := context.Background()
		b.Run(dir+"/analyze", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				analyze.Run(ctx, in, checks.All())
			}
		})
		r := analyze.Run(ctx, in, checks.All())
		b.Run(dir+"/explain", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				explain.Run(ctx, r, All(), CannotTell)
			}
		})
	}
}

package causes

import (
	"slices"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
)

// FuzzExplain: whatever the message, there is a first cause with a next step, its evidence lies inside the message, and its sentences hold no
// control characters and no angle or square brackets of the message.
func FuzzExplain(f *testing.F) {
	for _, name := range casetest.Names(f) {
		in, _ := casetest.Read(f, name)
		f.Add(in.Message.Raw, name[0]%2 == 0)
	}
	own, err := profile.Parse("profile.yaml", []byte("domains: [widget.com]\nsending-servers: [198.51.100.0/28]\nborder: [\"*.ppe-hosted.com\"]\nfilter: proofpoint-essentials\ncolleagues: [Clara Vogt]\n"))
	if err != nil {
		f.Fatal(err)
	}
	// The autopsy spends its budget on every broken signature, which leaves no time for anything else; it has fuzz tests of its own.
	quick := slices.DeleteFunc(checks.All(), func(c *analyze.Check) bool { return c == checks.Autopsy })
	f.Fuzz(func(t *testing.T, raw []byte, withProfile bool) {
		var p *profile.Profile
		if withProfile {
			p = own
		}
		in := analyze.Prepare(eml.Parse(raw), p, analyze.Stated{})
		in.Resolve, in.DNSMode, in.Weights, in.Today = resolve.Off(), "offline", checks.Weights(), casetest.Today
		r := analyze.Run(t.Context(), in, quick)
		e := explain.Run(t.Context(), r, All(), CannotTell)
		for _, o := range e.Report.Outcomes {
			if o.Status == analyze.Failed {
				t.Fatalf("%s failed: %s", o.Check.Name, o.Reason)
			}
		}
		if e.First == nil || e.First.Do == "" {
			t.Fatal("no first cause, or no next step")
		}
		for _, finding := range append(e.First.For, e.First.Against...) {
			for _, ev := range finding.Evidence {
				if ev.Span.Start < 0 || ev.Span.End > len(in.Message.Raw) || ev.Span.Start > ev.Span.End {
					t.Fatalf("%s points outside the message: %v", e.First.Cause.Name, ev.Span)
				}
			}
		}
		for _, s := range sentences(e) {
			if !clean(s) {
				t.Fatalf("%s says %q", e.First.Cause.Name, s)
			}
		}
	})
}

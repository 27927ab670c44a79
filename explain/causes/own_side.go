package causes

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// judged finds that a host of ours behind the border recorded SPF failing, while it passes for the address that connected to the border.
func judged(v *explain.View) (analyze.Finding, bool) {
	border := v.Ours()[len(v.Ours())-1]
	if v.SPF.Verdict != "pass" {
		return analyze.Finding{}, false
	}
	for _, f := range v.Input.Message.All("Received-SPF") {
		if f.Span.Start < border.Span.Start && failsSPF(v.Input.Message.Unfold(f)) {
			return at("path.judged-gateway", "behind the gateway SPF was judged for the gateway's own address", f.Value), true
		}
	}
	for _, f := range v.Input.Message.All("Authentication-Results") {
		if f.Span.Start < border.Span.Start && recordsFail(v, f) {
			return at("path.judged-gateway", "behind the gateway SPF was judged for the gateway's own address", f.Value), true
		}
	}
	return analyze.Finding{}, false
}

package checks

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/arc"
	"github.com/fpcheck/fpcheck/analyze/dkim"
)

// ARC asks what earlier receivers saw. It adds nothing to the score where a chain is broken: that is as if there were none (RFC 8617 5.2).
// Its result is an arc.Chain.
var ARC = &analyze.Check{
	Name:  "arc",
	Title: "what did earlier receivers see",
	Spec:  "RFC 8617",
	Reads: []analyze.Aspect{analyze.ReadsDNS},
	Run:   runARC,
}

func runARC(p *analyze.Pass) (any, error) {
	if !hasField(p.Message, "ARC-Seal") && !hasField(p.Message, "ARC-Message-Signature") {
		return arc.Chain{Status: arc.None}, nil
	}
	chain := arc.Verify(p.Context, p.Message, p.Resolve, dkim.Options{Delivered: p.Delivered, Today: p.Today})
	f := analyze.Finding{ID: "arc." + string(chain.Status), Evidence: sealEvidence(chain)}
	switch chain.Status {
	case dkim.Pass:
		f.Summary = fmt.Sprintf("the chain of %d seals is unbroken: %s", len(chain.Instances), strings.Join(sealers(chain), ", then "))
	case dkim.Fail:
		f.Summary = "the chain of seals is broken, so nothing in it counts: " + chain.Reason
	default:
		if k := unknownKey(chain); k != nil {
			return chain, dnsSkip(k.KeyKind, "the key of the seal of %s", k.Domain)
		}
		return chain, analyze.Skip("no-result", "the chain of seals could not be judged: %s", chain.Reason)
	}
	p.Report(f)
	return chain, nil
}

// unknownKey returns the first seal whose key the DNS did not give.
func unknownKey(c arc.Chain) *dkim.Signature {
	for i := range c.Instances {
		for _, s := range []*dkim.Signature{&c.Instances[i].Seal, &c.Instances[i].Message} {
			if s.Status == dkim.Unknown && !s.KeyKind.Known() {
				return s
			}
		}
	}
	return nil
}

// sealers says who sealed, oldest first, and what each says that it saw.
func sealers(c arc.Chain) []string {
	var out []string
	for _, i := range c.Instances {
		var saw []string
		for _, m := range i.Seen.Methods {
			if m.Name == "spf" || m.Name == "dkim" || m.Name == "dmarc" {
				saw = append(saw, m.Name+" "+m.Value)
			}
		}
		out = append(out, fmt.Sprintf("%s saw %s", i.Sealer, strings.Join(saw, ", ")))
	}
	return out
}

func sealEvidence(c arc.Chain) []analyze.Evidence {
	var out []analyze.Evidence
	for _, i := range c.Instances {
		if n := len(out); n == maxShown {
			return append(out, analyze.Evidence{Note: fmt.Sprintf("and %d more seals", len(c.Instances)-n)})
		}
		out = append(out, analyze.Evidence{Span: i.Seal.DSpan})
	}
	return out
}

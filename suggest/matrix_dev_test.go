package suggest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
	"github.com/fpcheck/fpcheck/suggest/targets"
)

func TestDev(t *testing.T) {
	for _, name := range casetest.Names(t) {
		r, truth := casetest.Load(t, name)
		e := explain.Run(context.Background(), r, causes.All(), causes.CannotTell)
		out := suggest.Run(context.Background(), r, e.First, suggest.Options{Targets: targets.All(), Forge: impostor.Variants})
		fmt.Printf("DX %s %.2f %v\n", e.First.Cause.Name, e.First.Sure, e.First.Cause.Nature)
		fmt.Printf("== %s fp=%v %s dec=%s/%s\n", name, truth.FalsePositive, truth.Cause, r.Decision.Action, r.Decision.Stage)
		if out.Refused != nil {
			fmt.Println("   REFUSED", out.Refused.Reason)
		}
		for _, s := range out.Suggestions {
			fmt.Printf("   %-16s %-22s %-30.60s works=%q dec=%q out=%d knows=%d in=%d\n", s.Remedy.Kind, s.Target, s.Remedy.Title, s.Remedy.Works, s.Decision, len(s.Matched(suggest.Outsider)), len(s.Matched(suggest.KnowsRule)), len(s.Matched(suggest.Insider)))
			for _, p := range s.Proof {
				if p.Matched && p.Variant != suggest.Genuine {
					fmt.Print(" ", p.Attacker, ":", p.Variant)
				}
			}
			if len(s.Proof) > 0 {
				fmt.Println()
			}
		}
		for _, n := range out.NotOffered {
			fmt.Printf("   not %-20s %s | %s\n", n.Name, n.What, n.Reason)
		}
	}
}

package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// lookalikeDomain: a domain that is nearly one that the organisation knows.
var lookalikeDomain = &explain.Cause{
	Name: "lookalike-domain", Title: "The sender's domain looks like one that you know, and is another.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		known, where, ok := imitated(v)
		if !ok {
			return nil
		}
		asks := wanted(v)
		if len(asks) == 0 {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: 0.85, WhoFixes: explain.Nobody, For: append([]analyze.Finding{nearName(v, known, where)}, asks...), Against: v.Good("dmarc.pass"),
			Title: fmt.Sprintf("%s looks like %s, which you know, and is another domain. That it passes SPF, DKIM and DMARC proves only who owns the copy.", from(v), known),
			Do:    report + " Call the real sender on a known number.",
			Fixes: []explain.Fix{fix(explain.You, "Block %s. Tell the real %s; its owner can have the copy taken down (%s of the host that sent it).", from(v), known, abuse(v.Peer))},
		}
		return d
	},
}

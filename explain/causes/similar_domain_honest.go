package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// similarDomainHonest: names are alike by chance, too. The message asks for nothing, and who it is can be asked.
var similarDomainHonest = &explain.Cause{
	Name: "similar-domain-honest", Title: "The sender's domain happens to look like one that you know.", Nature: explain.Unclear,
	Families: []explain.Family{explain.FamilySimilar},
	Match: func(v *explain.View) *explain.Diagnosis {
		known, where, ok := imitated(v)
		if ok && len(wanted(v)) > 0 { // lookalike-domain
			return nil
		}
		if !ok && !v.Own(v.From) && !relayedByList(v) {
			known, where, ok = amongKnown(v, sameLabel)
		}
		if !ok {
			return nil
		}
		return &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.You,
			For: append(stated(v, explain.FamilySimilar), nearName(v, known, where)), Against: v.Good("dmarc.pass", "dkim.pass"),
			Title: fmt.Sprintf("%s looks like %s, and nothing shows that it is the same firm; it may be an honest neighbour or a copy.", from(v), known),
			Do:    "Ask somebody who knows the sender, or call a number from your own books; then release.",
			Fixes: []explain.Fix{fix(explain.You, "If the firm is known to you: list %s as trusted in the impersonation protection (Microsoft 365: anti-phishing policy, trusted senders and domains).", from(v))},
		}
	},
}

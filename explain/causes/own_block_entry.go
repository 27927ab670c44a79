package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/explain"
)

// ownBlockEntry: a rule or a list entry of one's own stopped the message.
var ownBlockEntry = &explain.Cause{
	Name: "own-block-entry", Title: "A rule or block entry of your own side stopped it.", Families: []explain.Family{explain.FamilyOwnEntry},
	Match: func(v *explain.View) *explain.Diagnosis {
		step := v.Decision.DecidedBy()
		byUs := v.Decision.Action != policy.Deliver && (step.Stage == policy.StageRules || step.Stage == policy.StageLists)
		byThem := v.Filter.Caught && v.Filter.Carries([]explain.Family{explain.FamilyOwnEntry})
		if !byUs && !byThem || suspicious(v) && !v.Authentic() {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.You, For: stated(v, explain.FamilyOwnEntry),
			Do: "Release it, and take out the entry or rule.",
			Fixes: []explain.Fix{
				fix(explain.You, "Look for the sender's address or domain in the blocked senders of the organisation and of the user, and in the rules; take it out. (Microsoft 365: Tenant Allow/Block List, anti-spam policy, mail flow rules with SCL 5 to 9; Outlook: blocked senders.)"),
			},
		}
		if byUs {
			d.Decisive = true
			d.For = append(d.For, inProfile("own.entry", "blocked-senders", "your own settings stop it at the stage %q", step.Title))
		}
		if byThem && v.Filter.Filter != "" {
			d.Title = fmt.Sprintf("%s stopped it because of an entry or rule of your own organisation, or of the user, and not for what it is.", v.Filter.Filter)
		}
		return d
	},
}

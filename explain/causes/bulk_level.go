package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// bulkLevel: a newsletter, held as one.
var bulkLevel = &explain.Cause{
	Name: "bulk-level", Title: "The filter holds it as bulk mail.", Families: []explain.Family{explain.FamilyBulk},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || !v.Filter.Carries([]explain.Family{explain.FamilyBulk}) || suspicious(v) && !v.Authentic() {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.You,
			For:   append(stated(v, explain.FamilyBulk), v.Good("dmarc.pass")...),
			Title: fmt.Sprintf("%s holds it as bulk mail: a newsletter above the level of complaints that your policy allows.", v.Filter.Filter),
			Do:    "Release it if somebody asked for it; else leave it, or unsubscribe.",
			Fixes: []explain.Fix{
				fix(explain.You, "Raise the bulk threshold of the anti-spam policy (Microsoft 365: bulk complaint level, 7 by default), or allow this newsletter by its domain with the signature (fpcheck suggest)."),
				fix(explain.SenderAdmin, "%s: write only to people who asked, and take out those who never open.", postmaster(v.From)),
			},
		}
		if f, ok := v.Input.Message.First("List-Unsubscribe"); ok {
			d.For = append(d.For, at("path.newsletter", "it can be unsubscribed from", f.Span))
		}
		return d
	},
}

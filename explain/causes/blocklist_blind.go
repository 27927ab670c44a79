package causes

import (
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/explain"
)

// blocklistBlind: a list could not answer, or answers everything, and the filter took that for a listing.
var blocklistBlind = &explain.Cause{
	Name: "blocklist-blind", Title: "Your filter takes a blocklist's refusal for a listing.", Families: []explain.Family{explain.FamilyList},
	Match: func(v *explain.View) *explain.Diagnosis {
		blind := blindLists(v)
		if len(blind) == 0 || len(listings(v)) > 0 {
			return nil
		}
		if named := v.Filter.Named(explain.FamilyList); len(named) > 0 && !slices.ContainsFunc(named, func(t explain.Test) bool { return t.Points >= 1 && names(t.Name, blind) }) {
			return nil
		}
		a := blind[0]
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.You,
			For:    append(v.Find("blocklist.blind"), stated(v, explain.FamilyList)...),
			Clears: []string{"blocklist.blind"},
			Title:  fmt.Sprintf("Your filter counts a listing on %s, but the list cannot answer: %s.", a.List.Title, a.Refusal.Reason),
			Do:     "Release it, and mend the filter's blocklist check.",
			Fixes: []explain.Fix{
				fix(explain.You, "Let the filter ask through a resolver of your own instead of a public one, or by a key of the list; count only the answers that the list documents (%s), never 127.255.255.x; take out lists that answer everything.", a.List.Page),
			},
		}
		return d
	},
}

package causes

import (
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// colleague finds a name of one's own people before an address that is not one's own: by the profile, or by the filter's own test of names.
func colleague(v *explain.View) ([]analyze.Finding, bool) {
	in := v.Input
	f, ok := in.Message.First("From")
	if !ok || len(in.Author) == 0 || in.Author[0].Name == "" {
		return nil, false
	}
	if relayedByList(v) { // "Clara Vogt via Workshop": her letter to a list
		return nil, false
	}
	if v.Authentic() && slices.ContainsFunc(in.Profile.AllowedSenders, func(a string) bool { return strings.EqualFold(a, in.Author[0].String()) }) { // stated to be hers
		return nil, false
	}
	for _, c := range in.Profile.Colleagues {
		if sameName(c, in.Author[0].Name) {
			found := at("sender.colleague", "the name before the address is that of one of your people", f.Value)
			found.Evidence = append(found.Evidence, analyze.Evidence{Profile: "colleagues"})
			return []analyze.Finding{found}, true
		}
	}
	if found, ok := ownName(v); ok {
		return []analyze.Finding{found}, true
	}
	if found := v.Once("title", signsAsOwn); len(found) > 0 {
		return found, true
	}
	if v.Filter.Caught && v.Filter.Carries([]explain.Family{explain.FamilyName}) {
		return []analyze.Finding{at("sender.name", "the filter knows the name before the address", f.Value)}, true
	}
	return nil, false
}

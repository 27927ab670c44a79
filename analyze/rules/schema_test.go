package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/docs"
)

// The schema knows the keys that the parser knows, and no others.
func TestSchemaKeys(t *testing.T) {
	text, _ := docs.Schema("rules")
	type object struct {
		Properties map[string]struct{ Properties map[string]any }
	}
	var s struct {
		Properties struct {
			Rules struct{ Items object }
		}
	}
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	rule := s.Properties.Rules.Items.Properties
	for name, want := range map[string][]string{"rule": RuleKeys, "when": ConditionKeys, "unless": ConditionKeys} {
		got := slices.Sorted(maps.Keys(rule[name].Properties))
		if name == "rule" {
			got = slices.Sorted(maps.Keys(rule))
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want)), got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

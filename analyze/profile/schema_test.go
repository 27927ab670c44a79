package profile

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
	text, _ := docs.Schema("profile")
	var s struct{ Properties map[string]any }
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(Keys)), slices.Sorted(maps.Keys(s.Properties))); diff != "" {
		t.Error(diff)
	}
}

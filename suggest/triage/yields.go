package triage

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/suggest"
)

// Yields is a set of changes that deliver a message, by the policy of its filter; see suggest.Yields. In JSON it is a list of names.
type Yields uint8

// knobs are the members of the set, by bit. In JSON they are names, so a new one may go to the end.
var knobs = []string{policy.KnobBoundRule, policy.KnobExceptions, policy.KnobSendingServers, suggest.BlockEntry}

func yields(names []string) (y Yields) {
	for _, name := range names {
		if i := slices.Index(knobs, name); i >= 0 {
			y |= 1 << i
		}
	}
	return y
}

func (y Yields) has(name string) bool { return name != "" && y&yields([]string{name}) != 0 }

// MarshalJSON writes the names.
func (y Yields) MarshalJSON() ([]byte, error) {
	var names []string
	for i, name := range knobs {
		if y&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return json.Marshal(names)
}

// UnmarshalJSON reads them; names of a later fpcheck are left out.
func (y *Yields) UnmarshalJSON(b []byte) error {
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return fmt.Errorf("reading yields: %w", err)
	}
	*y = yields(names)
	return nil
}

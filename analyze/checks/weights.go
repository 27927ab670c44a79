package checks

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed weights.yaml
var weightsYAML string

// Weights returns the points of every finding by its id, as weights.yaml states them. Positive is toward spam; 5.0 quarantines.
var Weights = sync.OnceValue(func() map[string]float64 { return parseWeights(weightsYAML) })

// parseWeights reads the flat "id: points # reason" lines of weights.yaml. It is no YAML parser: the file keeps to this subset (a
// test reads it with a real one and compares), because a YAML parser would cost more at start-up than the rest of a run.
func parseWeights(text string) map[string]float64 {
	w := make(map[string]float64, 256)
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		id, points, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		if v, err := strconv.ParseFloat(strings.TrimSpace(points), 64); err == nil {
			w[strings.TrimSpace(id)] = v
		}
	}
	return w
}

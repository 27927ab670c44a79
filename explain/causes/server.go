package causes

import (
	"github.com/fpcheck/fpcheck/explain"
)

// helo is the name that the server gives itself, where it has the shape of one.
func helo(v *explain.View) string { return name(v.Hand.Helo, "mail."+from(v)) }

// backwards names the host whose date lies after that of the host that followed it.
func backwards(v *explain.View) (string, bool) {
	for _, r := range v.Input.Trace.Remarks {
		if r.Kind == "backwards" && r.Hop > v.Input.Trace.Border && r.Hop < len(v.Input.Trace.Hops) {
			return hostOf(v.Input.Trace.Hops[r.Hop]), true
		}
	}
	return "", false
}

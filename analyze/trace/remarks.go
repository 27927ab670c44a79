package trace

import (
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/providers"
)

// What is worth a remark: clocks of real servers differ by minutes, and a queue shows from an hour on. docs/checks/path.md says
// the same to the user.
const (
	backwardsAfter = 5 * time.Minute
	delayAfter     = time.Hour
)

func (t *Trace) remark(kind string, hop int, span eml.Span, note string) {
	t.Remarks = append(t.Remarks, Remark{Kind: kind, Hop: hop, Note: note, Span: span})
}

func (w *walk) remarks() {
	w.unparsed()
	w.times()
	w.reversed()
	w.forged()
}

func (w *walk) unparsed() {
	for i, h := range w.t.Hops {
		if h.Dialect == "" {
			w.t.remark("unparsed", i, h.Span, "this Received line is of no known form")
		}
	}
}

// times compares each dated hop with the next older one that is dated.
func (w *walk) times() {
	older := -1
	for i := len(w.t.Hops) - 1; i >= 0; i-- {
		h := w.t.Hops[i]
		if h.At.IsZero() {
			continue
		}
		if older >= 0 {
			switch d := h.At.Sub(w.t.Hops[older].At); {
			case d < -backwardsAfter:
				w.t.remark("backwards", older, w.t.Hops[older].Span, "this hop is dated "+short(-d)+" after the hop that followed it")
			case d >= delayAfter:
				w.t.remark("delay", i, h.Span, "the message took "+short(d)+" to get here")
			}
		}
		older = i
	}
}

func short(d time.Duration) string {
	d = d.Round(time.Second)
	if d >= 48*time.Hour {
		return d.Round(time.Hour).String()
	}
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
}

// reversed notes a header that stands oldest first, as some exports write it: every date is later than the one above, and each
// line's host is the peer of the line below it. A sender can forge that picture only by lines below the border, so the border
// stays where it was found and is merely less sure.
func (w *walk) reversed() {
	hops := w.t.Hops
	if len(hops) < 3 || w.opts.Border != "" {
		return
	}
	for i := 1; i < len(hops); i++ {
		a, b := hops[i-1], hops[i]
		if a.At.IsZero() || b.At.Before(a.At) || !w.names(b, a.By) || w.names(a, b.By) {
			return
		}
	}
	if !hops[len(hops)-1].At.After(hops[0].At) {
		return
	}
	w.t.Sure = min(w.t.Sure, reversedAtMost)
	w.t.remark("reversed", 0, hops[0].Span, "the Received lines stand oldest first, or their dates are forged: the newest should be on top")
}

// names reports whether h says that its peer is host.
func (w *walk) names(h Hop, host string) bool {
	return host != "" && (strings.EqualFold(h.Helo, host) || strings.EqualFold(h.RDNS, host) || w.related(h.RDNS, host) || w.related(h.Helo, host))
}

// forged notes lines below the border that claim to be of our own servers, unless the line above them says that the message came
// from there: mail that left and came back, by a list or a forwarder, has such lines for good reason.
func (w *walk) forged() {
	if w.t.Border < 0 {
		return
	}
	for i := w.t.Border + 1; i < len(w.t.Hops); i++ {
		h := w.t.Hops[i]
		if w.oursByName(h.By) && !w.names(w.t.Hops[i-1], h.By) && !w.localChain(i) {
			w.t.remark("forged", i, h.Span, "this line claims to be written by "+h.By+", a host of your side, but stands below the border and the line above it names another host")
		}
	}
}

// localChain reports whether the line above is one of the same host: then that line was judged already.
func (w *walk) localChain(i int) bool {
	return i-1 > w.t.Border && w.related(w.t.Hops[i-1].By, w.t.Hops[i].By)
}

// oursByName reports whether a host is of our side alone: by the profile, or a server of ours that is no host of a provider which
// others use too. Of filters, the very host that wrote our lines counts.
func (w *walk) oursByName(host string) bool {
	if host == "" {
		return false
	}
	if w.own(host) {
		return true
	}
	p := w.set.ByHost(host)
	if p != nil && p.Kind != providers.Filter || p == nil && organisation(host) == "" {
		return false
	}
	for i := range w.t.Border + 1 {
		by := w.t.Hops[i].By
		if strings.EqualFold(by, host) || p == nil && w.related(by, host) {
			return true
		}
	}
	return false
}

package checks

import (
	"fmt"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// How long after delivery the DNS still speaks of that day. Servers are renamed, records are mended, and keys are changed several times a year. Lists
// forget an address some days or weeks after the last spam, and addresses change hands. See docs/guide/snapshot.md.
const (
	sameDay     = 24 * time.Hour
	recordsHold = 180 * 24 * time.Hour
	listsHold   = 30 * 24 * time.Hour
)

// longAfter is the code of what was not judged since the DNS was asked long after delivery and the border wrote nothing down.
const longAfter = "long-after"

// askedAt is when the DNS was asked q; zero: unknown, as of records that were written by hand and of those of a what-if, which hold for the day of delivery.
func askedAt(p *analyze.Pass, q resolve.Question) time.Time {
	if q.Name == "" { // nothing had to be asked
		return time.Time{}
	}
	a, _ := p.Resolve.Resolve(p.Context, q)
	if p.DNSMode == "live" && !a.At.IsZero() {
		return p.Today // what the user takes for now
	}
	return a.At
}

// askedAfter reports whether the DNS was asked q longer than that after delivery. Where a time is unknown it was not.
func askedAfter(p *analyze.Pass, q resolve.Question, longer time.Duration) bool {
	at := askedAt(p, q)
	return !at.IsZero() && !p.Delivered.IsZero() && at.Sub(p.Delivered) > longer
}

// asOf says when the DNS was asked q: "on 3 Mar 2027, 12 months after delivery".
func asOf(p *analyze.Pass, q resolve.Question) string {
	at := askedAt(p, q)
	days := int(at.Sub(p.Delivered).Hours() / 24)
	later := count(days, "day")
	if days > 60 {
		later = count(days*12/365, "month")
	}
	return fmt.Sprintf("on %s, %s after delivery,", at.UTC().Format("2 Jan 2006"), later)
}

package dmarc

import (
	"context"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// MaxQueries is how many names one tree walk asks (RFC 9989 4.10: eight, however long the name).
const MaxQueries = 8

// level is what the DNS said at one name of a walk.
type level struct {
	domain  string
	record  *Record
	note    string // why there is no record although something was found
	kind    resolve.Kind
	unknown *resolve.Unknown
}

// walker asks each name once, whatever the number of identifiers.
type walker struct {
	ctx       context.Context
	r         resolve.Resolver
	seen      map[string]level
	questions []resolve.Question
}

func (w *walker) at(domain string) level {
	if l, ok := w.seen[domain]; ok {
		return l
	}
	l := w.ask(domain)
	w.seen[domain] = l
	return l
}

func (w *walker) ask(domain string) level {
	q := resolve.Q("_dmarc."+domain, resolve.TypeTXT)
	w.questions = append(w.questions, q)
	a, kind, unknown := resolve.Ask(w.ctx, w.r, q)
	l := level{domain: domain, kind: kind, unknown: unknown}
	var found []Record
	for _, txt := range a.TXT() {
		if rec, ok := Parse(txt); ok {
			found = append(found, rec)
		}
	}
	switch len(found) {
	case 0:
	case 1:
		l.record = &found[0]
	default: // RFC 9989 4.10, step 2: with several records, all are discarded
		l.note = "there are several DMARC records, so none counts"
	}
	return l
}

// names returns the names that a walk from domain asks, in order: the domain itself, then its parents, of which long names skip
// those with more than seven labels (RFC 9989 4.10, step 5).
func names(domain string) []string {
	labels := strings.Split(domain, ".")
	out := []string{domain}
	from := 1
	if len(labels) > MaxQueries {
		from = len(labels) - (MaxQueries - 1)
	}
	for i := from; i < len(labels); i++ {
		out = append(out, strings.Join(labels[i:], "."))
	}
	return out
}

// walk asks up the tree from domain until a record says where the organisation begins.
func (w *walker) walk(domain string) []level {
	var out []level
	for _, name := range names(domain) {
		l := w.at(name)
		out = append(out, l)
		if l.record != nil && l.record.PSD != "u" {
			break
		}
	}
	return out
}

// organizational picks the organisational domain out of a walk (RFC 9989 4.10.2). open is the first level without a definite
// answer: with it, the domain is the best guess only. A top-level domain that does not answer leaves nothing open: none is an
// organisation by itself.
func organizational(levels []level) (org string, open *resolve.Unknown) {
	start := levels[0].domain
	org = start
	for i, l := range levels {
		if open == nil && l.unknown != nil && strings.Contains(l.domain, ".") {
			open = l.unknown
		}
		switch {
		case l.record == nil:
		case l.record.PSD == "n":
			return l.domain, open
		case l.record.PSD == "y" && i > 0:
			return below(start, l.domain), open
		default:
			org = l.domain // the one with the fewest labels wins, and the walk goes up
		}
	}
	return org, open
}

// below returns the name one label below parent on the way to name.
func below(name, parent string) string {
	rest := strings.TrimSuffix(name, "."+parent)
	return rest[strings.LastIndexByte(rest, '.')+1:] + "." + parent
}

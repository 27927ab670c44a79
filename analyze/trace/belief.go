package trace

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/providers"
)

// knowledge is what New learnt about our side.
type knowledge struct {
	set      *providers.Set
	ours     []*providers.Provider // who wrote Hops[:Border+1]
	software []*providers.Provider // what ran on the border's host, proven by its queue id
	authserv []string              // of the profile
	zone     int                   // where the first line of the sender's side begins: milters write between the border and it
}

// Belief says whether our side wrote f: by its place against the border, by the authserv-id, and by what our filter and mailbox
// provider are known to write and to take out. It is Ours only when proven; a field that the sender could have written in the same
// place is Unknown.
func (t *Trace) Belief(m *eml.Message, f eml.Field) Belief {
	switch {
	case setAside(f.Name):
		return Belief{Theirs, "a receiver set this copy of the sender's field aside"}
	case t.Border < 0:
		return Belief{Unknown, "the border is not known: " + t.Why}
	case t.Sure < sureBelief:
		return Belief{Unknown, "the border is too unsure: " + t.Why}
	}
	return t.placed(m, f)
}

// setAside reports whether the name is one under which receivers keep what came from outside.
func setAside(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, "-untrusted") || strings.HasSuffix(name, "-original") ||
		strings.HasPrefix(name, "x-original-authentication-results") || name == "x-ms-exchange-authentication-results" || name == "old-authentication-results"
}

// placed is Belief for a border that is taken as sure.
func (t *Trace) placed(m *eml.Message, f eml.Field) Belief {
	line := t.Hops[t.Border].Span
	results := isResults(f.Name)
	var id string
	if results {
		r := authres.Parse(m, f)
		if r.Malformed != "" {
			return Belief{Unknown, "the field cannot be read: " + r.Malformed}
		}
		id = r.AuthservID
	}
	switch {
	case f.Span.Start <= line.Start:
		return Belief{Ours, "it stands above the border"}
	case strings.EqualFold(f.Name, "Received"):
		return Belief{Theirs, "it stands below the border"}
	case t.byMilter(f, id, results):
		return Belief{Ours, "software at the border wrote it: another field of it repeats the queue id of the border's line, and it takes out what the sender wrote"}
	case results:
		return t.resultsBelow(id)
	}
	return t.stamped(m, f)
}

func isResults(name string) bool { return strings.EqualFold(name, "Authentication-Results") }

// byMilter reports whether f was written by software that is proven to have run at the border and takes out the sender's copies.
func (t *Trace) byMilter(f eml.Field, id string, results bool) bool {
	if f.Span.Start > t.known.zone || results && !t.ourID(id) {
		return false
	}
	for _, p := range t.known.software {
		if _, ok := p.StampOf(f.Name); ok && p.StripsField(f.Name) {
			return true
		}
	}
	return false
}

// ourID reports whether an authserv-id is one of our side's: of the profile, of the border's host, or of our providers.
func (t *Trace) ourID(id string) bool {
	if id == "" {
		return false
	}
	if strings.EqualFold(id, t.Hops[t.Border].By) || providers.MatchAny(t.known.authserv, id) {
		return true
	}
	for _, p := range t.known.ours {
		if providers.MatchAny(p.AuthservIDs, id) {
			return true
		}
	}
	return false
}

// resultsBelow judges Authentication-Results below the border. Anybody can write our authserv-id there (RFC 8601 7.1).
func (t *Trace) resultsBelow(id string) Belief {
	if t.ourID(id) {
		return Belief{Unknown, "it names " + id + " but stands below the border, and nothing shows that our side takes forged copies out"}
	}
	return Belief{Theirs, "it stands below the border"}
}

// stamped judges other fields below the border by what our providers write there.
func (t *Trace) stamped(m *eml.Message, f eml.Field) Belief {
	for _, p := range t.known.ours {
		pos, ok := p.StampOf(f.Name)
		switch {
		case !ok || pos == providers.Above:
		case p.StripsField(f.Name):
			return Belief{Ours, p.Title + " writes it below the oldest Received line, and takes out what comes from outside"}
		case twice(m, f.Name):
			return Belief{Unknown, "it stands twice, and " + p.Title + " is not known to take out the sender's"}
		default:
			return Belief{Unknown, p.Title + " writes it below the border, but is not known to take out the sender's"}
		}
	}
	if t.Receiver == "" && f.Span.Start < t.known.zone && t.milterField(f.Name) {
		return Belief{Unknown, "it stands where software at the border writes, and where the sender's own top field would stand too"}
	}
	return Belief{Theirs, "it stands below the border"}
}

// twice asks the index of the message: this is asked for every field of a filter, and a header may have thousands of them.
func twice(m *eml.Message, name string) bool { return len(m.All(name)) > 1 }

// milterField reports whether some software writes such a field directly under the line of the host that it runs on.
func (t *Trace) milterField(name string) bool {
	for _, p := range t.known.set.All() {
		if p.Kind != providers.Software {
			continue
		}
		for _, s := range p.Stamps {
			if s.Position == providers.OwnLine && providers.MatchField(s.Field, name) {
				return true
			}
		}
	}
	return false
}

package triage

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"maps"
	"slices"
	"time"
)

// Result is the outcome of a run, or of several that were joined. Add and Merge may come in any order: the result is the same.
type Result struct {
	Records map[ID]*Record    // a message handed over twice counts once
	Bad     map[string]string // inputs that could not be read, with the reason
	Offers  map[string]Offer  // changes that were found, by Offer.id
}

// ID is made from the SHA-256 of a message and its customer.
type ID [16]byte

func (rec *Record) id() (id ID) {
	sum := sha256.Sum256(append(rec.SHA256[:], rec.Customer...))
	copy(id[:], sum[:])
	return id
}

// NewResult returns an empty result.
func NewResult() *Result {
	return &Result{Records: map[ID]*Record{}, Bad: map[string]string{}, Offers: map[string]Offer{}}
}

// Add counts a message. Of one that comes twice the record with the smaller name stays, so that the order does not matter.
func (r *Result) Add(rec Record) {
	id := rec.id()
	if old, ok := r.Records[id]; !ok || rec.Name < old.Name {
		rec.intern()
		r.Records[id] = &rec
	}
}

// Merge joins the results of other runs. It is associative and commutative.
func (r *Result) Merge(o *Result) {
	for _, rec := range o.Records {
		r.Add(*rec)
	}
	for name, why := range o.Bad {
		if old, ok := r.Bad[name]; !ok || why < old {
			r.Bad[name] = why
		}
	}
	maps.Copy(r.Offers, o.Offers)
}

// Sorted returns every record by name.
func (r *Result) Sorted() []*Record {
	return slices.SortedFunc(maps.Values(r.Records), func(a, b *Record) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), bytes.Compare(a.SHA256[:], b.SHA256[:]), cmp.Compare(a.Customer, b.Customer))
	})
}

// AddOffers keeps what can be done for a group, the safest first.
func (r *Result) AddOffers(key Key, offers []Offer) {
	for i, o := range offers {
		o.Key, o.Rank = key, i
		r.Offers[o.id()] = o
	}
}

// sortedOffers returns every offer by group.
func (r *Result) sortedOffers() []Offer {
	return slices.SortedFunc(maps.Values(r.Offers), func(a, b Offer) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.id(), b.id()))
	})
}

// Key is what the messages of a group have in common.
type Key struct {
	Customer string `json:"customer"`
	Cause    string `json:"cause"`
	Identity string `json:"identity"`
	Suspect  bool   `json:"suspect,omitempty"` // see Record
	Ask      bool   `json:"ask,omitempty"`
}

// Group is the messages of one customer, cause and sender.
type Group struct {
	Key
	Title    string         `json:"title"` // the cause's sentence for the first example
	Nature   string         `json:"nature"`
	Count    int            `json:"count"`
	Distinct int            `json:"distinct"` // without near-identical copies
	Caught   int            `json:"caught"`
	First    time.Time      `json:"first,omitzero"`
	Last     time.Time      `json:"last,omitzero"`
	Spam     float64        `json:"spam"` // mean of the members
	Sure     float64        `json:"sure"` // least of the members
	Proven   map[string]int `json:"proven"`
	Days     map[string]int `json:"days"` // by date of delivery, UTC
	Examples []string       `json:"examples"`
	Remedy   *Remedy        `json:"remedy,omitempty"`

	members []*Record
	seen    map[Likeness]bool // while members are added
}

// maxExamples is how many messages of a group are named.
const maxExamples = 3

// Groups sorts the records that the filter takes into groups, the largest real false positive first; what is bad stands last.
func (r *Result) Groups(f Filter) []*Group {
	byKey := map[Key]*Group{}
	for _, rec := range r.Sorted() {
		if !f.Takes(rec) {
			continue
		}
		key := rec.Key()
		g := byKey[key]
		if g == nil {
			g = &Group{Key: key, Title: rec.Title, Nature: rec.Nature, Sure: 1, Proven: map[string]int{}, Days: map[string]int{}, seen: map[Likeness]bool{}}
			byKey[key] = g
		}
		g.add(rec)
	}
	for _, g := range byKey {
		g.seen = nil
	}
	return slices.SortedFunc(maps.Values(byKey), compare)
}

func (g *Group) add(rec *Record) {
	g.members = append(g.members, rec)
	g.Count++
	if !g.seen[rec.Likeness] {
		g.seen[rec.Likeness] = true
		g.Distinct++
	}
	if rec.caught() {
		g.Caught++
	}
	if !rec.At.IsZero() {
		if g.First.IsZero() || rec.At.Before(g.First) {
			g.First = rec.At
		}
		if rec.At.After(g.Last) {
			g.Last = rec.At
		}
		g.Days[rec.At.UTC().Format(time.DateOnly)]++
	}
	g.Proven[rec.Proven]++
	g.Spam += (rec.Spam - g.Spam) / float64(g.Count)
	g.Sure = min(g.Sure, rec.Sure)
	if len(g.Examples) < maxExamples {
		g.Examples = append(g.Examples, rec.Name)
	}
}

// compare orders groups: held ones with good causes by how many were caught, then those whose senders have to be asked, then those of which nothing is
// held, then unclear ones, then bad ones.
func compare(a, b *Group) int {
	return cmp.Or(cmp.Compare(a.place(), b.place()), cmp.Compare(b.Caught, a.Caught), cmp.Compare(b.Count, a.Count),
		cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Identity, b.Identity))
}

func (g *Group) place() int {
	switch {
	case g.Nature == "bad":
		return 5
	case g.Nature != "good":
		return 4
	case g.Caught == 0 && g.Ask:
		return 3
	case g.Caught == 0:
		return 2
	case g.Ask:
		return 1
	}
	return 0
}

// Totals counts the records of groups.
type Totals struct {
	Messages  int `json:"messages"`
	Good      int `json:"good"`
	Bad       int `json:"bad"`
	Unclear   int `json:"unclear"`
	Caught    int `json:"caught"`
	GoodHeld  int `json:"good_held"` // false positives by our estimate
	Ask       int `json:"ask"`       // good ones if their senders say that they sent them
	AskHeld   int `json:"ask_held"`  // of these, held
	Unread    int `json:"unread"`
	Customers int `json:"customers"`
}

// Total adds the groups up.
func Total(groups []*Group, unread int) Totals {
	t := Totals{Unread: unread}
	customers := map[string]bool{}
	for _, g := range groups {
		t.Messages += g.Count
		t.Caught += g.Caught
		customers[g.Customer] = true
		switch {
		case g.Nature == "bad":
			t.Bad += g.Count
		case g.Ask:
			t.AskHeld += g.Caught
			t.Ask += g.Count
		case g.Nature == "good":
			t.Good += g.Count
			t.GoodHeld += g.Caught
		default:
			t.Unclear += g.Count
		}
	}
	t.Customers = len(customers)
	return t
}

// Change is what became of a group since the last triage.
type Change struct {
	Key
	Was, Is int
}

// Compare says which groups are new, gone, or have grown or shrunk, the largest difference first. Both must be grouped by the same filter.
func Compare(last, now []*Group) []Change {
	was := map[Key]int{}
	for _, g := range last {
		was[g.Key] = g.Count
	}
	var out []Change
	for _, g := range now {
		if was[g.Key] != g.Count {
			out = append(out, Change{g.Key, was[g.Key], g.Count})
		}
		delete(was, g.Key)
	}
	for key, n := range was {
		out = append(out, Change{key, n, 0})
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(abs(b.Is-b.Was), abs(a.Is-a.Was)), cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Identity, b.Identity))
	})
	return out
}

func abs(n int) int { return max(n, -n) }

package dkim

import (
	"bytes"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// Culprit is where on the path the message was changed, and by what, as far as the message shows it.
type Culprit struct {
	// Oldest and Newest index trace.Trace.Hops: a host that wrote one of Hops[Newest..Oldest] made the change after it had taken the message.
	// Both are -1 when the path says nothing.
	Newest, Oldest int
	Hosts          []string            // those hosts, newest first, each once
	Tool           *providers.Provider // what made the change; nil: unknown
	Sure           float64             // 0..1, of the tool
	Why            []Reason
}

// Reason is one thing that narrows down who changed the message.
type Reason struct {
	Text string
	Span eml.Span
}

// Known reports whether a tool is named.
func (c Culprit) Known() bool { return c.Tool != nil }

// Blame narrows down which hosts can have broken sigs[i], and names the tool where more than a fingerprint speaks for it. A fingerprint alone
// proves nothing: most mail that passes a signature tool is not changed by it. set may be nil for the built-in providers.
func Blame(m *eml.Message, tr *trace.Trace, set *providers.Set, sigs []Signature, i int, r *Restoration) Culprit {
	c := Culprit{Newest: -1, Oldest: -1}
	if tr == nil || len(tr.Hops) == 0 {
		return c
	}
	if set == nil {
		set = providers.Default()
	}
	c.since(tr, sigs[i])
	c.passSeen(m, tr, sigs[i])
	c.failSeen(m, tr, sigs[i])
	c.signedLater(tr, sigs, i)
	c.hosts(tr)
	c.tool(m, set, r)
	return c
}

// above counts the hops that stand above (are newer than) an offset.
func above(tr *trace.Trace, offset int) int {
	n := 0
	for n < len(tr.Hops) && tr.Hops[n].Span.Start < offset {
		n++
	}
	return n
}

func (c *Culprit) because(text string, span eml.Span) {
	c.Why = append(c.Why, Reason{text, span})
}

// since: whoever signed stands at the signature's place among the Received fields, or below.
func (c *Culprit) since(tr *trace.Trace, s Signature) {
	n := above(tr, s.Field.Span.Start)
	c.Newest, c.Oldest = 0, min(n, len(tr.Hops)-1)
	c.because("it was signed before the hops above the signature were written", s.Field.Span)
}

// passSeen: a host that wrote "dkim=pass" for the signature had it unbroken.
func (c *Culprit) passSeen(m *eml.Message, tr *trace.Trace, s Signature) {
	for _, res := range results(m) {
		at := above(tr, res.Field.Span.Start)
		if at >= c.Oldest || at >= len(tr.Hops) || !says(res, s, "pass") {
			continue
		}
		c.Oldest = at
		c.because(res.AuthservID+" still saw it pass", res.Field.Span)
	}
}

// failSeen: a host that wrote "dkim=fail" got it broken.
func (c *Culprit) failSeen(m *eml.Message, tr *trace.Trace, s Signature) {
	for _, res := range results(m) {
		at := above(tr, res.Field.Span.Start) + 1
		if at <= c.Newest || at > c.Oldest || !says(res, s, "fail") {
			continue
		}
		c.Newest = at
		c.because(res.AuthservID+" already saw it fail", res.Field.Span)
	}
}

// results are the Authentication-Results of every host, ARC's among them.
func results(m *eml.Message) []authres.Result { return append(authres.All(m), authres.AllARC(m)...) }

// says reports whether a result is about that signature: the domain, and the selector or part of b= where they are named.
func says(res authres.Result, s Signature, value string) bool {
	for _, method := range res.Method("dkim") {
		d := method.Get("header.d")
		if d == "" {
			d = domainOf(method.Get("header.i"))
		}
		sel, b := method.Get("header.s"), method.Get("header.b")
		if method.Value == value && strings.EqualFold(d, s.Domain) && (sel == "" || strings.EqualFold(sel, s.Selector)) &&
			(b == "" || strings.HasPrefix(s.sig.tags.Value("b"), b)) {
			return true
		}
	}
	return false
}

// signedLater: a later signature whose body hash fits was made over the body as it is now.
func (c *Culprit) signedLater(tr *trace.Trace, sigs []Signature, i int) {
	if sigs[i].BodyHash != Fail {
		return
	}
	for k, s := range sigs {
		if at := above(tr, s.Field.Span.Start); k != i && s.BodyHash == Pass && s.Length < 0 && at > c.Newest && at <= c.Oldest {
			c.Newest = at
			c.because(s.Domain+" signed the changed body", s.Field.Span)
		}
	}
}

func (c *Culprit) hosts(tr *trace.Trace) {
	for _, h := range tr.Hops[c.Newest : c.Oldest+1] {
		if h.By != "" && !slices.Contains(c.Hosts, h.By) {
			c.Hosts = append(c.Hosts, h.By)
		}
	}
}

// changers are the kinds of provider that change mail; in the order of how likely a change is theirs.
var changers = []providers.Kind{providers.List, providers.SignatureTool, providers.Filter}

// tool names a provider when a host of it is in the range, or when the text that was added names it or the list.
func (c *Culprit) tool(m *eml.Message, set *providers.Set, r *Restoration) {
	if !r.Found() {
		return
	}
	added := bytes.ToLower(r.added())
	for _, kind := range changers {
		for _, match := range set.Detect(m, c.Hosts) {
			if match.Provider.Kind != kind {
				continue
			}
			sure := 0.0
			switch {
			case match.By == "host":
				sure = 0.8
			case match.By == "marker" && kind == providers.List && namesList(m, added):
				sure = 0.9
			case match.By == "marker" && bytes.Contains(added, []byte(strings.ToLower(match.Provider.Name))):
				sure = 0.9
			}
			if sure > c.Sure {
				c.Tool, c.Sure = match.Provider, sure
				c.because(match.Note, match.Span)
			}
		}
	}
}

// namesList reports whether the added text has an address or a link of the list.
func namesList(m *eml.Message, added []byte) bool {
	for _, name := range []string{"List-Id", "List-Post", "List-Unsubscribe", "X-BeenThere", "Sender"} {
		for _, f := range m.All(name) {
			for _, word := range strings.FieldsFunc(strings.ToLower(m.Unfold(f)), func(r rune) bool { return strings.ContainsRune("<>, ;\"()", r) }) {
				word = strings.TrimPrefix(word, "mailto:")
				if strings.Contains(word, ".") && len(word) > 5 && (bytes.Contains(added, []byte(word)) || bytes.Contains(added, []byte(strings.Replace(word, ".", "@", 1)))) {
					return true
				}
			}
		}
	}
	return false
}

// added is the text that is in the message and was not in the signed one.
func (r *Restoration) added() []byte {
	var out []byte
	for _, s := range r.Removed {
		out = append(out, r.raw[s.Start:s.End]...)
	}
	for _, b := range r.Gone {
		out = append(out, b...)
	}
	for _, rep := range r.Replaced {
		if rep.Span.Len() < 2000 {
			out = append(out, r.raw[rep.Span.Start:rep.Span.End]...)
		}
	}
	return out
}

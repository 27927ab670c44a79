// Package verdict reads what other filters wrote into the header, and says whose word it is.
package verdict

import (
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// Word is what a filter made of a message, in words that are the same for every filter. The words are stable: they stand in the JSON.
type Word string

// The words, from what can be said least of.
const (
	Unknown  Word = "unknown" // the fields are of this filter, but say nothing that can be read
	NotSpam  Word = "not-spam"
	Allowed  Word = "allowed" // a list, a rule or a user let it pass, whatever the filter found
	Bulk     Word = "bulk"
	Spam     Word = "spam"
	Policy   Word = "policy" // a rule of the organisation, not a judgement of the mail
	Blocked  Word = "blocked"
	Spoof    Word = "spoof"
	Phishing Word = "phishing"
	Malware  Word = "malware"
)

// Caught reports whether the word means that the filter held something against the message.
func (w Word) Caught() bool {
	return w != Unknown && w != NotSpam && w != Allowed
}

// gravity orders the words for a filter that says several: what it caught outweighs what it let pass, and the worse catch the milder.
var gravity = map[Word]int{Unknown: 0, NotSpam: 1, Bulk: 2, Spam: 3, Policy: 4, Spoof: 5, Phishing: 6, Malware: 7, Blocked: 8, Allowed: 9}

// Number is a number that may not have been written down.
type Number struct {
	Value float64
	Known bool
}

// Reason is one thing that the filter gives as its ground.
type Reason struct {
	Code   string // as the filter writes it: "SFV:SKB", "URIBL_BLOCKED"
	Text   string // what it means, in our words
	Span   eml.Span
	Points Number // what it added, in the filter's own scale
	Cause  string // name of the root cause that it points to; empty: none
	Blind  bool   // the filter could not look: its reputation checks were refused
}

// Verdict is what one filter said, from fields that the same side wrote.
type Verdict struct {
	Filter    string // name of the decoder, and of its page
	Title     string
	Verdict   Word
	Score     Number
	Threshold Number // what Score is measured against, where the header or the documentation says so
	Reasons   []Reason
	Fields    []eml.Field     // what it was read from, topmost first
	Direction rules.Direction // as the fields say; DirectionUnknown: they do not
	Side      trace.Side      // who wrote the fields: only Ours counts
	Why       string          // why that side
	Source    string          // the documentation that was read
	Read      string          // when, as YYYY-MM-DD
	Unknown   []string        // values that we do not know, as written
	More      int             // reasons beyond maxReasons, and further copies of the fields beyond maxCopies
}

// Counts reports whether the word is our side's and says something.
func (v Verdict) Counts() bool { return v.Side == trace.Ours && v.Verdict != Unknown }

// Claim reports whether somebody else's field says something: it is shown, and believed by nobody.
func (v Verdict) Claim() bool { return v.Side != trace.Ours && v.Verdict != Unknown }

// Blind returns the reasons that say that the filter could not look something up.
func (v Verdict) Blind() []Reason {
	var out []Reason
	for _, r := range v.Reasons {
		if r.Blind {
			out = append(out, r)
		}
	}
	return out
}

// Decoder reads the fields of one filter.
type Decoder struct {
	Name   string // stable; names the page docs/filters/NAME.md and the fixture
	Title  string
	Source string   // the documentation that was read, or where the fields were seen
	Read   string   // when, as YYYY-MM-DD
	Fields []string // names; a "*" at the end stands for the rest of the name
	// Many are fields of which one verdict has several. Any other name that stands again begins another verdict.
	Many []string
	// Takes says whether a field with a name that several filters use is this one's. nil: each is.
	Takes func(near neighbours, name, value string) bool
	// Decode fills the verdict from fields that one side wrote.
	Decode func(*reading)
}

// Decoders lists every decoder. There is no other registration. Where two know a field, the first that takes it reads it.
var Decoders = []*Decoder{
	microsoft, proofpointEssentials, proofpoint, cloudmark, mimecast, barracuda, gmx, fastmail, rspamd, stalwart, spamAssassin, exim, gmail, cisco,
	trendMicro, sophos, ovh, spamExperts, fortinet, kaspersky, proton, vipre, mailprotector, mox, symantec, clearswift, trellix, avanan,
	postini, imail, icloud, amazonSES, cloudflare, hornetsecurity, expurgate, cyren, mailScanner, hMailServer, smarterMail, labels,
}

// Decode reads every field of m that a known filter wrote, and says by t whose word it is. Fields of different sides never make one
// verdict, so that nothing of the sender's can colour ours. The order is that of Decoders, and our side's word before others'.
func Decode(m *eml.Message, t *trace.Trace) []Verdict {
	var out []Verdict
	found := collect(m, t)
	for d := range Decoders {
		for i, side := range sides {
			if len(found[i][d]) == 0 {
				continue
			}
			for _, c := range copies(Decoders[d], found[i][d], side) {
				out = append(out, decodeCopy(m, t, Decoders[d], c))
			}
		}
	}
	return out
}

func decodeCopy(m *eml.Message, t *trace.Trace, d *Decoder, c oneCopy) Verdict {
	r := &reading{m: m, t: t, fields: c.fields}
	r.v = Verdict{Filter: d.Name, Title: d.Title, Verdict: Unknown, Side: c.side, Why: c.why, Source: d.Source, Read: d.Read, More: c.more}
	for _, f := range c.fields {
		r.v.Fields = append(r.v.Fields, f.Field)
	}
	d.Decode(r)
	r.disown()
	return r.v
}

// disown gives a verdict that calls itself one of the way out to the sending side: every organisation's own filter scans what it sends, and
// that scan says nothing of what the receiver found. Mail that our own users sent is the exception.
func (r *reading) disown() {
	if r.v.Side != trace.Ours || r.v.Direction != rules.Outbound || r.t.Handover.Authenticated {
		return
	}
	r.v.Side, r.v.Why = trace.Theirs, "it says of itself that it was written on the way out: it is the sending side's own scan"
}

// Package triage groups the messages of a quarantine by customer, cause and sender, and finds the changes that clear the most of them.
package triage

import (
	"context"
	"crypto/sha256"
	"hash/fnv"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unique"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/suggest"
)

// Record is what is kept of one message: enough to group it and to try rules on it, and no text of it beyond addresses.
type Record struct {
	Name     string    `json:"name"`     // of the input
	SHA256   Sum       `json:"sha256"`   // of the message: the same message counts once
	Likeness Likeness  `json:"likeness"` // equal for copies that differ in names, numbers and dates alone
	At       time.Time `json:"at,omitzero"`

	Customer string `json:"customer"` // profile, or else domain of the recipient
	Cause    string `json:"cause"`
	Identity string `json:"identity"` // who sent it, as far as that is proven; see Proven. Of what is suspect: who it claims to be, and from where
	Proven   string `json:"proven"`   // "dkim", "spf", "host", "address" or "nothing"
	Title    string `json:"title"`    // the cause's sentence for this message

	Nature string  `json:"nature"` // "good", "bad" or "unclear"
	Sure   float64 `json:"sure"`
	// Suspect: the cause is no bad one, but nothing proves who sent the message, and its text is like that of fraud. Its nature is then "unclear".
	Suspect bool `json:"suspect,omitempty"`
	// Ask: the cause is a good one, and the desk's word is to ask the sender first, since nothing proves who he is.
	Ask    bool    `json:"ask,omitempty"`
	Action string  `json:"action"`
	Score  float64 `json:"score"`
	Spam   float64 `json:"spam"` // how likely spam, 0 to 1; see likelySpam

	From       string   `json:"from"`
	MailFrom   string   `json:"mail_from,omitempty"`
	Recipients []string `json:"recipients,omitempty"`
	Host       string   `json:"host,omitempty"`
	IP         string   `json:"ip,omitempty"`
	Signers    []Signer `json:"signers,omitempty"`
	Direction  int      `json:"direction"`
	Froms      int      `json:"froms"`
	Yields     Yields   `json:"yields,omitempty"` // what would deliver it
}

// whole reports whether a record that was read is one: a file may have been edited.
func (rec *Record) whole() bool {
	return rec != nil && rec.Name != "" && rec.Direction >= int(rules.DirectionUnknown) && rec.Direction <= int(rules.Internal)
}

// Key is that of the record's group.
func (rec *Record) Key() Key { return Key{rec.Customer, rec.Cause, rec.Identity, rec.Suspect, rec.Ask} }

// place is where the message came from: the owner of the verified host, or the address.
func (rec *Record) place() string {
	if rec.Host != "" {
		return explain.Org(rec.Host)
	}
	return rec.IP
}

// bad reports whether no change may let the message in: what is suspect counts as bad.
func (rec *Record) bad() bool { return rec.Nature == "bad" || rec.Suspect }

// intern lets equal strings of many records share their bytes: of a hundred thousand messages most have their cause, sender and host in common.
func (rec *Record) intern() {
	for _, s := range []*string{&rec.Customer, &rec.Cause, &rec.Identity, &rec.Proven, &rec.Title, &rec.Nature, &rec.Action, &rec.From, &rec.Host, &rec.IP} {
		*s = unique.Make(*s).Value()
	}
	rec.MailFrom = strings.Clone(rec.MailFrom) // often its own for each message; it must not hold on to the message
	for i := range rec.Recipients {
		rec.Recipients[i] = unique.Make(rec.Recipients[i]).Value()
	}
	for i := range rec.Signers {
		rec.Signers[i].Domain = unique.Make(rec.Signers[i].Domain).Value()
	}
}

// Signer is a signature that counts.
type Signer struct {
	Domain  string `json:"domain"`
	Aligned bool   `json:"aligned,omitempty"`
}

// NewRecord keeps of an explained message what triage needs.
func NewRecord(ctx context.Context, name string, e *explain.Explanation) Record {
	r := e.Report
	rec := Record{
		Name: name, SHA256: sha256.Sum256(r.Input.Message.Raw), Likeness: likeness(r), At: r.Input.Delivered, Customer: customer(r),
		Cause: e.First.Cause.Name, Title: e.First.Sentence(), Nature: natures[e.First.Cause.Nature], Sure: e.First.Sure,
		Action: string(r.Decision.Action), Score: r.Decision.Score, Spam: likelySpam(e),
		MailFrom: r.Facts.MailFrom.Value, Host: r.Facts.BorderHost.Value, Direction: int(r.Facts.Direction), Froms: r.Facts.HeaderFroms,
	}
	if len(r.Facts.From) == 1 {
		rec.From = strings.ToLower(r.Facts.From[0])
	}
	for _, f := range r.Facts.Rcpt {
		rec.Recipients = append(rec.Recipients, strings.ToLower(f.Value))
	}
	if r.Facts.IP.IsValid() {
		rec.IP = r.Facts.IP.String()
	}
	for _, s := range r.Facts.DKIM {
		if s.Status == "pass" {
			rec.Signers = append(rec.Signers, Signer{strings.ToLower(s.Domain), s.Aligned})
		}
	}
	rec.Identity, rec.Proven = identity(r, &rec)
	rec.Yields = yields(suggest.Yields(ctx, r))
	switch {
	case e.Verdict == explain.DoNotRelease: // for its cause, or since an anti-virus stopped it
		rec.Nature, rec.Spam = natures[explain.Bad], max(rec.Spam, 0.5)
	case suspect(e):
		rec.Suspect, rec.Nature, rec.Spam = true, natures[explain.Unclear], max(rec.Spam, 0.5)
		if claimed := explain.Org(r.Input.FromDomain()); claimed != "" && claimed != rec.Identity { // one rented machine writes as many
			rec.Identity = claimed + " by " + rec.Identity
		}
	default:
		rec.Ask = e.Verdict == explain.AskTheSender && rec.Nature == natures[explain.Good]
	}
	return rec
}

// suspect reports whether a message that is not called bad cannot be taken at its word. The desk's reader would be told to ask the sender, or to look
// whether the form is his; nobody does so for each message of a quarantine.
func suspect(e *explain.Explanation) bool {
	d := e.First
	switch {
	case e.Verdict == explain.Release: // as the desk would
		return false
	case d.Cause.Name == "risky-request": // of nobody who is proven it may be anybody's
		return !e.View.Vouched()
	case d.Cause.Nature == explain.Good && e.View.Spoof.Claims && !d.Known && !d.Proven && !e.View.Vouched(): // a script that nobody may know
		return true
	case d.Cause.Nature != explain.Good || d.Proven:
		return false
	case slices.Contains(d.Cause.Families, explain.FamilyWords): // it is the text that was stopped, and anybody may have written it
		return true
	}
	return suggest.Content(e.Report) > 0
}

var natures = map[explain.Nature]string{explain.Good: "good", explain.Bad: "bad", explain.Unclear: "unclear"}

// customer is the profile's first domain, or the recipient's.
func customer(r *analyze.Report) string {
	if d := r.Input.Profile.Domains; len(d) > 0 {
		return d[0]
	}
	if d := r.Input.RecipientDomains(); len(d) > 0 {
		return d[0]
	}
	return "unknown"
}

// identity is who sent the message by the strongest proof there is: an aligned signature, aligned SPF, the verified host, the address.
func identity(r *analyze.Report, rec *Record) (who, proven string) {
	for _, s := range rec.Signers {
		if s.Aligned {
			return explain.Org(s.Domain), "dkim"
		}
	}
	if s, ok := analyze.ResultOf[checks.SPFResult](r, checks.SPF); ok && s.Verdict == "pass" && explain.Same(s.Domain, r.Input.FromDomain()) {
		return explain.Org(s.Domain), "spf"
	}
	switch {
	case rec.Host != "":
		return rec.place(), "host"
	case rec.IP != "":
		return rec.place(), "address"
	}
	return explain.Org(r.Input.FromDomain()), "nothing"
}

// likelySpam turns what is known into a number between 0 and 1: certain by the cause where it names good or bad, and else by the points of
// content, which leave out what authentication and anti-spoofing say.
func likelySpam(e *explain.Explanation) float64 {
	switch e.First.Cause.Nature {
	case explain.Bad:
		return 0.5 + e.First.Sure/2
	case explain.Good:
		return (1 - e.First.Sure) / 2
	}
	points := 0.0
	for _, v := range e.Report.Votes() {
		if v.Stage == policy.StageScore {
			points += v.Score
		}
	}
	return min(max(points/10, 0.1), 0.9)
}

// likeness hashes subject and text without digits and short words, so that copies to many recipients are one.
func likeness(r *analyze.Report) Likeness {
	w, ok := analyze.ResultOf[*checks.Words](r, checks.Content)
	if !ok {
		return 0
	}
	h := fnv.New64a()
	n := 0
	for _, s := range append([]string{strings.ToLower(w.Subject)}, texts(w)...) {
		for word := range strings.FieldsSeq(s) {
			if len(word) > 3 && n < 400 && !strings.ContainsAny(word, "0123456789@/") {
				h.Write([]byte(word))
				h.Write([]byte{' '})
				n++
			}
		}
	}
	return Likeness(h.Sum64())
}

func texts(w *checks.Words) []string {
	var out []string
	for _, t := range w.Texts {
		out = append(out, t.Visible)
	}
	return out
}

// facts are the record as rules see it. What was not kept (header, text) is unknown, so a rule that asks for it does not apply.
func (rec *Record) facts(today time.Time) rules.Facts {
	f := rules.Facts{HeaderFroms: rec.Froms, Direction: rules.Direction(rec.Direction), Today: today, DKIMKnown: rules.Yes,
		MailFrom: fact(rec.MailFrom), BorderHost: fact(rec.Host), BorderIP: fact(rec.IP), OwnSender: rules.Fact{Known: rules.No},
		Header: func(string) []string { return nil }}
	f.IP, _ = netip.ParseAddr(rec.IP)
	if rec.From != "" {
		f.From = []string{rec.From}
	}
	for _, r := range rec.Recipients {
		f.Rcpt = append(f.Rcpt, fact(r))
	}
	for _, s := range rec.Signers {
		f.DKIM = append(f.DKIM, rules.Signer{Domain: s.Domain, Status: "pass", Aligned: s.Aligned})
	}
	return f
}

func fact(v string) rules.Fact {
	if v == "" {
		return rules.Fact{Known: rules.No}
	}
	return rules.Fact{Value: v, Known: rules.Yes}
}

// caught reports whether the filter, by our estimate, held the message.
func (rec *Record) caught() bool { return rec.Action != string(policy.Deliver) }

// Filter says which messages count. The zero value takes all.
type Filter struct {
	Since, Until             time.Time
	Recipient, Sender, Cause string // address, domain, or part of either; name of a cause
}

// Takes reports whether the record is one of those.
func (f Filter) Takes(rec *Record) bool {
	in := func(list []string, want string) bool {
		return want == "" || slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, strings.ToLower(want)) })
	}
	return (f.Since.IsZero() || !rec.At.IsZero() && !rec.At.Before(f.Since)) && (f.Until.IsZero() || !rec.At.IsZero() && rec.At.Before(f.Until)) &&
		in(rec.Recipients, f.Recipient) && in([]string{rec.From, strings.ToLower(rec.MailFrom), rec.Identity}, f.Sender) && (f.Cause == "" || rec.Cause == f.Cause)
}

// LogRecord keeps what a log or a bounce says of a message that is not here: who, when, and what the filter called it.
func LogRecord(name string, it *intake.Item) Record {
	rec := Record{Name: name, SHA256: sha256.Sum256([]byte(name + it.Stated.MailFrom + it.Stated.Delivered.String())), At: it.Stated.Delivered, Customer: "unknown", Cause: "cannot-tell",
		Title: "Only a line of a log is here: the message itself would show the cause.", Nature: "unclear", Sure: 0.3, Action: string(policy.Quarantine), Spam: 0.5,
		MailFrom: it.Stated.MailFrom, Proven: "nothing", Identity: explain.Org(it.Stated.MailFrom[strings.LastIndexByte(it.Stated.MailFrom, '@')+1:])}
	for _, r := range it.Stated.Rcpt {
		r = strings.ToLower(r)
		rec.Recipients = append(rec.Recipients, r)
		rec.Customer = r[strings.LastIndexByte(r, '@')+1:]
	}
	if it.Stated.IP.IsValid() {
		rec.IP = it.Stated.IP.String()
	}
	if it.Refusal != nil {
		rec.Action = string(policy.Reject)
	}
	return rec
}

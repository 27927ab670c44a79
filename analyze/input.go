package analyze

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/analyze/verdict"
)

// Stated is what the user says about a delivery, over what the message shows. The zero value states nothing.
type Stated struct {
	Border    string // hop number from 1, or the host that wrote the border's line
	IP        netip.Addr
	Helo      string
	MailFrom  string
	From      string // the author, where the header holds a placeholder in place of the address
	Rcpt      []string
	Direction rules.Direction
	Delivered time.Time
	Category  string       // what the filter's own log calls the message
	Log       *verdict.Log // what was read from the text of the log; nil: none was given
}

// Prepare finds path, border, delivery time and direction of m, and returns an Input that lacks only its Name, DNS and clock.
// p may be nil: then nothing is known of the organisation.
func Prepare(m *eml.Message, p *profile.Profile, s Stated) *Input {
	if p == nil {
		p = &profile.Profile{}
	}
	in := &Input{Message: m, Profile: p, Category: s.Category, Log: s.Log, Delivered: s.Delivered, Resolve: resolve.Off(), DNSMode: "offline"}
	// A list that cannot be read was reported when the profile was loaded.
	if in.Providers, _ = providers.Extend(p.ProvidersYAML); in.Providers == nil {
		in.Providers = providers.Default()
	}
	if in.Category == "" && s.Log != nil {
		in.Category = s.Log.Category
	}
	in.Trace = trace.New(m, trace.Options{
		Providers: in.Providers,
		Border:    s.Border, Hosts: p.Border, AuthservIDs: p.AuthservIDs, Filters: p.Filters, Senders: p.SendingServers,
		IP: s.IP, Helo: s.Helo, MailFrom: s.MailFrom, Rcpt: s.Rcpt,
	})
	if in.Delivered.IsZero() {
		in.Delivered = in.Trace.Handover.At
	}
	if sure := m.RepairSure(); sure < 1 {
		in.Trace.Sure = min(in.Trace.Sure*sure, repairedAtMost)
	}
	dropPlaceholders(&in.Trace.Handover)
	in.Author, in.Froms = authors(m)
	if s.From != "" {
		in.Author, in.Froms = stated(s.From), max(1, in.Froms) // a piece of a header has no From; two of them stay two
	}
	in.Direction, in.DirectionWhy = direction(in, s.Direction)
	return in
}

// repairedAtMost is how sure one can be of the delivery point of a message that had to be mended: likely, and not sure.
const repairedAtMost = 0.89

// dropPlaceholders takes out of the envelope what only stands in place of an address: it names nobody, and must not get into a rule.
func dropPlaceholders(h *trace.Handover) {
	if eml.IsPlaceholder(h.MailFrom) {
		h.MailFrom = ""
	}
	h.Rcpt = slices.DeleteFunc(slices.Clone(h.Rcpt), eml.IsPlaceholder)
}

// authors reads the From fields: every mailbox of all of them, and how many fields there are. RFC 5322 3.6 allows one field.
func authors(m *eml.Message) ([]eml.Address, int) {
	var out []eml.Address
	fields := m.All("From")
	for _, f := range fields {
		out = append(out, m.Addresses(f)...)
	}
	return out, len(fields)
}

// stated reads the author that the user names. No byte of the message holds that address, so nothing can point at it.
func stated(from string) []eml.Address {
	out, _ := authors(eml.Parse([]byte("From: " + strings.Join(strings.Fields(from), " ") + "\r\n")))
	for i := range out {
		out[i].Span = eml.Span{}
	}
	return out
}

// AuthorHidden reports whether the author is unknown because a web page or ticket system put its placeholder in place of the address: in From
// or, where only a piece of the header without From is here, in the fields that name the envelope sender.
func (in *Input) AuthorHidden() bool {
	switch {
	case len(in.Author) > 0:
		return false
	case len(in.Message.All("From")) > 0:
		return in.hidden("From")
	}
	return in.Message.Fragment() && (in.hidden("Received") || in.hidden("Return-Path"))
}

// AuthorAbsent reports whether only a piece of the header is here, without From, and nobody stated the author.
func (in *Input) AuthorAbsent() bool {
	return len(in.Author) == 0 && in.Message.Fragment() && len(in.Message.All("From")) == 0 && !in.AuthorHidden()
}

// RecipientHidden reports whether To holds such a placeholder or, in a piece of the header without To, what the servers wrote.
func (in *Input) RecipientHidden() bool {
	if len(in.Message.All("To")) > 0 {
		return in.hidden("To")
	}
	return in.Message.Fragment() && in.hidden("Received")
}

// OwnUnknown reports whether nobody knows which domain is one's own: the recipient is hidden, and there is no profile.
func (in *Input) OwnUnknown() bool {
	return in.RecipientHidden() && len(in.RecipientDomains()) == 0 && len(in.Profile.Domains) == 0
}

func (in *Input) hidden(name string) bool {
	return slices.ContainsFunc(in.Message.All(name), func(f eml.Field) bool { return eml.IsPlaceholder(in.Message.Unfold(f)) })
}

// FromDomain returns the domain of the author: the first mailbox of the first From field, which is what mail clients show
// and what DMARC asks about (RFC 9989 4.1). It is empty where there is none.
func (in *Input) FromDomain() string {
	if len(in.Author) == 0 {
		return ""
	}
	return in.Author[0].Domain
}

// direction finds which way the message goes, seen from the organisation of the profile.
func direction(in *Input, stated rules.Direction) (rules.Direction, string) {
	if stated != rules.DirectionUnknown {
		return stated, "stated by the user"
	}
	h := in.Trace.Handover
	ownFrom := in.Profile.IsOwnDomain(in.FromDomain())
	ownRcpt, foreignRcpt := in.recipients()
	switch {
	case h.Authenticated && (ownFrom || len(in.Profile.Domains) == 0):
		return sentByUser(ownRcpt, foreignRcpt, "the sender logged in to the server that took the message")
	case ownFrom && in.Profile.IsSendingServer(h.IP) && foreignRcpt && !ownRcpt:
		return rules.Outbound, "it came from one of the sending servers, and no recipient is yours"
	case in.Trace.Border >= 0 || h.IP.IsValid():
		return rules.Inbound, "it was handed over from outside"
	case ownFrom:
		return sentByUser(ownRcpt, foreignRcpt, "From is your own domain, and no hop came from outside")
	}
	return rules.DirectionUnknown, "no delivery point is known"
}

func sentByUser(own, foreign bool, why string) (rules.Direction, string) {
	if own && !foreign {
		return rules.Internal, why + ", and every recipient is yours"
	}
	return rules.Outbound, why
}

// recipients says whether own and foreign recipients are known: by the envelope, or else by To and Cc.
func (in *Input) recipients() (own, foreign bool) {
	for _, d := range in.RecipientDomains() {
		if in.Profile.IsOwnDomain(d) {
			own = true
		} else {
			foreign = true
		}
	}
	return own, foreign
}

// RecipientDomains returns the domains of the envelope recipients, or of To and Cc where the envelope is not known.
func (in *Input) RecipientDomains() []string {
	var out []string
	for _, r := range in.Trace.Handover.Rcpt {
		if _, d, ok := strings.Cut(r, "@"); ok {
			out = append(out, strings.ToLower(d))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, name := range []string{"To", "Cc"} {
		for _, f := range in.Message.All(name) {
			for _, a := range in.Message.Addresses(f) {
				out = append(out, a.Domain)
			}
		}
	}
	return out
}

// Package impostor forges copies of a delivery, each as an attacker of some kind could send it: no suggested rule may let them in.
package impostor

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/suggest"
)

// Variants forges copies of the message of r. Those of an attacker who knows rule write what it asks for, wherever anybody can write
// it. What a correct border knows of each copy is found by running the checks that r was made with, those that rules read, over the
// forged bytes. A variant that makes no sense for the message (a broken signature where there is none) is left out.
func Variants(ctx context.Context, r *analyze.Report, known ...rules.Rule) []suggest.Delivery {
	f := newForger(r, known)
	var drafts []*draft
	for i, v := range variants {
		d := f.draft(i)
		if v.forge(f, d) {
			d.name, d.attacker, d.note = v.name, v.attacker, v.note
			drafts = append(drafts, d)
		}
	}
	zone := f.zone(drafts)
	resolver, err := resolve.Overlay(&memo{base: r.Input.Resolve}, zone)
	if err != nil { // a bug: the zone is ours, and a test reads it for every case
		panic(fmt.Errorf("reading the forged zone: %w", err))
	}
	out := make([]suggest.Delivery, len(drafts))
	for i, d := range drafts {
		out[i] = f.deliver(ctx, d, zone, resolver)
	}
	return out
}

var _ suggest.Forge = Variants

// forger holds what is forged from.
type forger struct {
	r       *analyze.Report
	m       *eml.Message
	known   []rules.Rule
	genuine suggest.Envelope
	hop     trace.Hop // of the border; made up where it is not known
	line    string    // the genuine line of the border, unfolded; empty: unknown
	dialect *trace.Dialect
	above   []string // fields over the border's line that do not depend on the peer
	fields  []string // of the author and of the hops below the border
	from    string   // the author's address
	host    string   // name of the genuine peer, or what it called itself
	org     string   // organisational domain of host
	network netip.Prefix
	checks  []*analyze.Check
}

func newForger(r *analyze.Report, known []rules.Rule) *forger {
	f := &forger{r: r, m: r.Input.Message, known: known, checks: factChecks(r)}
	h := r.Input.Trace.Handover
	f.genuine = suggest.Envelope{IP: h.IP, RDNS: h.RDNS, Helo: h.Helo, MailFrom: strings.Trim(h.MailFrom, "<>"), Rcpt: h.Rcpt}
	if b := r.Facts.BorderHost; b.Known == rules.Yes {
		f.genuine.RDNS = b.Value
	}
	if len(r.Input.Author) > 0 {
		f.from = r.Input.Author[0].String()
	}
	f.host = hostName(f.genuine.RDNS, f.genuine.Helo)
	f.org = organisation(f.host)
	f.network = hostileNetwork(r)
	f.cut()
	return f
}

// cut takes the genuine header apart at the border.
func (f *forger) cut() {
	t := f.r.Input.Trace
	line := eml.Span{Start: -1}
	if t.Border >= 0 {
		f.hop = t.Hops[t.Border]
		line = f.hop.Span
	} else {
		f.hop = trace.Hop{By: "mx." + first(f.rcptDomain(), "recipient.example"), With: "ESMTP", ID: "4XkQ2f3zTsz9v", At: f.r.Input.Delivered}
	}
	for _, field := range f.m.Fields {
		switch {
		case field.Span == line:
			f.line = f.m.Unfold(field)
		case field.Span.Start < line.Start:
			if ofTheWay(field.Name) {
				f.above = append(f.above, f.raw(field))
			}
		default:
			f.fields = append(f.fields, f.raw(field))
		}
	}
	f.dialect = dialectOf(f.hop.Dialect)
}

func (f *forger) rcptDomain() string {
	if d := f.r.Input.RecipientDomains(); len(d) > 0 {
		return d[0]
	}
	return ""
}

// raw returns a field as it stands, with CRLF inside and none at its end.
func (f *forger) raw(field eml.Field) string {
	b := bytes.ReplaceAll(f.m.Bytes(field.Span), []byte("\r\n"), []byte("\n"))
	return strings.ReplaceAll(string(bytes.TrimRight(b, "\n")), "\n", "\r\n")
}

// ofTheWay names the fields over the border that are the same whoever the peer is. What our side wrote about the peer is not.
func ofTheWay(name string) bool {
	switch strings.ToLower(name) {
	case "received", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-virus-scanned", "x-mdid":
		return true
	}
	return false
}

func dialectOf(name string) *trace.Dialect {
	for _, d := range trace.Dialects {
		if d.Name == name || name == "" && d.Name == "postfix" {
			return d
		}
	}
	return trace.Dialects[len(trace.Dialects)-1]
}

// hostileNetwork is a documentation network (RFC 5737) that has nothing to do with the message or the profile.
func hostileNetwork(r *analyze.Report) netip.Prefix {
	nets := []string{"198.51.100.0/24", "192.0.2.0/24", "203.0.113.0/24"}
	for _, n := range nets {
		p := netip.MustParsePrefix(n)
		used := func(ip netip.Addr) bool { return p.Contains(ip) }
		own := func(x netip.Prefix) bool { return p.Overlaps(x) }
		hop := func(h trace.Hop) bool { return used(h.IP) }
		if !used(r.Input.Trace.Handover.IP) && !slices.ContainsFunc(r.Input.Profile.SendingServers, own) &&
			!slices.ContainsFunc(r.Input.Profile.DedicatedServers, own) && !slices.ContainsFunc(r.Input.Trace.Hops, hop) {
			return p
		}
	}
	return netip.MustParsePrefix("198.18.0.0/24") // RFC 2544: benchmarks; never on the internet
}

// factChecks are the checks that fill the facts of rules, with all that they need.
func factChecks(r *analyze.Report) []*analyze.Check {
	want := map[*analyze.Check]bool{}
	var add func(*analyze.Check)
	add = func(c *analyze.Check) {
		if !want[c] {
			want[c] = true
			for _, need := range c.Needs {
				add(need)
			}
		}
	}
	for i := range r.Outcomes {
		if _, ok := r.Outcomes[i].Result.(rules.Facts); ok {
			add(r.Outcomes[i].Check)
		}
	}
	var out []*analyze.Check
	for i := range r.Outcomes {
		if c := r.Outcomes[i].Check; want[c] {
			out = append(out, c)
		}
	}
	return out
}

// deliver writes the bytes of a draft and finds what a border would know of it.
func (f *forger) deliver(ctx context.Context, d *draft, zone string, resolver resolve.Resolver) suggest.Delivery {
	raw, border := f.write(d)
	m := eml.Parse(raw)
	s := analyze.Stated{Border: fmt.Sprint(border + 1), MailFrom: first(d.env.MailFrom, "<>"), Rcpt: d.env.Rcpt, Delivered: f.r.Input.Delivered}
	in := analyze.Prepare(m, f.r.Input.Profile, s)
	if in.Trace.Handover.IP != d.env.IP { // the dialect does not write who the peer is
		s.IP, s.Helo = d.env.IP, d.env.Helo
		in = analyze.Prepare(m, f.r.Input.Profile, s)
	}
	in.Name, in.Rules, in.Weights = d.name, f.r.Input.Rules, f.r.Input.Weights
	in.Resolve, in.DNSMode, in.Today = resolver, f.r.Input.DNSMode, f.r.Input.Today
	if d.env.IP != f.genuine.IP && f.r.Input.DNSMode == "offline" {
		in.DNSMode = "snapshot"
	}
	facts := analyze.Run(ctx, in, f.checks).Facts
	return suggest.Delivery{Name: d.name, Attacker: d.attacker, Note: d.note, Raw: raw, Message: m, Envelope: d.env, DNS: zone, Facts: facts}
}

// write puts the message together as the filter gets it: the line of the border on top of what the attacker sent.
func (f *forger) write(d *draft) (raw []byte, border int) {
	var b bytes.Buffer
	put := func(s string) { b.WriteString(s + "\r\n") }
	if _, ok := f.m.First("Return-Path"); ok {
		put("Return-Path: <" + d.env.MailFrom + ">")
	}
	for _, s := range f.above {
		if strings.EqualFold(s[:min(8, len(s))], "received") {
			border++
		}
		put(s)
	}
	put("Received: " + f.dialect.Write(f.borderHop(d.env, d.login)))
	for _, s := range d.fields {
		put(s)
	}
	put("")
	b.WriteString(d.body)
	return b.Bytes(), border
}

// borderHop is what the border would note of that peer, in the places where it noted the genuine one.
func (f *forger) borderHop(env suggest.Envelope, login bool) trace.Hop {
	h := trace.Hop{Dialect: f.hop.Dialect, By: f.hop.By, With: f.hop.With, Via: f.hop.Via, ID: f.hop.ID, For: f.hop.For, TLS: f.hop.TLS, At: f.hop.At,
		IP: env.IP, Helo: env.Helo, RDNS: env.RDNS, Verified: f.hop.Verified}
	switch {
	case login:
		h.Authenticated, h.AuthUser = f.hop.Authenticated, f.hop.AuthUser
	case strings.HasSuffix(strings.ToUpper(h.With), "A"): // ESMTPSA: no outsider logs in
		h.With = h.With[:len(h.With)-1]
	}
	if f.hop.EnvelopeFrom != "" {
		h.EnvelopeFrom = first(env.MailFrom, "<>")
	}
	return h
}

// memo remembers the answers of base: every copy asks for the same records of the genuine domain.
type memo struct {
	base resolve.Resolver
	seen map[resolve.Question]answered
}

type answered struct {
	a   resolve.Answer
	err error
}

func (m *memo) Resolve(ctx context.Context, q resolve.Question) (resolve.Answer, error) {
	if x, ok := m.seen[q]; ok {
		return x.a, x.err
	}
	a, err := m.base.Resolve(ctx, q)
	if m.seen == nil {
		m.seen = map[resolve.Question]answered{}
	}
	m.seen[q] = answered{a, err}
	return a, err
}

// hostName returns the first of names that is one.
func hostName(names ...string) string {
	for _, n := range names {
		if name, err := pattern.Domain(n); err == nil {
			return name
		}
	}
	return "mail.genuine.example"
}

func first(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

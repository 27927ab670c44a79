package trace

import (
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/providers"
)

// told is what a field other than Received says about the peer at the border.
type told struct {
	field    eml.Field
	ip       netip.Addr
	helo     string
	mailFrom string
	spf      string // result of SPF, where the field says one
	span     eml.Span
}

// tellers read the fields in which receivers write down who handed them the message, by name in lower case. The last says whether
// the field means the peer even where no Received line is there to compare with.
var tellers = map[string]struct {
	read   func(*eml.Message, eml.Field) told
	source bool
}{
	"received-spf":                                 {receivedSPF, true},
	"authentication-results":                       {authResults, true},
	"x-sender-ip":                                  {bareAddress, true},
	"x-originating-ip":                             {bareAddress, false},
	"x-forefront-antispam-report":                  {forefront, true},
	"x-barracuda-connect":                          {bracketed, true},
	"x-ms-exchange-externaloriginalinternetsender": {bracketed, true},
	"x-ms-exchange-crosstenant-originalattributedtenantconnectingip": {connectingIP, true},
}

// maxTold bounds how many such fields are read: a real header has fewer than ten.
const maxTold = 50

// tellings reads every field that says something of the peer, topmost first, once.
func (w *walk) tellings() []told {
	if w.told != nil {
		return w.told
	}
	w.told = []told{}
	for _, f := range w.m.Fields {
		if t, ok := tellers[strings.ToLower(f.Name)]; ok {
			if x := t.read(w.m, f); x.ip.IsValid() || x.mailFrom != "" {
				w.told = append(w.told, x)
			}
			if len(w.told) == maxTold {
				break
			}
		}
	}
	return w.told
}

func receivedSPF(m *eml.Message, f eml.Field) told {
	r := authres.ParseSPF(m, f)
	if r.Malformed != "" {
		return told{}
	}
	span := r.IPSpan
	if span.Empty() {
		span = f.Value
	}
	return told{f, r.ClientIP, r.Helo, r.EnvelopeFrom, r.Result, span}
}

func authResults(m *eml.Message, f eml.Field) told {
	r := authres.Parse(m, f)
	if r.Malformed != "" {
		return told{}
	}
	for _, x := range r.Method("spf") {
		return told{f, x.SenderIP().Unmap(), x.Get("smtp.helo"), envelope(x.Get("smtp.mailfrom")), x.Value, x.Span}
	}
	return told{}
}

// envelope makes "@example.com" of a domain, which is all that some receivers record.
func envelope(s string) string {
	s = strings.Trim(s, "<>")
	if s != "" && !strings.Contains(s, "@") {
		return "@" + s
	}
	return s
}

func bareAddress(m *eml.Message, f eml.Field) told { return address(m, f, m.Unfold(f), "") }

// forefront reads CIP of X-Forefront-Antispam-Report; 255.255.255.255 stands for mail that was made inside.
func forefront(m *eml.Message, f eml.Field) told {
	v := ";" + m.Unfold(f)
	return address(m, f, after(v, ";CIP:"), after(v, ";H:"))
}

// bracketed reads "host[192.0.2.1]" and "ip=[192.0.2.1];domain=...".
func bracketed(m *eml.Message, f eml.Field) told {
	_, rest, _ := strings.Cut(m.Unfold(f), "[")
	ip, _, _ := strings.Cut(rest, "]")
	return address(m, f, ip, "")
}

// connectingIP reads "TenantId=...;Ip=[192.0.2.1];Helo=[mail.example.net]".
func connectingIP(m *eml.Message, f eml.Field) told {
	v := ";" + m.Unfold(f)
	return address(m, f, after(v, ";Ip="), strings.Trim(after(v, ";Helo="), "[]"))
}

// after returns what stands between key and the next ";".
func after(v, key string) string {
	_, rest, _ := strings.Cut(v, key)
	rest, _, _ = strings.Cut(rest, ";")
	return strings.TrimSpace(rest)
}

var noPeer = netip.AddrFrom4([4]byte{255, 255, 255, 255})

func address(m *eml.Message, f eml.Field, ip, helo string) told {
	ip = strings.Trim(strings.TrimSpace(ip), "[]")
	a, err := netip.ParseAddr(ip)
	if err != nil || a.Unmap() == noPeer {
		return told{}
	}
	span := f.Value
	if i := strings.Index(string(m.Bytes(f.Value)), ip); i >= 0 {
		span = eml.Span{Start: f.Value.Start + i, End: f.Value.Start + i + len(ip)}
	}
	return told{f, a.Unmap(), helo, "", "", span}
}

// spfAt returns what the receiver that wrote h found for SPF: "" when it does not say, "other" when it asked for another address
// than the peer's, because it looks through the filter in front of it.
func (w *walk) spfAt(h Hop) string {
	for _, x := range w.tellings() {
		switch {
		case x.spf == "" || !x.ip.IsValid() || x.field.Span.Start > h.Span.Start:
		case x.ip == h.IP.Unmap():
			return x.spf
		default:
			return "other"
		}
	}
	return ""
}

// handOver fills Handover from the border's line and, for the envelope, from what our side wrote above it.
func (w *walk) handOver() {
	t := w.t
	if t.Border < 0 {
		return
	}
	h := t.Hops[t.Border]
	o := &t.Handover
	o.RDNS, o.Helo, o.At, o.Authenticated, o.MailFrom = h.RDNS, h.Helo, h.At, h.Authenticated, h.EnvelopeFrom
	o.Rcpt = w.recipients(t.Border + 1)
	if h.IP.IsValid() && (!private(h.IP) || h.Authenticated) {
		o.IP = h.IP.Unmap()
	}
	for _, s := range []eml.Span{h.IPSpan, h.HostSpan} {
		if !s.Empty() {
			o.Spans = append(o.Spans, s)
		}
	}
	for i := t.Border; i >= 0 && o.MailFrom == ""; i-- {
		o.MailFrom = t.Hops[i].EnvelopeFrom
	}
}

// crossCheck compares the border with the fields that our side wrote about the peer, and takes from them what the line lacks.
func (w *walk) crossCheck() {
	if w.t.Border < 0 {
		w.onlyFields()
		return
	}
	agree, disagree := false, false
	for _, x := range w.tellings() {
		if w.t.placed(w.m, x.field).Who != Ours {
			continue
		}
		w.fill(x)
		switch {
		case !x.ip.IsValid() || private(x.ip) || w.innerHop(x.ip):
		case x.ip == w.t.Handover.IP:
			agree = true
		default:
			disagree = true
			w.t.remark("disagree", w.t.Border, x.span, x.field.Name+" names "+x.ip.String()+" as the peer, the border's line "+w.t.Handover.IP.String())
		}
	}
	w.returnPath()
	switch {
	case disagree:
		w.t.Sure = max(0, w.t.Sure-disagreeMalus)
	case agree && w.t.Sure < 1:
		w.t.Sure = min(sureProfile, w.t.Sure+agreeBonus)
	}
}

// innerHop reports whether ip is the peer of a hop above the border: the inner receiver wrote down the filter's address.
func (w *walk) innerHop(ip netip.Addr) bool {
	for i := range w.t.Border {
		if w.t.Hops[i].IP.Unmap() == ip {
			return true
		}
	}
	return false
}

// fill takes from x what the border's line does not say.
func (w *walk) fill(x told) {
	o := &w.t.Handover
	if !o.IP.IsValid() && x.ip.IsValid() && !private(x.ip) && !w.innerHop(x.ip) {
		o.IP, o.Spans = x.ip, append(o.Spans, x.span)
		w.t.Sure = max(w.t.Sure, sureBelief)
		w.t.Why += "; " + x.field.Name + " names it: " + x.ip.String()
	}
	if o.Helo == "" {
		o.Helo = x.helo
	}
	if o.MailFrom == "" || strings.HasPrefix(o.MailFrom, "@") && strings.HasSuffix(x.mailFrom, o.MailFrom) {
		o.MailFrom = x.mailFrom
	}
}

// returnPath takes the envelope sender from the Return-Path that our side wrote (RFC 5321 4.4).
func (w *walk) returnPath() {
	o := &w.t.Handover
	if o.MailFrom != "" && !strings.HasPrefix(o.MailFrom, "@") {
		return
	}
	f, ok := w.m.First("Return-Path")
	if !ok || w.t.placed(w.m, f).Who != Ours {
		return
	}
	switch v := w.m.Unfold(f); {
	case v == "<>":
		o.MailFrom = v
	case strings.Contains(v, "@"):
		o.MailFrom = strings.Trim(v, "<> ")
	default:
		return
	}
	o.Spans = append(o.Spans, f.Value)
}

// onlyFields names the peer by the fields of a receiver where no Received line does. A name that stands twice is left out: the
// sender may have written one.
func (w *walk) onlyFields() {
	if w.opts.Border != "" {
		return
	}
	for _, x := range w.tellings() {
		name := strings.ToLower(x.field.Name)
		if !tellers[name].source || !x.ip.IsValid() || private(x.ip) || len(w.m.All(name)) > 1 {
			continue
		}
		o := &w.t.Handover
		o.IP, o.Helo, o.MailFrom, o.Spans = x.ip, x.helo, x.mailFrom, []eml.Span{x.span}
		w.t.Sure = sureFields
		w.t.Why += "; the field " + x.field.Name + " names " + x.ip.String() + " as the peer"
		return
	}
}

// state puts in what the user said of the envelope.
func (w *walk) state() {
	o := &w.t.Handover
	if w.opts.IP.IsValid() {
		o.IP, o.RDNS = w.opts.IP.Unmap(), ""
	}
	if w.opts.Helo != "" {
		o.Helo = w.opts.Helo
	}
	if w.opts.MailFrom != "" {
		o.MailFrom = w.opts.MailFrom
	}
	if len(w.opts.Rcpt) > 0 {
		o.Rcpt = w.opts.Rcpt
	}
}

// maxRcpt bounds the recipients that are read from a header; a message lists all of its own in one or two fields.
const maxRcpt = 50

// recipients returns the envelope recipients that the newest n hops and the delivery fields above them name.
func (w *walk) recipients(n int) []string {
	if len(w.opts.Rcpt) > 0 {
		return w.opts.Rcpt
	}
	var out []string
	seen := map[string]bool{}
	add := func(s string) {
		s = strings.Trim(s, "<> ")
		if key := strings.ToLower(s); strings.Contains(s, "@") && !seen[key] && len(out) < maxRcpt {
			seen[key] = true
			out = append(out, s)
		}
	}
	for i := n - 1; i >= 0; i-- {
		add(w.t.Hops[i].For)
	}
	end := len(w.m.Raw)
	if n > 0 {
		end = w.t.Hops[n-1].Span.Start
	}
	for _, f := range w.m.Fields {
		if f.Span.Start > end {
			break
		}
		switch strings.ToLower(f.Name) {
		case "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to":
			add(w.m.Unfold(f))
		case "x-apparently-to": // Yahoo writes the time behind the address
			to, _, _ := strings.Cut(w.m.Unfold(f), ";")
			add(to)
		}
	}
	return out
}

// learn notes what Belief needs: who of our side wrote lines, and which software ran at the border.
func (w *walk) learn() {
	t := w.t
	t.known = knowledge{authserv: w.opts.AuthservIDs, set: w.set}
	if t.Border < 0 {
		return
	}
	seen := map[*providers.Provider]bool{}
	for i := range t.Border + 1 {
		if p := w.provider(i); p != nil && !seen[p] {
			seen[p] = true
			t.known.ours = append(t.known.ours, p)
		}
	}
	if p := w.provider(t.Border); p != nil {
		t.Receiver = w.refined(p).Name
	} else if p, ok := w.set.ByName("exchange-server"); ok && t.Hops[t.Border].Dialect == "exchange" { // its header firewall stands here
		t.known.ours = append(t.known.ours, p)
	}
	t.known.software = w.bound()
	t.known.zone = len(w.m.Raw)
	if t.Border+1 < len(t.Hops) {
		t.known.zone = t.Hops[t.Border+1].Span.Start
	}
}

// refined tells providers apart that use the same hosts, such as Outlook.com and Microsoft 365, by their fields.
func (w *walk) refined(p *providers.Provider) *providers.Provider {
	for _, r := range w.set.All() {
		if r.Refines != p.Name {
			continue
		}
		for _, mark := range r.Markers {
			if _, ok := w.m.First(mark.Field); ok {
				return r
			}
		}
	}
	return p
}

// minQueueID is the length under which a queue id could be guessed or stand in a value by chance.
const minQueueID = 8

// bound returns the software that ran on the border's host: a field of it repeats the queue id of the border's line, which the
// sender could not know.
func (w *walk) bound() []*providers.Provider {
	id := w.t.Hops[w.t.Border].ID
	if len(id) < minQueueID {
		return nil
	}
	var out []*providers.Provider
	for _, p := range w.set.All() {
		for _, name := range p.QueueID {
			for _, f := range w.m.All(name) {
				if hasWord(w.m.Unfold(f), id) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

func hasWord(text, word string) bool {
	for _, s := range strings.Fields(text) {
		if s == word {
			return true
		}
	}
	return false
}

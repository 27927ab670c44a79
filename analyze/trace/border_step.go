package trace

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/providers"
)

// judge decides whether the peer of hop i is inside, by what the line proves: an address or a name that our side looked up, never
// a HELO.
func (w *walk) judge(i int) step {
	h := &w.t.Hops[i]
	switch {
	case h.Dialect == "":
		return w.unread(i)
	case h.Local || delivered(h.With):
		return step{inside: true, sure: 1}
	case i == 0 && h.Dialect == "icloud":
		return step{inside: true, sure: sureKnown} // the mailgateway takes mail from iCloud's own MX alone
	case h.Authenticated && !w.relayed(i):
		return w.border(i, "the peer logged in, so this is outgoing mail of a user of "+orHost(h.By))
	case !h.IP.IsValid():
		return w.noAddress(i)
	case w.ownNetwork(h.IP), w.own(h.RDNS):
		return step{inside: true, sure: sureProfile}
	case private(h.IP):
		return w.privatePeer(i)
	}
	return w.publicPeer(i)
}

// delivered reports whether mail was put into a mailbox (LMTP, with or without a login) or collected from one: what stands below
// came to the own mailbox provider.
func delivered(with string) bool {
	with = strings.ToUpper(with)
	return strings.HasPrefix(with, "LMTP") || with == "IMAP" || with == "POP3"
}

// relayed reports whether a peer that logged in is a server of ours: it is in the own network, and wrote the next line.
func (w *walk) relayed(i int) bool {
	h := w.t.Hops[i]
	inNet := w.ownNetwork(h.IP) || h.IP.IsValid() && private(h.IP)
	return inNet && i+1 < len(w.t.Hops) && (w.own(w.t.Hops[i+1].By) || w.related(w.t.Hops[i+1].By, h.By))
}

// border is the outside: the line at which mail came in.
func (w *walk) border(i int, why string) step {
	sure := sureOwn
	switch p := w.provider(i); {
	case w.own(w.t.Hops[i].By):
		sure = sureProfile
	case p != nil && (p.Kind == providers.Filter || p.Kind == providers.Mailbox):
		sure = sureKnown
	}
	return step{sure: sure, why: why}
}

// outside says who wrote the border's line and that its peer is not part of it.
func (w *walk) outside(i int) step {
	h := w.t.Hops[i]
	if p := w.provider(i); p != nil {
		return w.border(i, p.Title+" wrote this line, and the host it names is not part of it")
	}
	if w.own(h.By) {
		return w.border(i, h.By+" is one of your own servers by the profile, and the host it names is not")
	}
	return w.border(i, orHost(h.By)+" wrote this line, and the host it names is not part of its organisation")
}

func orHost(by string) string {
	if by == "" {
		return "the receiving server"
	}
	return by
}

// unread is a line that nobody understands: one can pass it only where the next line is ours beyond doubt.
func (w *walk) unread(i int) step {
	if i+1 < len(w.t.Hops) {
		next := w.t.Hops[i+1].By
		if w.own(next) || i > 0 && w.related(next, w.t.Hops[i-1].By) {
			return step{inside: true, sure: sureBelief}
		}
	}
	return step{sure: sureUnread, why: "the Received line could not be read, so what stands below it cannot be believed"}
}

// noAddress is a line that does not say the peer's address.
func (w *walk) noAddress(i int) step {
	h := w.t.Hops[i]
	with := strings.ToUpper(h.With)
	switch {
	case h.Helo == "" && h.RDNS == "":
		return step{inside: true, sure: 1} // "by" alone: moved about inside
	case with == "MAPI", strings.HasPrefix(with, "HTTP"), with == "LOCAL":
		return step{inside: true, sure: 1}
	case w.own(h.RDNS), w.innerName(h.RDNS), w.related(h.RDNS, h.By):
		return step{inside: true, sure: sureOwn}
	case w.innerName(h.Helo), w.related(h.Helo, h.By):
		return step{inside: true, sure: sureNoIP} // anybody can say that in HELO
	}
	s := w.outside(i)
	s.sure, s.why = sureNoIP, s.why+"; the line does not say its address"
	return s
}

// innerName reports whether host can only be a name inside an organisation.
func (w *walk) innerName(host string) bool { return host != "" && organisation(host) == "" }

// privatePeer is a peer with an address of an inner network: one of our own hosts, or a proxy that hides the real peer. In the
// second case the next line is the sender's, and must not be walked into.
func (w *walk) privatePeer(i int) step {
	h := w.t.Hops[i]
	if i+1 == len(w.t.Hops) {
		return step{inside: true, sure: 1}
	}
	next := w.t.Hops[i+1]
	switch by := next.By; {
	case h.IP.Unmap().IsLoopback() && w.related(by, h.By), w.sameInner(i), w.own(by):
		return step{inside: true, sure: 1}
	case next.Local, by == "", w.related(by, h.By):
		return step{inside: true, sure: sureKnown}
	case w.innerName(by), w.innerName(h.By):
		return step{inside: true, sure: sureKnown}
	case w.ofRecipient(i, by), w.related(h.RDNS, h.By):
		return step{inside: true, sure: sureOwn}
	case w.filterName(by) && w.related(h.Helo, by) && w.related(h.RDNS, by):
		return step{inside: true, sure: sureChain}
	}
	return step{sure: sureNoIP, why: "the peer has the private address " + h.IP.String() + ", and the next line is of " + orHost(next.By) + ", which is not ours: a proxy stands in front and hides the sender's address"}
}

// sameInner reports whether hops i and i+1 were written by hosts of one provider, whatever they call themselves.
func (w *walk) sameInner(i int) bool {
	p := w.provider(i)
	return p != nil && p == w.provider(i+1)
}

func (w *walk) filterName(host string) bool {
	p := w.set.ByHost(host)
	return p != nil && p.Kind == providers.Filter
}

// ofRecipient reports whether host is of the recipient's own domain, by what our side wrote down to hop i: below that, the sender
// can write any recipient.
func (w *walk) ofRecipient(i int, host string) bool {
	org := organisation(host)
	for _, r := range w.recipients(i + 1) {
		if org != "" && org == organisation(afterAt(r)) {
			return true
		}
	}
	return false
}

// publicPeer is a peer with an address of the Internet.
func (w *walk) publicPeer(i int) step {
	h := w.t.Hops[i]
	p := w.provider(i)
	switch {
	case p != nil && w.set.Internal(p, h.IP):
		return step{inside: true, sure: 1}
	case within(w.opts.Senders, h.IP) && i+1 < len(w.t.Hops) && w.own(w.t.Hops[i+1].By):
		return step{inside: true, sure: sureProfile} // our own gateway in front of the mailbox provider
	case w.inProvider(i, p):
		return step{inside: true, sure: sureKnown}
	}
	if s, ok := w.filterInFront(i, p); ok {
		return s
	}
	if w.own(h.Helo) && !w.own(h.RDNS) {
		w.t.remark("disagree", i, h.Span, "the peer calls itself "+h.Helo+", one of your own servers, but the profile does not know "+h.IP.String()+": name the address there if it is yours")
	}
	if p == nil && w.ownServer(i) {
		return step{inside: true, sure: sureOwn}
	}
	return w.outside(i)
}

// inProvider reports whether the peer is an inner host of p, which wrote line i: by the name that p looked up, and only where that
// is no host that sends for every customer.
func (w *walk) inProvider(i int, p *providers.Provider) bool {
	h := w.t.Hops[i]
	if p == nil || w.twice || (p.Kind != providers.Filter && p.Kind != providers.Mailbox) || w.set.ByHost(h.RDNS) != p {
		return false
	}
	return !providers.MatchAny(p.Outbound, h.RDNS) && i+1 < len(w.t.Hops) && w.provider(i+1) == p
}

// ownServer reports whether the peer is another public server of the organisation that wrote line i: its looked-up name is of the
// same domain, and it wrote the next line. A host that took the message from a user or script is one that sends: outside, where
// author and recipient are of different domains.
func (w *walk) ownServer(i int) bool {
	h := w.t.Hops[i]
	if h.RDNS == "" || i+1 == len(w.t.Hops) || !w.related(h.RDNS, h.By) || !w.related(w.t.Hops[i+1].By, h.RDNS) {
		return false
	}
	next := w.t.Hops[i+1]
	return !(next.Authenticated || next.Local) || w.ofRecipient(i, h.By) && w.fromRecipient(i)
}

// fromRecipient reports whether the author writes from the recipient's domain.
func (w *walk) fromRecipient(i int) bool {
	from, ok := w.m.First("From")
	if !ok {
		return false
	}
	for _, a := range w.m.Addresses(from) {
		if w.ofRecipient(i, a.Domain) {
			return true
		}
	}
	return false
}

// filterInFront decides about a peer that is a filter's host and wrote the next line: our own filter in front of the mailbox
// provider, or the one that the sender sends out through.
func (w *walk) filterInFront(i int, p *providers.Provider) (step, bool) {
	if i+1 == len(w.t.Hops) {
		return step{}, false
	}
	h, next := w.t.Hops[i], w.t.Hops[i+1]
	q := w.set.ByHost(next.By)
	if q == nil || q.Kind != providers.Filter || q == p {
		return step{}, false
	}
	relay, named := w.set.Relay(q, h.IP), w.set.ByHost(h.RDNS) == q
	if !relay && !named {
		if len(q.Relays) > 0 && w.set.ByHost(h.Helo) == q {
			w.t.remark("disagree", i, h.Span, "the peer calls itself "+h.Helo+", but "+h.IP.String()+" is no address from which "+q.Title+" is known to deliver")
		}
		return step{}, false
	}
	s := w.whoseFilter(i, q)
	if s.inside && !relay {
		s.sure = min(s.sure, sureOwn)
	}
	return s, true
}

// whoseFilter tells our own filter q in front of hop i from one that the sender sends out through.
func (w *walk) whoseFilter(i int, q *providers.Provider) step {
	h, next := w.t.Hops[i], w.t.Hops[i+1]
	theirs := func(why string) step {
		s := w.outside(i)
		s.why += ": " + q.Title + " is the sender's outgoing filter, since " + why
		return s
	}
	switch {
	case w.own(next.By) || contains(w.opts.Filters, q.Name):
		return step{inside: true, sure: sureProfile}
	case len(w.opts.Filters) > 0:
		return theirs("the profile names another filter")
	case w.freeMailbox(i):
		return theirs("the mailbox is one that cannot have a filter in front")
	case w.outboundMark(q):
		return theirs("a field says that the message went out through it")
	}
	if i+2 < len(w.t.Hops) && w.set.ByHost(w.t.Hops[i+2].By) == q && w.set.Relay(q, next.IP) {
		w.twice = true // both sides use it: the first hop inward is ours, the second the sender's
		return step{inside: true, sure: sureChain}
	}
	switch w.spfAt(h) {
	case "pass":
		s := theirs("SPF of the sender allows " + h.IP.String())
		s.sure = min(s.sure, sureChain)
		return s
	case "":
		return step{inside: true, sure: sureChain}
	}
	return step{inside: true, sure: sureKnown}
}

// freeMailbox reports whether a recipient has a mailbox of a provider's own domain, by the lines down to the filter's.
func (w *walk) freeMailbox(i int) bool {
	for _, r := range w.recipients(i + 2) {
		domain := strings.ToLower(afterAt(r))
		for _, p := range w.set.All() {
			if contains(p.Domains, domain) {
				return true
			}
		}
	}
	return false
}

func (w *walk) outboundMark(q *providers.Provider) bool {
	for _, f := range w.m.Fields {
		for _, mark := range q.OutboundMarks {
			if providers.MatchField(mark.Field, f.Name) && containsFold(w.m.Bytes(f.Value), mark.Contains) {
				return true
			}
		}
	}
	return false
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func containsFold(b []byte, text string) bool {
	return strings.Contains(strings.ToLower(string(b)), strings.ToLower(text))
}

func afterAt(addr string) string {
	return strings.Trim(addr[strings.LastIndexByte(addr, '@')+1:], "<> ")
}

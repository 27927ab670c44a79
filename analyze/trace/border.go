package trace

import (
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/providers"
)

// The scale of Trace.Sure. Each step inward that rests on less takes its value; the lowest counts. Under sureBelief nothing is
// believed for its position.
const (
	sureStated  = 1.0  // --border
	sureProfile = 0.97 // the profile names the host or address
	sureKnown   = 0.9  // a host of a known filter or mailbox provider wrote the line, and what is above is provably inside
	sureOwn     = 0.8  // an unknown host wrote it: the receiver's own server, as far as one can see
	sureChain   = 0.75 // a filter in front that might also be the sender's: nothing tells which
	sureBelief  = 0.5
	sureNoIP    = 0.45 // the border's line does not say who the peer was
	sureFields  = 0.4  // no Received line is usable: other fields name the peer
	sureUnread  = 0.3  // a line in between could not be read

	agreeBonus     = 0.05 // the receiver's own fields name the same peer
	disagreeMalus  = 0.3
	reversedAtMost = 0.4
)

// maxHops is where servers give up on a loop (RFC 5321 6.3 asks for at least 100); older lines are not read.
const maxHops = 100

// New reads the Received fields of m, newest first, and finds the border: the hop at which mail came from outside to a host of
// our side. It walks from the top through hosts of the receiver's own filter and mailbox provider, private addresses and local
// hops, and stops at the first peer that nothing proves to be inside. It never fails: where the border cannot be told, Border is
// -1 and Why says why.
func New(m *eml.Message, opts Options) *Trace {
	t := &Trace{Border: -1}
	for _, f := range m.Fields {
		if !strings.EqualFold(f.Name, "Received") {
			continue
		}
		if len(t.Hops) == maxHops {
			t.remark("unparsed", maxHops-1, f.Span, "older Received lines than the newest "+strconv.Itoa(maxHops)+" are not read")
			break
		}
		t.Hops = append(t.Hops, ReadHop(m, f))
	}
	w := &walk{m: m, t: t, opts: opts, set: opts.Providers}
	if w.set == nil {
		w.set = providers.Default()
	}
	w.find()
	w.learn()
	w.handOver()
	w.crossCheck()
	w.remarks()
	w.state()
	return t
}

// walk is the search for one border.
type walk struct {
	m     *eml.Message
	t     *Trace
	opts  Options
	set   *providers.Set
	sure  float64 // of the steps so far
	twice bool    // the sender uses the same filter as we: its own hop of it is outside
	told  []told  // what other fields say of the peer; nil: not read yet
}

// step is what a hop's line says about its peer.
type step struct {
	inside bool
	sure   float64
	why    string
}

func (w *walk) find() {
	if w.stated() {
		return
	}
	w.sure = 1
	for i := range w.t.Hops {
		s := w.judge(i)
		w.sure = min(w.sure, s.sure)
		if !s.inside {
			w.t.Border, w.t.Sure, w.t.Why = i, w.sure, s.why
			return
		}
	}
	w.t.Why = w.nowhere()
}

// stated follows --border.
func (w *walk) stated() bool {
	b := strings.TrimSpace(w.opts.Border)
	if b == "" {
		return false
	}
	if n, err := strconv.Atoi(b); err == nil {
		if n < 1 || n > len(w.t.Hops) {
			w.t.Why = "there is no hop " + b + ": the message has " + strconv.Itoa(len(w.t.Hops))
			return true
		}
		w.put(n-1, "stated: hop "+b)
		return true
	}
	for i := range w.t.Hops {
		if providers.MatchHost(b, w.t.Hops[i].By) {
			for i+1 < len(w.t.Hops) && providers.MatchHost(b, w.t.Hops[i+1].By) && w.judge(i).inside {
				i++
			}
			w.put(i, "stated: the line that "+w.t.Hops[i].By+" wrote")
			return true
		}
	}
	w.t.Why = "no Received line was written by " + b
	return true
}

func (w *walk) put(i int, why string) { w.t.Border, w.t.Sure, w.t.Why = i, sureStated, why }

// nowhere says why there is no border.
func (w *walk) nowhere() string {
	hops := w.t.Hops
	if len(hops) == 0 {
		return "there is no Received field: a draft, a copy in a Sent folder, or a header that was cut"
	}
	last := hops[len(hops)-1]
	if p := w.provider(len(hops) - 1); p != nil && p.Kind == providers.Mailbox {
		return "every hop is inside " + p.Title + ": the message did not come from outside"
	}
	if last.IP.IsValid() && private(last.IP) {
		return "every hop is inside: the oldest peer has the private address " + last.IP.String() + ", so this is mail of the own network or a copy of sent mail, or a proxy hides the peer"
	}
	return "every hop is local: the message did not come from outside"
}

// provider returns who owns the host that wrote hop i, also where it names itself by an inner address, as Google's do.
func (w *walk) provider(i int) *providers.Provider {
	by := w.t.Hops[i].By
	if p := w.set.ByHost(by); p != nil {
		return p
	}
	if w.t.Hops[0].Dialect == "icloud" && (i == 0 || w.innerName(by) && strings.Contains(by, "-icloudmta-")) { // hosts without a domain
		p, _ := w.set.ByName("icloud")
		return p
	}
	if ip, err := netip.ParseAddr(by); err == nil {
		for _, p := range w.set.All() {
			if p.Kind == providers.Mailbox && w.set.Internal(p, ip) {
				return p
			}
		}
	}
	return nil
}

// own reports whether the profile names host as one of ours.
func (w *walk) own(host string) bool { return host != "" && providers.MatchAny(w.opts.Hosts, host) }

// ownNetwork reports whether ip is one of our own addresses, by the profile.
func (w *walk) ownNetwork(ip netip.Addr) bool { return within(w.opts.Networks, ip) }

func within(nets []netip.Prefix, ip netip.Addr) bool {
	for _, n := range nets {
		if ip.IsValid() && n.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// inner are networks of one organisation that netip.Addr.IsPrivate does not count: shared address space (RFC 6598), and 6to4 forms
// of 10.0.0.0/8, which Google uses.
var inner = [...]netip.Prefix{
	netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x02, 10}), 24),
}

// private reports whether ip is an address that is not seen across the Internet.
func private(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	for _, n := range inner {
		if n.Contains(ip) {
			return true
		}
	}
	return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()
}

// organisation returns the registrable domain of host by the public suffix list; empty for an inner name: one label, an address,
// or a suffix that nobody can register.
func organisation(host string) string {
	host = providers.Host(strings.Trim(host, "[]"))
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return ""
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	if !icann && !strings.Contains(suffix, ".") && !documentation[suffix] {
		return ""
	}
	org, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return org
}

// documentation are names of RFC 2606 that stand for registrable ones.
var documentation = map[string]bool{"example": true, "test": true}

// related reports whether two names are of one organisation, as far as names can show.
func (w *walk) related(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if pa := w.set.ByHost(a); pa != nil {
		return pa == w.set.ByHost(b)
	}
	oa, ob := organisation(a), organisation(b)
	return strings.EqualFold(a, b) || oa != "" && oa == ob
}

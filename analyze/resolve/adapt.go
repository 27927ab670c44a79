package resolve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// Unknown says that a question has no definite answer, and why. Kind is ServFail, Timeout, NotRecorded or Offline.
type Unknown struct {
	Question Question
	Kind     Kind
	Err      error // what Resolve returned; nil where a server answered with an error code
}

// Error says it in the words of a report: "example.com. TXT: not recorded".
func (u *Unknown) Error() string { return fmt.Sprintf("%s: %s", u.Question, u.Kind) }

// Unwrap returns the cause, so that errors.Is finds ErrOffline and its kin.
func (u *Unknown) Unwrap() error { return u.Err }

// NotAsked reports whether the DNS was not asked at all: offline, or not in the snapshot. It is never the domain's fault.
func (u *Unknown) NotAsked() bool { return u != nil && (u.Kind == Offline || u.Kind == NotRecorded) }

// Ask resolves q and returns the kind of the answer with it; unknown is nil when the DNS gave a definite answer.
func Ask(ctx context.Context, r Resolver, q Question) (a Answer, kind Kind, unknown *Unknown) {
	a, err := r.Resolve(ctx, q)
	kind = KindOf(q, a, err)
	if !kind.Known() {
		unknown = &Unknown{q, kind, err}
	}
	return a, kind, unknown
}

// TXTLookup adapts r for libraries that look up TXT records by a function and take any lasting error for "no such record".
// What is unknown comes back as a temporary error, so that nobody concludes "no key" from a network that is down; reason
// returns the first such *Unknown, or nil. Both are safe for use side by side.
func TXTLookup(ctx context.Context, r Resolver) (lookup func(domain string) ([]string, error), reason func() error) {
	a := &adapter{r: r}
	return func(domain string) ([]string, error) { return a.LookupTXT(ctx, domain) }, func() error {
		if u := a.Unknown(); u != nil {
			return u
		}
		return nil
	}
}

// Library is a Resolver in the shape of net.Resolver, for the SPF library.
type Library struct{ adapter }

// SPFResolver adapts r for the SPF library, for a check of the address ip: "a" and "mx" of an IPv4 address ask for A alone
// (RFC 7208 5), which keeps a snapshot small. After the check, Unknown tells whether an answer was missing.
func SPFResolver(r Resolver, ip netip.Addr) *Library {
	return &Library{adapter{r: r, v6: ip.Is6() && !ip.Is4In6()}}
}

type adapter struct {
	r  Resolver
	v6 bool

	mu      sync.Mutex
	unknown *Unknown
}

// Unknown returns the first question that had no definite answer, or nil.
func (a *adapter) Unknown() *Unknown {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.unknown
}

func (a *adapter) ask(ctx context.Context, name string, typ uint16) (Answer, error) {
	q := Q(name, typ)
	answer, kind, unknown := Ask(ctx, a.r, q)
	switch {
	case unknown != nil:
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.unknown == nil {
			a.unknown = unknown
		}
		return answer, &net.DNSError{Err: unknown.Error(), Name: name, IsTemporary: true, IsTimeout: kind == Timeout}
	case kind != Found:
		return answer, &net.DNSError{Err: kind.String(), Name: name, IsNotFound: true}
	}
	return answer, nil
}

// LookupTXT returns the TXT records of name.
func (a *adapter) LookupTXT(ctx context.Context, name string) ([]string, error) {
	answer, err := a.ask(ctx, name, TypeTXT)
	return answer.TXT(), err
}

// LookupMX returns the mail exchangers of name.
func (a *adapter) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	answer, err := a.ask(ctx, name, TypeMX)
	var out []*net.MX
	for _, mx := range answer.MX() {
		out = append(out, &net.MX{Host: mx.Host + ".", Pref: mx.Pref})
	}
	return out, err
}

// LookupIPAddr returns the A records of host, and for a check of an IPv6 address its AAAA records too: "exists" asks for A
// whatever the address (RFC 7208 5.7).
func (a *adapter) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	v4, err := a.ask(ctx, host, TypeA)
	addrs := v4.Addrs()
	if a.v6 {
		v6, err6 := a.ask(ctx, host, TypeAAAA)
		addrs = append(addrs, v6.Addrs()...)
		if temporary(err6) || err6 == nil {
			err = err6
		}
	}
	var out []net.IPAddr
	for _, ip := range addrs {
		out = append(out, net.IPAddr{IP: ip.AsSlice()})
	}
	return out, err
}

func temporary(err error) bool {
	var d *net.DNSError
	return errors.As(err, &d) && d.Temporary()
}

// LookupAddr returns the PTR names of addr, with the final dot.
func (a *adapter) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return nil, err
	}
	answer, err := a.ask(ctx, ReverseName(ip), TypePTR)
	var out []string
	for _, name := range answer.PTR() {
		out = append(out, name+".")
	}
	return out, err
}

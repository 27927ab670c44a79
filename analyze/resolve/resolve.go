// Package resolve asks the DNS: live, from a snapshot, or not at all, and keeps the five kinds of "no" apart.
package resolve

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// The record types that fpcheck asks for.
const (
	TypeA     = dns.TypeA
	TypeAAAA  = dns.TypeAAAA
	TypeCNAME = dns.TypeCNAME
	TypeMX    = dns.TypeMX
	TypeNS    = dns.TypeNS
	TypePTR   = dns.TypePTR
	TypeTXT   = dns.TypeTXT
)

// Question is one DNS question. Use Q to build it: Name is lower case and ends with a dot.
type Question struct {
	Name string
	Type uint16
}

// Q returns the question for name and type in canonical form (lower case, absolute).
func Q(name string, typ uint16) Question {
	return Question{Name: dns.CanonicalName(name), Type: typ}
}

// String prints the question as in a snapshot: "example.com. TXT".
func (q Question) String() string { return q.Name + " " + dns.TypeToString[q.Type] }

// Answer is what the DNS said. Rcode 0 without records of the type is "no data". RRs may begin with CNAMEs.
type Answer struct {
	Rcode  int
	RRs    []dns.RR
	At     time.Time // when the DNS was asked, not when the answer was read from a snapshot
	Source string    // resolver address, or the snapshot's file
}

// Resolver answers one question. A non-nil error means that no answer was had: ErrOffline, ErrNotRecorded, ErrTimeout or
// another failure of transport. NXDOMAIN, SERVFAIL and "no data" are answers, not errors.
type Resolver interface {
	Resolve(context.Context, Question) (Answer, error)
}

// Why there is no answer.
var (
	ErrOffline     = errors.New("DNS is switched off")
	ErrNotRecorded = errors.New("not in the DNS snapshot")
	ErrTimeout     = errors.New("DNS did not answer in time")
)

// Kind tells the outcomes of a question apart.
type Kind int

// The outcomes. Only Found, NoData and NXDomain are facts about the name; the others mean "could not look".
const (
	Found Kind = iota
	NoData
	NXDomain
	ServFail // SERVFAIL, REFUSED or another error code of the server
	Timeout
	NotRecorded
	Offline
)

var kindNames = [...]string{"found", "no data", "no such name", "server failure", "time-out", "not recorded", "offline"}

// String names the kind in words a mail admin reads.
func (k Kind) String() string { return kindNames[k] }

// Known reports whether the DNS gave a definite answer, be it yes or no.
func (k Kind) Known() bool { return k <= NXDomain }

// KindOf classifies what Resolve returned for q.
func KindOf(q Question, a Answer, err error) Kind {
	switch {
	case errors.Is(err, ErrOffline):
		return Offline
	case errors.Is(err, ErrNotRecorded):
		return NotRecorded
	case err != nil:
		return Timeout
	case a.Rcode == dns.RcodeNameError:
		return NXDomain
	case a.Rcode != dns.RcodeSuccess:
		return ServFail
	case !a.has(q.Type):
		return NoData
	}
	return Found
}

func (a Answer) has(typ uint16) bool {
	for _, rr := range a.RRs {
		if rr.Header().Rrtype == typ {
			return true
		}
	}
	return false
}

// TXT returns each TXT record with its strings joined without a space (RFC 7208 3.3, RFC 6376 3.6.2.2), as the bytes that
// stand in the DNS: escapes of the master-file form are undone.
func (a Answer) TXT() []string {
	return collect(a, func(rr *dns.TXT) string { return unescape(strings.Join(rr.Txt, "")) })
}

// Addrs returns the addresses of the A and AAAA records.
func (a Answer) Addrs() []netip.Addr {
	var out []netip.Addr
	for _, rr := range a.RRs {
		switch rr := rr.(type) {
		case *dns.A:
			if ip, ok := netip.AddrFromSlice(rr.A.To4()); ok {
				out = append(out, ip)
			}
		case *dns.AAAA:
			if ip, ok := netip.AddrFromSlice(rr.AAAA.To16()); ok {
				out = append(out, ip)
			}
		}
	}
	return out
}

// PTR returns the names of the PTR records, without the final dot.
func (a Answer) PTR() []string {
	return collect(a, func(rr *dns.PTR) string { return strings.TrimSuffix(rr.Ptr, ".") })
}

// MX is one mail exchanger of a domain.
type MX struct {
	Pref uint16
	Host string // without the final dot; empty for a null MX (RFC 7505)
}

// MX returns the mail exchangers in the order of the answer.
func (a Answer) MX() []MX {
	return collect(a, func(rr *dns.MX) MX { return MX{rr.Preference, strings.TrimSuffix(rr.Mx, ".")} })
}

func collect[R dns.RR, T any](a Answer, f func(R) T) []T {
	var out []T
	for _, rr := range a.RRs {
		if r, ok := rr.(R); ok {
			out = append(out, f(r))
		}
	}
	return out
}

// ReverseName returns the name under in-addr.arpa or ip6.arpa whose PTR record names ip.
func ReverseName(ip netip.Addr) string {
	name, err := dns.ReverseAddr(ip.Unmap().String())
	if err != nil {
		return ""
	}
	return name
}

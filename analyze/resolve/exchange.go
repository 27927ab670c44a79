package resolve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/miekg/dns"
)

// ednsSize is the UDP answer we take: it passes without fragments nearly everywhere (DNS flag day 2020).
const ednsSize = 1232

// maxStray is how many packets that are no answer to our question are read before a try is given up: late answers to earlier
// questions are normal, more than a few are somebody guessing ids.
const maxStray = 32

// exchange asks one server once: by UDP, without EDNS0 where the server does not know that (RFC 6891 7), by TCP where the answer
// was cut off.
func exchange(ctx context.Context, server netip.AddrPort, q Question, try time.Duration) (*dns.Msg, error) {
	msg, err := roundTrip(ctx, "udp", server, query(q, true), try)
	if err != nil {
		return nil, err
	}
	if msg.Rcode == dns.RcodeFormatError || msg.Rcode == dns.RcodeNotImplemented {
		if msg, err = roundTrip(ctx, "udp", server, query(q, false), try); err != nil {
			return nil, err
		}
	}
	if msg.Truncated {
		return roundTrip(ctx, "tcp", server, query(q, true), try)
	}
	return msg, nil
}

func query(q Question, edns bool) *dns.Msg {
	m := new(dns.Msg)
	m.SetQuestion(q.Name, q.Type) // with a random id
	if edns {
		m.SetEdns0(ednsSize, false)
	}
	return m
}

// roundTrip sends one message and waits for the answer to it. The socket is connected, so only the server's packets arrive.
func roundTrip(ctx context.Context, network string, server netip.AddrPort, m *dns.Msg, try time.Duration) (*dns.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, try)
	defer cancel()
	var d net.Dialer
	sock, err := d.DialContext(ctx, network, server.String())
	if err != nil {
		return nil, err
	}
	defer sock.Close()
	stop := context.AfterFunc(ctx, func() { sock.Close() })
	defer stop()
	conn := &dns.Conn{Conn: sock, UDPSize: ednsSize}
	if err := conn.WriteMsg(m); err != nil {
		return nil, err
	}
	for range maxStray {
		got, err := conn.ReadMsg()
		if got != nil && answers(got, m) && (err == nil || got.Truncated) {
			return got, nil
		}
		if err != nil && broken(err, network) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%s sent %d packets that answer something else", server, maxStray)
}

// broken reports whether nothing more can come after err: a packet that does not parse may be followed by one that does.
func broken(err error, network string) bool {
	var ne net.Error
	return network == "tcp" || errors.As(err, &ne) || errors.Is(err, net.ErrClosed)
}

// answers reports whether got is the answer to m: id, question and direction (RFC 5452 9.1).
func answers(got, m *dns.Msg) bool {
	if !got.Response || got.Id != m.Id || len(got.Question) != 1 {
		return false
	}
	a, b := got.Question[0], m.Question[0]
	return a.Qtype == b.Qtype && a.Qclass == b.Qclass && dns.CanonicalName(a.Name) == dns.CanonicalName(b.Name)
}

// ParseServer reads `--resolver`: an address, with or without a port (53): 192.0.2.53, 192.0.2.53:5353, 2001:db8::53,
// [2001:db8::53]:5353. Names are not taken: they would need a resolver first.
func ParseServer(s string) (netip.AddrPort, error) {
	if ip, err := netip.ParseAddr(s); err == nil {
		return netip.AddrPortFrom(ip, 53), nil
	}
	ap, err := netip.ParseAddrPort(s)
	if err != nil || ap.Port() == 0 {
		return netip.AddrPort{}, fmt.Errorf("%q is not the address of a DNS server, such as 192.0.2.53 or [2001:db8::53]:5353", s)
	}
	return ap, nil
}

// systemServers reads the servers of a resolv.conf, at most three as the system's own resolver does (resolv.conf(5), MAXNS).
func systemServers(path string) []netip.AddrPort {
	var out []netip.AddrPort
	if c, err := dns.ClientConfigFromFile(path); err == nil {
		for _, s := range c.Servers {
			ip, err := netip.ParseAddr(s)
			port, perr := strconv.ParseUint(c.Port, 10, 16)
			if err == nil && perr == nil && len(out) < 3 {
				out = append(out, netip.AddrPortFrom(ip, uint16(port)))
			}
		}
	}
	if len(out) == 0 {
		out = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:53"), netip.MustParseAddrPort("[::1]:53")}
	}
	return out
}

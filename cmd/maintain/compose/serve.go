package compose

import (
	"bytes"
	"context"
	"net"
	"time"

	"github.com/miekg/dns"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// Serve answers questions from the zone to programs that ask a name server, over UDP on a free port of the loopback interface, until stop is
// called. What the zone does not know fails as SERVFAIL, so that nobody waits and nobody takes it for an answer.
func (z *Zone) Serve() (addr string, stop func(), err error) {
	from, err := resolve.Snapshot("zone", bytes.NewReader(z.Text("that is served", time.Now())))
	if err != nil {
		return "", nil, err
	}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, req *dns.Msg) { _ = w.WriteMsg(answerTo(req, from)) })}
	go func() { _ = server.ActivateAndServe() }()
	return conn.LocalAddr().String(), func() { _ = conn.Close() }, nil
}

func answerTo(req *dns.Msg, from resolve.Resolver) *dns.Msg {
	m := new(dns.Msg).SetReply(req)
	m.RecursionAvailable, m.Rcode = true, dns.RcodeServerFailure
	if opt := req.IsEdns0(); opt != nil {
		m.SetEdns0(opt.UDPSize(), false) // RFC 6891 7. Rspamd takes a short answer without it for none, and asks until it gives up.
	}
	if len(req.Question) != 1 {
		return m
	}
	if a, err := from.Resolve(context.Background(), resolve.Q(req.Question[0].Name, req.Question[0].Qtype)); err == nil {
		m.Rcode, m.Answer = a.Rcode, a.RRs
	}
	return m
}

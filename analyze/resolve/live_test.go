package resolve

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// server is a DNS server on loopback whose every answer the test decides.
type server struct {
	addr    netip.AddrPort
	udp     atomic.Int32 // questions that came by UDP
	tcp     atomic.Int32
	handler atomic.Value // a handler
}

type handler func(w dns.ResponseWriter, m *dns.Msg, tcp bool)

// serve starts a server on one port for UDP and TCP; it ends with the test.
func serve(t *testing.T, h handler) *server {
	t.Helper()
	s := &server{}
	s.handler.Store(h)
	var pc net.PacketConn
	var l net.Listener
	var err error
	for range 20 { // the port that UDP got may be taken for TCP
		if pc, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if l, err = net.Listen("tcp", pc.LocalAddr().String()); err == nil {
			break
		}
		pc.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	s.addr = netip.MustParseAddrPort(pc.LocalAddr().String())
	start := func(d *dns.Server, count *atomic.Int32, tcp bool) {
		d.Handler = dns.HandlerFunc(func(w dns.ResponseWriter, m *dns.Msg) {
			count.Add(1)
			s.handler.Load().(handler)(w, m, tcp)
		})
		ready := make(chan struct{})
		d.NotifyStartedFunc = func() { close(ready) }
		go d.ActivateAndServe()
		<-ready
		t.Cleanup(func() { d.Shutdown() })
	}
	start(&dns.Server{PacketConn: pc}, &s.udp, false)
	start(&dns.Server{Listener: l}, &s.tcp, true)
	return s
}

// reply answers m with records in master-file form.
func reply(m *dns.Msg, rcode int, records ...string) *dns.Msg {
	out := new(dns.Msg)
	out.SetRcode(m, rcode)
	for _, text := range records {
		rr, err := dns.NewRR(text)
		if err != nil {
			panic(err)
		}
		out.Answer = append(out.Answer, rr)
	}
	return out
}

const hostRecord = "host.example.com. 300 IN A 192.0.2.7"

func good(w dns.ResponseWriter, m *dns.Msg, _ bool) { w.WriteMsg(reply(m, 0, hostRecord)) }

var host = Q("host.example.com", TypeA)

// patient is Live for servers that answer, however busy the machine is.
func patient(servers ...*server) Options {
	o := quick(servers...)
	o.Try, o.Total = 5*time.Second, 10*time.Second
	return o
}

// steady is Live for a test in which some answers come and others do not.
func steady(servers ...*server) Options {
	o := quick(servers...)
	o.Try, o.Total = 300*time.Millisecond, 700*time.Millisecond
	return o
}

// quick is Live for servers that do not answer.
func quick(servers ...*server) Options {
	o := Options{Try: 60 * time.Millisecond, Total: 250 * time.Millisecond}
	for _, s := range servers {
		o.Servers = append(o.Servers, s.addr)
	}
	return o
}

func TestLive(t *testing.T) {
	long := strings.Repeat("x", 250)
	for _, tt := range []struct {
		name    string
		handler func(w dns.ResponseWriter, m *dns.Msg, tcp bool)
		q       Question
		want    Kind
		data    string
		udp     int32
		tcp     int32
	}{
		{"answer", good, host, Found, "192.0.2.7", 1, 0},
		{"no such name", func(w dns.ResponseWriter, m *dns.Msg, _ bool) { w.WriteMsg(reply(m, dns.RcodeNameError)) }, host, NXDomain, "", 1, 0},
		{"no data", func(w dns.ResponseWriter, m *dns.Msg, _ bool) { w.WriteMsg(reply(m, 0)) }, host, NoData, "", 1, 0},
		{"server failure", func(w dns.ResponseWriter, m *dns.Msg, _ bool) { w.WriteMsg(reply(m, dns.RcodeServerFailure)) }, host, ServFail, "", 1, 0},
		{"refused", func(w dns.ResponseWriter, m *dns.Msg, _ bool) { w.WriteMsg(reply(m, dns.RcodeRefused)) }, host, ServFail, "", 1, 0},
		{"silence", func(dns.ResponseWriter, *dns.Msg, bool) {}, host, Timeout, "", 0, 0},
		{"truncated", func(w dns.ResponseWriter, m *dns.Msg, tcp bool) {
			if !tcp {
				out := reply(m, 0)
				out.Truncated = true
				w.WriteMsg(out)
				return
			}
			w.WriteMsg(reply(m, 0, `host.example.com. 300 IN TXT "`+long+`" "`+long+`" "`+long+`" "`+long+`" "`+long+`" "`+long+`"`))
		}, Q("host.example.com", TypeTXT), Found, strings.Repeat(long, 6), 1, 1},
		{"truncated, TCP silent", func(w dns.ResponseWriter, m *dns.Msg, tcp bool) {
			if !tcp {
				out := reply(m, 0)
				out.Truncated = true
				w.WriteMsg(out)
			}
		}, host, Timeout, "", 0, 0},
		{"no EDNS0", func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			if m.IsEdns0() != nil {
				w.WriteMsg(reply(m, dns.RcodeFormatError))
				return
			}
			w.WriteMsg(reply(m, 0, hostRecord))
		}, host, Found, "192.0.2.7", 2, 0},
		{"wrong id first", func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			bad := reply(m, 0, "host.example.com. 300 IN A 203.0.113.66")
			bad.Id++
			w.WriteMsg(bad)
			w.WriteMsg(reply(m, 0, hostRecord))
		}, host, Found, "192.0.2.7", 1, 0},
		{"wrong id only", func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			bad := reply(m, 0, hostRecord)
			bad.Id++
			w.WriteMsg(bad)
		}, host, Timeout, "", 0, 0},
		{"wrong question", func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			bad := reply(m, 0, "evil.example.com. 300 IN A 203.0.113.66")
			bad.Question[0].Name = "evil.example.com."
			w.WriteMsg(bad)
		}, host, Timeout, "", 0, 0},
		{"garbage, then the answer", func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			w.Write([]byte("not DNS"))
			w.WriteMsg(reply(m, 0, hostRecord))
		}, host, Found, "192.0.2.7", 1, 0},
		{"a flood of strays", func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			bad := reply(m, 0, hostRecord)
			bad.Id++
			for range maxStray + 8 {
				w.WriteMsg(bad)
			}
		}, host, Timeout, "", 0, 0},
		{"alias", func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			w.WriteMsg(reply(m, 0, "real.example.com. 60 IN A 192.0.2.7", "host.example.com. 60 IN CNAME real.example.com.", "evil.example.com. 60 IN A 203.0.113.66"))
		}, host, Found, "192.0.2.7", 1, 0},
		{"alias to nothing", func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			w.WriteMsg(reply(m, dns.RcodeNameError, "host.example.com. 60 IN CNAME gone.example.com."))
		}, host, NXDomain, "", 1, 0},
		{"a name that cannot be", good, Q(strings.Repeat("a", 64)+".example.com", TypeA), NXDomain, "", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tt.handler)
			o := quick(s)
			if tt.want != Timeout {
				o = patient(s)
			}
			a, err := Live(o).Resolve(t.Context(), tt.q)
			if got := KindOf(tt.q, a, err); got != tt.want || data(a) != tt.data {
				t.Errorf("%s %q (%v), want %s %q", got, data(a), err, tt.want, tt.data)
			}
			if tt.want == Timeout {
				return // how many tries fit into the time is the machine's business
			}
			if s.udp.Load() != tt.udp || s.tcp.Load() != tt.tcp {
				t.Errorf("%d questions by UDP and %d by TCP, want %d and %d", s.udp.Load(), s.tcp.Load(), tt.udp, tt.tcp)
			}
		})
	}
}

func TestLiveAliasStays(t *testing.T) {
	s := serve(t, func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
		w.WriteMsg(reply(m, 0, "host.example.com. 60 IN CNAME real.example.com.", "real.example.com. 60 IN A 192.0.2.7"))
	})
	a, err := Live(patient(s)).Resolve(t.Context(), host)
	if err != nil || len(a.RRs) != 2 || a.RRs[0].Header().Rrtype != TypeCNAME {
		t.Errorf("%v %v, want the alias and the address", a.RRs, err)
	}
}

func TestLiveServersInTurn(t *testing.T) {
	t.Parallel()
	silent := serve(t, func(dns.ResponseWriter, *dns.Msg, bool) {})
	broken := serve(t, func(w dns.ResponseWriter, m *dns.Msg, _ bool) { w.WriteMsg(reply(m, dns.RcodeServerFailure)) })
	fine := serve(t, good)
	r := Live(steady(silent, broken, fine))
	for range 2 {
		a, err := r.Resolve(t.Context(), host)
		if err != nil || data(a) != "192.0.2.7" || a.Source != "127.0.0.1" {
			t.Fatalf("%v %v", a, err)
		}
		host := Q("host2.example.com", TypeA)
		r.Resolve(t.Context(), host)
	}
	if n := silent.udp.Load(); n > 2 { // one question, one knock
		t.Errorf("the silent server was asked %d times; it goes to the end of the line after the first", n)
	}
}

func TestLiveTTL(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 25, 10, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		ttl  string
		keep time.Duration
	}{
		{"0", minAge}, {"60", time.Minute}, {"86400", maxAge}, {"2147483648", minAge}, {"4294967295", minAge},
	} {
		s := serve(t, func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
			w.WriteMsg(reply(m, 0, "host.example.com. "+tt.ttl+" IN A 192.0.2.7"))
		})
		clock := now
		o := patient(s)
		o.Now = func() time.Time { return clock }
		r := Live(o)
		for _, step := range []struct {
			after time.Duration
			want  int32
		}{{0, 1}, {tt.keep, 1}, {tt.keep + time.Second, 2}} {
			clock = now.Add(step.after)
			a, err := r.Resolve(t.Context(), host)
			if err != nil || s.udp.Load() != step.want {
				t.Errorf("TTL %s, %s later: asked %d times, want %d (%v)", tt.ttl, step.after, s.udp.Load(), step.want, err)
			}
			if step.want == 1 && !a.At.Equal(now) {
				t.Errorf("TTL %s: At is %s, want when it was asked", tt.ttl, a.At)
			}
		}
	}
}

func TestLiveSingleFlight(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := serve(t, func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
		<-release
		w.WriteMsg(reply(m, 0, hostRecord))
	})
	o := patient(s)
	r := Live(o)
	impatient, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := r.Resolve(impatient, host); !errors.Is(err, ErrTimeout) {
			t.Errorf("who gave up got %v", err)
		}
		close(release) // the others still get their answer
	})
	for range 20 {
		wg.Go(func() {
			if a, err := r.Resolve(t.Context(), host); err != nil || data(a) != "192.0.2.7" {
				t.Errorf("%v %v", a, err)
			}
		})
	}
	cancel()
	wg.Wait()
	if s.udp.Load() != 1 {
		t.Errorf("asked %d times, want once", s.udp.Load())
	}
}

func TestLiveParallelLimit(t *testing.T) {
	t.Parallel()
	var under, most atomic.Int32
	s := serve(t, func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
		n := under.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(2 * time.Millisecond)
		under.Add(-1)
		w.WriteMsg(reply(m, dns.RcodeNameError))
	})
	o := patient(s)
	o.Parallel = 3
	r := Live(o)
	var wg sync.WaitGroup
	for _, c := range "abcdefghijkl" {
		wg.Go(func() { r.Resolve(t.Context(), Q(string(c)+".example.com", TypeA)) })
	}
	wg.Wait()
	if s.udp.Load() != 12 || most.Load() > 3 {
		t.Errorf("%d questions, %d at once; want 12 and at most 3", s.udp.Load(), most.Load())
	}
}

// TestLiveBreaker is a program without a network: forty questions take the time of one.
func TestLiveBreaker(t *testing.T) {
	s := serve(t, func(dns.ResponseWriter, *dns.Msg, bool) {})
	now := time.Date(2026, 5, 25, 10, 0, 0, 0, time.UTC)
	clock := now
	o := steady(s)
	o.Now = func() time.Time { return clock }
	r := Live(o)
	start := time.Now()
	for _, name := range strings.Split(strings.Repeat("a b c d e f g h ", 5), " ") {
		if _, err := r.Resolve(t.Context(), Q(name+".example.com", TypeA)); !errors.Is(err, ErrTimeout) && name != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if took := time.Since(start); took > 2*o.Total || s.udp.Load() > 3 {
		t.Errorf("%s and %d packets for a network that is not there", took, s.udp.Load())
	}
	s.handler.Store(handler(good))
	clock = now.Add(29 * time.Second)
	if _, err := r.Resolve(t.Context(), Q("early.example.com", TypeA)); !errors.Is(err, ErrTimeout) {
		t.Errorf("asked again too early: %v", err)
	}
	clock = now.Add(31 * time.Second)
	if a, err := r.Resolve(t.Context(), host); err != nil || data(a) != "192.0.2.7" {
		t.Errorf("not asked again after the rest: %v %v", a, err)
	}
}

// TestLiveOneDeadName is the twin: one name that times out does not stop the others once the servers have answered.
func TestLiveOneDeadName(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
		if !strings.HasPrefix(m.Question[0].Name, "dead") {
			w.WriteMsg(reply(m, dns.RcodeNameError))
		}
	})
	r := Live(steady(s))
	for _, step := range []struct {
		name string
		want Kind
	}{{"a", NXDomain}, {"dead1", Timeout}, {"dead2", Timeout}, {"b", NXDomain}} {
		q := Q(step.name+".example.com", TypeA)
		a, err := r.Resolve(t.Context(), q)
		if got := KindOf(q, a, err); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}

// TestLiveFirstNameDead is a program whose very first question is about a dead zone, on a network that works.
func TestLiveFirstNameDead(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w dns.ResponseWriter, m *dns.Msg, _ bool) {
		if !strings.HasPrefix(m.Question[0].Name, "dead") {
			w.WriteMsg(reply(m, dns.RcodeNameError))
		}
	})
	r := Live(steady(s))
	for _, step := range []struct {
		name string
		want Kind
	}{{"dead", Timeout}, {"a", NXDomain}} {
		q := Q(step.name+".example.com", TypeA)
		a, err := r.Resolve(t.Context(), q)
		if got := KindOf(q, a, err); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}

func TestLiveNobodyListens(t *testing.T) {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := netip.MustParseAddrPort(pc.LocalAddr().String())
	pc.Close()
	_, err = Live(Options{Servers: []netip.AddrPort{addr}}).Resolve(t.Context(), host)
	if !errors.Is(err, ErrTimeout) {
		t.Errorf("%v, want a time-out that says why", err)
	}
}

func TestParseServer(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.53": "192.0.2.53:53", "192.0.2.53:5353": "192.0.2.53:5353", "2001:db8::53": "[2001:db8::53]:53", "[2001:db8::53]:5353": "[2001:db8::53]:5353",
		"dns.example.com": "", "192.0.2.53:0": "", "192.0.2.53:x": "", "": "",
	} {
		got, err := ParseServer(in)
		if (err != nil) != (want == "") || err == nil && got.String() != want {
			t.Errorf("ParseServer(%q) = %s, %v; want %q", in, got, err, want)
		}
	}
}

func TestSystemServers(t *testing.T) {
	if got := systemServers("testdata/resolv.conf"); len(got) != 3 || got[0].String() != "192.0.2.53:53" || got[1].String() != "[2001:db8::53]:53" {
		t.Errorf("%v, want the first three", got)
	}
	if got := systemServers("testdata/nowhere"); len(got) != 2 || got[0].String() != "127.0.0.1:53" {
		t.Errorf("without a file: %v, want this machine", got)
	}
}

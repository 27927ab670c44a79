package resolve

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Options of Live. The zero value works, but for Now.
type Options struct {
	// Servers are asked in this order; the one that answered last is asked first the next time. See ParseServer. Empty: those
	// of ResolvConf.
	Servers []netip.AddrPort

	// ResolvConf is the path of the system's list of servers; cmd hands in /etc/resolv.conf. Where there is no such file
	// (Windows), or it names none, the server of this machine is asked (127.0.0.1 and ::1), as resolv.conf(5) says.
	ResolvConf string

	// Now is the clock for Answer.At and for the age of what is cached. Nil: At is zero, and nothing ages.
	Now func() time.Time

	Try      time.Duration // for one packet to one server and back; 0: 1 s
	Total    time.Duration // for one question, all servers and TCP included; 0: 2.2 s
	Rest     time.Duration // how long nothing is asked after the breaker opened; 0: 30 s. Needs Now.
	Parallel int           // questions under way at once; 0: 16
}

// How long an answer is kept. One report should see one DNS, so even TTL 0 is kept for minAge; a TTL is a wish of somebody we
// do not know, so nothing is kept longer than maxAge.
const (
	minAge    = 10 * time.Second
	maxAge    = 5 * time.Minute
	failedAge = 30 * time.Second // of SERVFAIL and time-outs: RFC 2308 7 allows up to five minutes
	maxCached = 10_000           // answers; then the cache starts anew
)

// When the breaker opens: after the first question that nobody answered, as long as nobody ever answered any, nor a knock (there
// is no network); later after this many in a row (it went away). A dead zone alone makes one question time out, not six in a row.
const maxSilent = 6

// Live returns a resolver that asks servers over the network: UDP with EDNS0, TCP where the answer did not fit, each server in
// turn. An answer must come from whom was asked, with the id and the question that was sent. Questions are cached, and asked
// once when several callers ask at the same time. After the servers fell silent everything is ErrTimeout at once, so that a
// program without a network ends after Total and not after Total times the questions.
func Live(o Options) Resolver {
	o = o.withDefaults()
	l := &live{Options: o, slots: make(chan struct{}, o.Parallel), cache: map[Question]*entry{}}
	l.breaker.reset()
	return l
}

func (o Options) withDefaults() Options {
	if len(o.Servers) == 0 {
		o.Servers = systemServers(o.ResolvConf)
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Time{} }
	}
	setDefault(&o.Try, time.Second)
	setDefault(&o.Total, 2200*time.Millisecond)
	setDefault(&o.Rest, 30*time.Second)
	setDefault(&o.Parallel, 16)
	return o
}

func setDefault[T int | time.Duration](v *T, value T) {
	if *v <= 0 {
		*v = value
	}
}

type live struct {
	Options
	slots   chan struct{}
	breaker breaker
	probe   sync.Once

	mu    sync.Mutex
	cache map[Question]*entry
	first int // the server that answered last
}

// entry is a question that is under way (done is open) or answered.
type entry struct {
	done    chan struct{}
	answer  Answer
	err     error
	expires time.Time // zero: never
}

// Resolve asks q, or takes the answer from the cache, or waits for whoever is asking it.
func (l *live) Resolve(ctx context.Context, q Question) (Answer, error) {
	name, ok := canonical(q.Name)
	if !ok {
		return Answer{Rcode: dns.RcodeNameError, At: l.Now()}, nil
	}
	q.Name = name
	e := l.enter(q)
	select {
	case <-e.done:
		return e.answer, e.err
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("%w: %w", ErrTimeout, ctx.Err())
	}
}

// enter returns the entry of q; whoever finds none or an old one starts the asking. It runs on its own, so that a caller who
// gives up does not spoil the answer of those who wait with him.
func (l *live) enter(q Question) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.cache[q]; e != nil && !l.stale(e) {
		return e
	}
	if len(l.cache) >= maxCached {
		clear(l.cache)
	}
	e := &entry{done: make(chan struct{})}
	l.cache[q] = e
	go l.fill(q, e)
	return e
}

func (l *live) stale(e *entry) bool {
	select {
	case <-e.done:
		return !e.expires.IsZero() && l.Now().After(e.expires)
	default:
		return false
	}
}

func (l *live) fill(q Question, e *entry) {
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	e.answer, e.err = l.ask(q)
	if now := l.Now(); !now.IsZero() {
		e.expires = now.Add(keepFor(e.answer, e.err))
	}
	close(e.done)
}

// keepFor is the smallest TTL of the answer within our limits. A TTL with the highest bit set counts as 0 (RFC 2181 8).
func keepFor(a Answer, err error) time.Duration {
	if err != nil || a.Rcode != dns.RcodeSuccess && a.Rcode != dns.RcodeNameError {
		return failedAge
	}
	age := maxAge
	for _, rr := range a.RRs {
		ttl := rr.Header().Ttl
		if ttl >= 1<<31 {
			ttl = 0
		}
		age = min(age, time.Duration(ttl)*time.Second)
	}
	return max(age, minAge)
}

// ask goes round the servers until one answers or the time is up. SERVFAIL and its kin are the answer only when nobody has a
// better one.
func (l *live) ask(q Question) (Answer, error) {
	ctx, cancel, open := l.breaker.begin(l.Total, l.Now(), l.Rest)
	if open {
		return Answer{}, fmt.Errorf("%w: the servers fell silent before", ErrTimeout)
	}
	defer cancel()
	var refused *Answer
	var failed error
	start := l.preferred()
	for i := range max(2, len(l.Servers)) {
		n := (start + i) % len(l.Servers)
		if refused != nil && i >= len(l.Servers) {
			break
		}
		msg, err := exchange(ctx, l.Servers[n], q, l.Try)
		if err != nil {
			failed = err
			if ctx.Err() != nil {
				break
			}
			l.probe.Do(func() { go l.knock() })
			continue
		}
		l.breaker.answered()
		a := Answer{Rcode: msg.Rcode, RRs: answerRRs(msg, q), At: l.Now(), Source: l.Servers[n].Addr().String()}
		if msg.Rcode == dns.RcodeSuccess || msg.Rcode == dns.RcodeNameError {
			l.prefer(n)
			return a, nil
		}
		refused = &a
	}
	if refused != nil {
		return *refused, nil
	}
	l.breaker.silent(l.Now())
	return Answer{}, fmt.Errorf("%w: %s: %w", ErrTimeout, q, failed)
}

// knock asks every server for the root's servers, which all of them know at once. It runs when the first question of a program
// fails, beside the next try: whether that name is dead or the network is must be known before the breaker is asked.
func (l *live) knock() {
	for _, s := range l.Servers {
		go func() {
			if _, err := roundTrip(context.Background(), "udp", s, query(Question{".", TypeNS}, true), l.Try); err == nil {
				l.breaker.answered()
			}
		}()
	}
}

func (l *live) preferred() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first
}

func (l *live) prefer(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = n
}

// answerRRs keeps the records that belong to the question: the CNAME chain from its name, and the records at its end. Whatever
// else a server put into the answer section is nobody's business.
func answerRRs(msg *dns.Msg, q Question) []dns.RR {
	var out []dns.RR
	name := q.Name
	for range maxChain {
		var alias *dns.CNAME
		for _, rr := range msg.Answer {
			h := rr.Header()
			if h.Class != dns.ClassINET || dns.CanonicalName(h.Name) != dns.CanonicalName(name) {
				continue
			}
			if h.Rrtype == q.Type {
				out = append(out, rr)
			} else if c, ok := rr.(*dns.CNAME); ok && alias == nil {
				alias = c
			}
		}
		if alias == nil || q.Type == TypeCNAME {
			break
		}
		out = append(out, alias)
		name = alias.Target
	}
	return out
}

// breaker stops the asking when nobody answers: open, everything fails at once, and what is under way is given up.
type breaker struct {
	mu     sync.Mutex
	ever   bool // somebody answered something
	misses int  // questions in a row that nobody answered
	open   bool
	opened time.Time
	ctx    context.Context
	cancel context.CancelFunc
}

var errSilent = errors.New("nobody answers")

func (b *breaker) reset() {
	b.open, b.misses = false, 0
	b.ctx, b.cancel = context.WithCancel(context.Background())
}

// begin returns the context of one question; open means that there is nothing to begin.
func (b *breaker) begin(total time.Duration, now time.Time, rest time.Duration) (ctx context.Context, cancel context.CancelFunc, open bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open && (b.opened.IsZero() || now.Sub(b.opened) < rest) {
		return nil, nil, true
	}
	if b.open {
		b.reset()
	}
	ctx, cancel = context.WithTimeoutCause(b.ctx, total, errSilent)
	return ctx, cancel, false
}

func (b *breaker) answered() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ever, b.misses = true, 0
}

func (b *breaker) silent(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.misses++
	if b.open || b.ever && b.misses < maxSilent {
		return
	}
	b.open, b.opened = true, now
	b.cancel()
}

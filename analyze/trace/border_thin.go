package trace

import "github.com/fpcheck/fpcheck/analyze/eml"

// New reads the path of m.
func New(m *eml.Message, o Options) *Trace {
	t := &Trace{Border: -1, Why: "no line of a server of yours is known"}
	for _, f := range m.All("Received") {
		t.Hops = append(t.Hops, ReadHop(m, f))
	}
	for i, h := range t.Hops {
		if h.IP.IsValid() && !h.IP.IsPrivate() && !h.IP.IsLoopback() {
			t.Border, t.Why, t.Sure = i, "the newest line that names a public address", 0.5
			t.Handover = Handover{IP: h.IP, RDNS: h.RDNS, Helo: h.Helo, MailFrom: h.EnvelopeFrom, At: h.At, Authenticated: h.Authenticated, Spans: []eml.Span{h.IPSpan}}
			break
		}
	}
	return t
}

// Belief says who wrote f.
func (t *Trace) Belief(m *eml.Message, f eml.Field) Belief { return Belief{} }

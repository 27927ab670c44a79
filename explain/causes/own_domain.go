package causes

import (
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/explain"
)

// What the causes share that explain one's own domain coming from outside.

// scriptHost finds that a script on the connecting host itself made the message: what the host wrote below the border's line, where the border
// verified the host's name. It is the other side's word, but that of the very host that connected.
func scriptHost(v *explain.View) (analyze.Finding, bool) {
	if h, ok := webUser(v); ok {
		return at("path.script", peer(v)+" says that its user "+name(h.Ident, "of the web server")+" made the message: web servers run scripts as that", h.Span), true
	}
	below := v.Below()
	if len(below) == 0 || v.Peer == "" || !strings.EqualFold(strings.TrimSuffix(below[0].By, "."), v.Peer) {
		return analyze.Finding{}, false
	}
	if h := below[0]; h.Local && !h.Authenticated {
		return at("path.script", "the message was made on "+peer(v)+" itself, by a script", h.Span), true
	}
	return analyze.Finding{}, false
}

// webUsers are the users that web servers run scripts as.
var webUsers = []string{"nobody", "www-data", "www", "apache", "httpd", "nginx", "wwwrun", "http"}

// webUser finds the user of a web server in the border's own line: the connecting host answered with it when it was asked (RFC 1413), and the
// border verified the host's name. A name made of the address is that of an access line: nobody's site runs there.
func webUser(v *explain.View) (trace.Hop, bool) {
	t := v.Input.Trace
	if t.Border < 0 || v.Peer == "" || v.Says("ptr.generic") {
		return trace.Hop{}, false
	}
	h := t.Hops[t.Border]
	return h, asWebUser(h)
}

// asWebUser reports whether the peer answered with the user of a web server.
func asWebUser(h trace.Hop) bool { return slices.Contains(webUsers, strings.ToLower(h.Ident)) }

// shared finds that the connecting host sends for many customers, so that its name says nothing about who wrote the message.
func shared(v *explain.View) ([]analyze.Finding, bool) {
	var out []analyze.Finding
	if p := sharedProvider(v); p != nil {
		out = append(out, handover(v, "service.shared", "%s is a host of %s, which sends for many customers", peer(v), p.Title))
	}
	for _, s := range v.Services {
		if s.Kind == providers.WebHost && s.Shared && s.Match.By == "marker" {
			out = append(out, viaFinding(s))
		}
	}
	if !v.Input.Delivered.IsZero() && movingName(v) {
		out = append(out, handover(v, "path.pool", "the name %s leads to other addresses than %s today", peer(v), ip(v)))
	}
	return out, len(out) > 0
}

// sharedProvider is whose host connected, where it sends for many customers; nil: none is known to.
func sharedProvider(v *explain.View) *providers.Provider {
	if p := providers.ByHost(v.Peer); p != nil && p.Shared {
		return p
	}
	return nil
}

// movingName reports whether the border verified the peer's name and the name does not lead to that address now: a pool that moves.
func movingName(v *explain.View) bool {
	return v.Peer != "" && v.Reverse.Kind.Known() && len(v.Reverse.Names) > 0 && len(v.Reverse.Confirmed) == 0 && v.Reverse.Unknown == nil
}

// marketing finds the service that sends campaigns and connected itself.
func marketing(v *explain.View) (explain.Via, bool) {
	s, ok := v.Via(providers.Sender)
	return s, ok && s.Verified
}

// signatureTool finds a signature service: as the host that connected, or as a stop on a way whose end is the organisation's own tenant.
func signatureTool(v *explain.View) (explain.Via, bool) {
	s, ok := v.Via(providers.SignatureTool)
	if !ok || !s.Verified && !fromMicrosoft(v) && !ownPeer(v) {
		return explain.Via{}, false
	}
	return s, true
}

// ownPeer reports whether the host that connected bears a name of the author's organisation, as the border verified it.
func ownPeer(v *explain.View) bool { return explain.Same(v.Peer, v.From) }

// cameBack finds mail of one's own Microsoft 365 tenant that comes in through the MX, by what shows whose it is: the tenant's id, or a signature of
// one's own domain. A piece of a header that holds neither shows nothing: Microsoft writes both. settled: the signature holds, or the id is the profile's; else somebody must judge the signature first.
func cameBack(v *explain.View) (why []analyze.Finding, settled, ok bool) {
	if _, other := foreignTenant(v); other || !fromMicrosoft(v) {
		return nil, false, false
	}
	if f, own := ownTenant(v); own {
		return append(v.Good("dmarc.pass", "dkim.pass"), f), true, true
	}
	for _, s := range v.Signatures() {
		switch {
		case s.Status == dkim.Pass:
			return v.Good("dmarc.pass", "dkim.pass"), true, true
		case s.Status == dkim.Unknown && s.BodyHash != dkim.Fail && s.HeaderSignature != dkim.Fail: // a header that fits can be copied under another text
			why, ok = []analyze.Finding{at("dkim.unjudged", "it bears a signature of "+from(v)+", which could not be judged here", s.Field.Value)}, true
		}
	}
	if _, named := v.Input.Message.First("X-MS-Exchange-CrossTenant-Id"); !ok && !named && v.Input.Message.HeaderOnly && len(v.DKIM.Signatures) == 0 {
		return []analyze.Finding{handover(v, "path.provider", "%s is a host of Microsoft 365; what was pasted holds neither its signature nor the tenant", peer(v))}, false, true
	}
	return why, false, ok
}

// stop returns the hop that a provider's host wrote, and its place for the sentence; ok is false where it connected itself.
func stop(v *explain.View, p *providers.Provider) (trace.Hop, bool) {
	for _, h := range v.Below() {
		if providers.ByHost(h.By) == p {
			return h, true
		}
	}
	return trace.Hop{}, false
}

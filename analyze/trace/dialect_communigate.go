package trace

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// CommuniGate writes "[IP] (account U HELO H)", or "HELO ([IP] verified)" where the name leads to the address.
var communigate = spec{
	need: "CommuniGate Pro",
	is:   func(l *line) bool { return l.noted(by, "CommuniGate Pro") },
	peer: peerCommuniGate,
	write: func(b *strings.Builder, h Hop) {
		switch {
		case h.Local:
		case h.RDNS != "":
			b.WriteString("from " + word(h.RDNS) + " ([" + bareIP(h) + "] verified)")
		default:
			b.WriteString("from [" + bareIP(h) + "]")
			names := ""
			if h.AuthUser != "" {
				names = " account " + word(h.AuthUser)
			}
			if h.Helo != "" {
				names += " HELO " + neutral(h.Helo)
			}
			put(b, " (", strings.TrimPrefix(names, " "), ")")
		}
		writeTail(b, h, "(CommuniGate Pro SMTP 6.3.20)")
	},
}.dialect("communigate", "CommuniGate Pro")

func peerCommuniGate(l *line, h *Hop) bool {
	i, c := l.nth(from, 0, false), l.nth(from, 0, true)
	if !l.has[from] {
		return peerLocal(l, h)
	}
	if l.count(from) != 1 || c >= 0 && c < i {
		return false
	}
	l.used = l.part[from].to
	t := l.toks[i]
	if l.s[t.start] != '[' {
		if c < 0 {
			return peerNone(l, h)
		}
		v, ok := strings.CutSuffix(l.text(l.toks[c]), " verified")
		if !l.setHelo(h, i) || !l.address(h, l.toks[c].start, l.toks[c].start+len(v)) {
			return false
		}
		h.Verified = ok
		return !ok || l.setRDNS(h, t.start, t.end)
	}
	if !l.address(h, t.start, t.end) || c >= 0 && !accountAndHelo(h, l.text(l.toks[c])) {
		return false
	}
	if h.Helo != "" {
		h.HostSpan = eml.Span{Start: l.toks[c].end - len(h.Helo), End: l.toks[c].end}
	}
	return true
}

// accountAndHelo reads "account U HELO H". The account is the server's word; what follows HELO is the peer's.
func accountAndHelo(h *Hop, s string) bool {
	f := strings.Fields(s)
	if len(f) >= 2 && f[0] == "account" {
		h.AuthUser, h.Authenticated, f = f[1], true, f[2:]
	}
	if len(f) == 2 && f[0] == "HELO" {
		h.Helo, f = f[1], nil
	}
	return len(f) == 0 && validHelo(h.Helo)
}

package trace

import (
	"github.com/fpcheck/fpcheck/analyze/eml"
	"strings"
)

// ZMailer writes the HELO in quotes and says with rhost-flags whether the name was confirmed.
var vger = spec{
	is: func(l *line) bool {
		return strings.Contains(l.note(from, 0), " rhost-flags-") || l.phrase(via) == "listexpand" || l.noted(id, "ORCPT ")
	},
	peer: peerVger,
	write: func(b *strings.Builder, h Hop) {
		if h.Local {
			put(b, "(", word(h.Ident), ")")
		} else {
			name, flags := h.RDNS, "OK"
			if name == "" {
				name, flags = orUnknown(h.PTR), "FAIL"
			}
			b.WriteString("from " + word(name) + " ([" + ip(h) + "]:25 \"EHLO " + neutral(h.Helo) + "\" rhost-flags-" + flags + "-OK-OK-OK)")
		}
		writeTail(b, h, "")
	},
}.dialect("vger", "ZMailer, as on vger.kernel.org")

// peerVger reads `NAME ([IP]:port "EHLO name" rhost-flags-OK-OK-OK-OK)`, or "(majordomo@host)" where a list was expanded.
func peerVger(l *line, h *Hop) bool {
	if !l.has[from] {
		h.Local, h.Ident = true, l.note(head, 0)
		return validHelo(h.Ident)
	}
	i, c := l.nth(from, 0, false), l.nth(from, 0, true)
	if l.count(from) != 1 || c < i {
		return false
	}
	t := l.toks[c]
	address, more, _ := strings.Cut(l.text(t), " ")
	helo, flags, ok := strings.Cut(strings.TrimPrefix(more, "\""), "\" rhost-flags-")
	_, name, ok2 := strings.Cut(helo, "LO ")
	l.used = c + 1
	h.Helo = name
	if !ok || !ok2 || !validHelo(name) || strings.ContainsAny(flags, " \"") || !l.address(h, t.start, t.start+len(address)) {
		return false
	}
	if !l.setRDNS(h, l.toks[i].start, l.toks[i].end) {
		return false
	}
	h.Verified = h.RDNS != "" && strings.HasPrefix(flags, "OK")
	if !h.Verified {
		h.PTR, h.RDNS, h.HostSpan = h.RDNS, "", eml.Span{}
		if i := strings.Index(l.text(t), "LO "); name != "" {
			h.HostSpan = eml.Span{Start: t.start + i + 3, End: t.start + i + 3 + len(name)}
		}
	}
	return true
}

package trace

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// peerVerified reads "HELO (RDNS [IP])" where the MTA writes RDNS only if it leads back to the address: Postfix and Sendmail.
func peerVerified(l *line, h *Hop) bool {
	h.Verified = true
	return peerPaired(l, h)
}

// peerPaired reads "HELO (RDNS [IP])", "HELO ([IP])", "HELO (IDENT:user@RDNS [IP] (may be forged))" and "(RDNS [IP])".
func peerPaired(l *line, h *Hop) bool {
	i, c := l.nth(from, 0, false), l.nth(from, 0, true)
	if !l.apart(i, c) || i >= 0 && !l.setHelo(h, i) {
		return false
	}
	l.used = c + 1
	return l.pair(h, l.toks[c].start, l.toks[c].end)
}

// pair reads "RDNS [IP]" in s[start:end].
func (l *line) pair(h *Hop, start, end int) bool {
	forged := false
	if v := strings.TrimSuffix(l.s[start:end], " (may be forged)"); len(v) < end-start {
		forged, end = true, start+len(v)
	}
	open := strings.LastIndexByte(l.s[start:end], '[') // the address stands last, whatever the ident before it holds
	if open < 0 {
		return false
	}
	open += start
	if at := strings.LastIndexByte(l.s[start:open], '@'); at >= 0 {
		h.Ident = strings.TrimPrefix(l.s[start:start+at], "IDENT:")
		if !validHelo(h.Ident) {
			return false
		}
		start += at + 1
	}
	if !l.address(h, open, end) || !l.setRDNS(h, start, start+len(strings.TrimRight(l.s[start:open], " "))) {
		return false
	}
	if forged {
		h.PTR, h.RDNS, h.HostSpan = h.RDNS, "", l.heloSpan()
	}
	if h.RDNS == "" {
		h.Verified = false
	}
	return true
}

func (l *line) heloSpan() eml.Span {
	if i := l.nth(from, 0, false); i >= 0 {
		return eml.Span{Start: l.toks[i].start, End: l.toks[i].end}
	}
	return eml.Span{}
}

// peerBare reads "HELO (IP)", "HELO ([IP])", "HELO ([IP]:port)", "HELO ([IP] unverified)" and "([IP])": nobody looked up a name.
func peerBare(l *line, h *Hop) bool {
	i, c := l.nth(from, 0, false), l.nth(from, 0, true)
	if !l.apart(i, c) || i >= 0 && !l.setHelo(h, i) {
		return false
	}
	l.used = c + 1
	v := l.text(l.toks[c])
	for _, suffix := range []string{" unverified", " RDNS failed"} {
		v = strings.TrimSuffix(v, suffix)
	}
	return l.address(h, l.toks[c].start, l.toks[c].start+len(v))
}

// apart says whether there are at most the word i and then, behind a blank, the comment c: a HELO may hold a bracket, but no blank.
func (l *line) apart(i, c int) bool {
	return l.count(from) <= 1 && c >= 0 && i < c && (i < 0 || l.toks[i].end < l.toks[c].start-1)
}

// peerNone reads "NAME" alone: a name without an address, which nobody checked.
func peerNone(l *line, h *Hop) bool {
	i := l.nth(from, 0, false)
	if !l.has[from] || l.count(from) != 1 {
		return false
	}
	return l.setHelo(h, i)
}

// peerAlone reads "[IP]" or "IP" alone, and no more: webmail, submission by HTTP.
func peerAlone(l *line, h *Hop) bool {
	i := l.nth(from, 0, false)
	if l.count(from) != 1 || l.nth(from, 0, true) >= 0 && l.nth(from, 0, true) < i {
		return false
	}
	return l.address(h, l.toks[i].start, l.toks[i].end)
}

// peerLocal accepts a line without a from clause.
func peerLocal(l *line, h *Hop) bool {
	h.Local = true
	return !l.has[from]
}

// peerExim reads "RDNS ([IP] helo=HELO ident=U)" and "[IP] (helo=HELO ident=U)"; the name before the bracket is verified.
func peerExim(l *line, h *Hop) bool {
	i, c := l.nth(from, 0, false), l.nth(from, 0, true)
	if l.count(from) > 1 || i > c && c >= 0 {
		return false
	}
	switch {
	case i >= 0 && l.s[l.toks[i].start] == '[':
		if !l.address(h, l.toks[i].start, l.toks[i].end) {
			return false
		}
		if c >= 0 {
			l.used = c + 1
			return l.eximNames(h, l.toks[c].start, l.toks[c].end)
		}
		return true
	case c < 0 || l.s[l.toks[c].start] != '[':
		return false
	}
	l.used = c + 1
	t := l.toks[c]
	end := t.start + len(firstWord(l.text(t)))
	if !l.address(h, t.start, end) || i >= 0 && !l.setRDNS(h, l.toks[i].start, l.toks[i].end) {
		return false
	}
	h.Verified = h.RDNS != ""
	h.Helo = h.RDNS // Exim leaves helo= out when it says the same
	return l.eximNames(h, end, t.end)
}

// eximNames reads "helo=H ident=U" in s[start:end], and nothing else.
func (l *line) eximNames(h *Hop, start, end int) bool {
	if v, ok := cutAny(l.s[start:end], "HELO "); ok { // MailAnyone's Exim
		h.Helo, h.HostSpan = v, eml.Span{Start: end - len(v), End: end}
		return validHelo(v)
	}
	for _, v := range strings.Fields(l.s[start:end]) {
		name, value, _ := strings.Cut(v, "=")
		if !validHelo(value) {
			return false
		}
		switch name {
		case "helo":
			h.Helo = value
			if h.RDNS == "" {
				i := start + strings.Index(l.s[start:end], v) + len("helo=")
				h.HostSpan = eml.Span{Start: i, End: i + len(value)}
			}
		case "ident":
			h.Ident = value
		case "port":
			if !port(":" + value) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// peerQmail reads "RDNS (HELO H) (ident@IP)", "RDNS (HELO H) [IP]" and "RDNS (ident@IP)". The name is what the PTR record
// says: tcpserver confirms it only when run with -p, which the line does not show.
func peerQmail(l *line, h *Hop) bool {
	i, c := l.nth(from, 0, false), l.nth(from, 0, true)
	if i < 0 || c < 0 || i > c || !l.setRDNS(h, l.toks[i].start, l.toks[i].end) {
		return false
	}
	h.Helo = h.RDNS
	if v, ok := cutAny(l.text(l.toks[c]), "HELO ", "EHLO ", "LHLO "); ok {
		if h.Helo = v; !validHelo(v) {
			return false
		}
		if h.RDNS == "" {
			h.HostSpan = eml.Span{Start: l.toks[c].end - len(v), End: l.toks[c].end}
		}
		c++
	}
	if c >= l.part[from].to || l.count(from) > 1 && l.nth(from, 1, false) != c {
		return false
	}
	l.used = c + 1
	t := l.toks[c]
	start := t.start
	if at := strings.LastIndexByte(l.text(t), '@'); at >= 0 {
		h.Ident = l.s[start : start+at]
		start += at + 1
	}
	return validHelo(h.Ident) && l.address(h, start, t.end)
}

// peerAny reads the peer of an MTA that writes more than one plain form: "HELO (RDNS [IP])", "HELO ([IP])", "HELO (IP)",
// "NAME" or none at all. An address literal alone is a HELO like any other. A name from a lookup stays unverified: these MTAs do not say whether they confirmed it.
func peerAny(l *line, h *Hop) bool {
	c := l.note(from, 0)
	switch {
	case !l.has[from]:
		return peerLocal(l, h)
	case strings.Contains(c, "["):
		return peerPaired(l, h)
	case c != "" && strings.Trim(c, " 0123456789abcdefABCDEF.:") == "":
		return peerBare(l, h)
	}
	return peerNone(l, h)
}

// byHost says whether the host that wrote the line is one of these, or lies under one that begins with a dot.
func (l *line) byHost(names ...string) bool {
	host := strings.ToLower(l.word(by, 0))
	for _, n := range names {
		if host == n || n[0] == '.' && (strings.HasSuffix(host, n) || host == n[1:]) {
			return true
		}
	}
	return false
}

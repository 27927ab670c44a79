package trace

import (
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// rest reads everything after the peer: by, via, with, id, for, date, and the notes among them.
func (l *line) rest(h *Hop) bool {
	if h.By == "" && l.has[by] {
		if l.count(by) != 1 || !validHost(l.word(by, 0)) {
			return false
		}
		h.By = l.word(by, 0)
	}
	if l.secondPeer() || l.count(id) > 1 || l.count(forr) > 1 || !l.protocol(h) {
		return false
	}
	h.ID = strings.Trim(l.word(id, 0), "<>")
	h.For = bare(l.word(forr, 0))
	h.Via = l.phrase(via)
	l.notes(h)
	if n := l.count(with); n > 1 && l.word(with, n-2) == "tls" { // Exim 4.95: (TLS1.3) tls CIPHER
		h.TLS = strings.TrimSpace(firstWord(h.TLS) + " " + l.word(with, n-1))
	}
	h.At, _ = eml.ParseDate(l.date)
	return plainDate(l.date)
}

// plainDate says whether what follows the semicolon can be a date with its comments and no more: otherwise the semicolon is the peer's,
// and the MTA's own clauses stand behind it.
func plainDate(s string) bool {
	return len(s) <= 128 && strings.Count(s, "(") == strings.Count(s, ")") && !strings.ContainsAny(s, "[]<>;@") &&
		!strings.Contains(strings.ToLower(s), " by ")
}

// secondPeer says whether a comment behind the peer holds an address or a lone name, too: then one of the two came out of a HELO with
// brackets, and nobody can say which.
func (l *line) secondPeer() bool {
	for i := max(l.used, l.part[from].from); i < l.part[from].to; i++ {
		if t := l.toks[i]; t.note && !understood(l, t) {
			var h Hop
			if validHost(l.text(t)) {
				return true
			}
			if open := strings.IndexByte(l.text(t), '['); open >= 0 {
				t.start += open
				t.end = t.start + strings.IndexByte(l.text(t), ']') + 1
			}
			if t.end > t.start && l.address(&h, t.start, t.end) {
				return true
			}
		}
	}
	return false
}

// understood says whether a comment is one of those that notes reads.
func understood(l *line, t tok) bool {
	var h Hop
	l.takeNote(&h, l.text(t))
	return h != (Hop{})
}

// protocol reads the with clause: words, and behind a comment nothing but Exim's "tls CIPHER".
func (l *line) protocol(h *Hop) bool {
	h.With = l.phrase(with)
	if n := l.count(with) - len(strings.Fields(h.With)); n > 0 && (n != 2 || l.word(with, l.count(with)-2) != "tls") {
		return false
	}
	if h.With != "" && loginProtocol(h.With) {
		h.Authenticated = true
	}
	return true
}

// loginProtocol says whether the protocol name states a login (RFC 3848, RFC 6531, and Exim's older asmtp).
func loginProtocol(p string) bool {
	switch strings.ToUpper(p) {
	case "ESMTPA", "ESMTPSA", "LMTPA", "LMTPSA", "ASMTP", "UTF8SMTPA", "UTF8SMTPSA", "UTF8LMTPA", "UTF8LMTPSA", "ESMTPAUTH", "HTTPU":
		return true
	}
	return false
}

// notes looks into the comments that the MTA itself wrote: TLS, login, envelope sender.
func (l *line) notes(h *Hop) {
	for i := l.used; i < l.n; i++ {
		if l.toks[i].note {
			l.takeNote(h, l.text(l.toks[i]))
		}
	}
	if i := strings.Index(l.date, "(envelope-from "); i >= 0 && h.EnvelopeFrom == "" {
		if end := commentEnd(l.date, i); end > 0 {
			h.EnvelopeFrom = path(l.date[i+len("(envelope-from ") : end-1])
			l.date = l.date[:i] + l.date[end:]
		}
	}
}

func (l *line) takeNote(h *Hop, c string) {
	if v, ok := cutAny(c, "envelope-from ", "envelope-sender "); ok && h.EnvelopeFrom == "" {
		h.EnvelopeFrom = path(v)
		return
	}
	if v, ok := cutAny(c, "Authenticated sender: ", "authenticated as ", "account ", "SquirrelMail authenticated user ",
		"NaSMail authenticated user ", "AUTH: LOGIN ", "AUTH: PLAIN ", "AUTH: CRAM-MD5 "); ok {
		h.Authenticated = true
		h.AuthUser = firstWord(v)
		return
	}
	if _, ok := cutAny(c, "authenticated bits=", "authenticated (", "Authenticated "); ok {
		h.Authenticated = true
		return
	}
	if t := readTLS(c); t != "" {
		h.TLS = t
	}
}

// readTLS returns "VERSION CIPHER" of a TLS note in the forms of Postfix, Sendmail, Exchange, Gmail and Exim, or "".
func readTLS(c string) string {
	if v, ok := cutAny(c, "using ", "Using "); ok && strings.HasPrefix(v, "TLS") {
		version, more, _ := strings.Cut(v, " ")
		cipher, _ := cutAny(more, "with cipher ")
		return strings.TrimSpace(version + " " + firstWord(cipher))
	}
	if v, ok := cutAny(c, "version="); ok {
		version := firstWord(v)
		_, cipher, _ := strings.Cut(v, "cipher=")
		return strings.TrimSpace(version + " " + firstWord(cipher))
	}
	c = strings.TrimSuffix(c, " encrypted") // T-Online: "with (TLSv1.3:CIPHER encrypted) esmtp"
	if strings.HasPrefix(c, "TLS") && !strings.ContainsAny(c, " \t()") {
		version, cipher, _ := strings.Cut(c, ":")
		cipher, _, _ = strings.Cut(cipher, ":")
		return strings.TrimSpace(version + " " + cipher)
	}
	return ""
}

func firstWord(s string) string {
	if i := strings.IndexAny(s, " \t,;)"); i >= 0 {
		return s[:i]
	}
	return s
}

func cutAny(s string, prefixes ...string) (string, bool) {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return s[len(p):], true
		}
	}
	return "", false
}

// path returns an envelope sender without its brackets; "<>" for the null sender.
func path(s string) string {
	s = strings.TrimSpace(s)
	if s == "<>" {
		return s
	}
	return bare(s)
}

func bare(s string) string {
	for len(s) > 1 && s[0] == '<' && s[len(s)-1] == '>' {
		s = s[1 : len(s)-1]
	}
	return s
}

// validHost says whether s can be a host name or address that an MTA writes for itself or found in the DNS.
func validHost(s string) bool {
	if s == "" || len(s) > 255 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(".-_:[]", c) >= 0) {
			return false
		}
	}
	return true
}

// validHelo says whether s fits into the slot of a HELO or ident: no byte that could end the slot.
func validHelo(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] == 0x7f || strings.IndexByte(`()<>";\,`, s[i]) >= 0 {
			return false
		}
	}
	return len(s) <= 1024
}

// readAddr reads an address as MTAs write it: in square brackets, with IPv6: before it, with a zone, or IPv4-mapped.
func readAddr(s string) (netip.Addr, bool) {
	if strings.Trim(s, "xX.") == "" && strings.Count(s, ".") == 3 {
		return netip.Addr{}, true // masked by whoever published the header
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return a.WithZone("").Unmap(), true
}

// address reads the address in s[start:end] into the hop. A port or zone stays out of the span.
func (l *line) address(h *Hop, start, end int) bool {
	for start < end && l.s[start] == ' ' {
		start++
	}
	if start < end && l.s[start] == '[' {
		i := strings.IndexByte(l.s[start:end], ']')
		if i < 0 || !port(l.s[start+i+1:end]) {
			return false
		}
		start, end = start+1, start+i
	} else if i := strings.LastIndexByte(l.s[start:end], ':'); i > 0 && strings.Count(l.s[start:end], ":") == 1 && port(l.s[start+i:end]) {
		end = start + i
	}
	if end-start > 5 && strings.EqualFold(l.s[start:start+5], "IPv6:") {
		start += 5
	}
	if i := strings.IndexByte(l.s[start:end], ':'); i == end-start-6 || i >= 7 {
		if strings.Count(l.s[start:end], ".") == 3 && port(l.s[start+i:end]) {
			end = start + i // [192.0.2.7:4711]
		}
	}
	if strings.Count(l.s[start:end], ".") == 4 && strings.Count(l.s[start:end], ":") == 0 {
		if i := strings.LastIndexByte(l.s[start:end], '.'); port(":" + l.s[start+i+1:end]) {
			end = start + i // old Exim: [192.0.2.7.4711]
		}
	}
	a, ok := readAddr(l.s[start:end])
	if !ok {
		return false
	}
	if a.IsValid() {
		h.IP, h.IPSpan = a, eml.Span{Start: start, End: end}
	}
	return true
}

// port says whether s is empty or a colon and up to five digits.
func port(s string) bool {
	if s == "" {
		return true
	}
	if s[0] != ':' || len(s) < 2 || len(s) > 6 {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}

// setHelo takes word i as what the peer said.
func (l *line) setHelo(h *Hop, i int) bool {
	h.Helo = l.text(l.toks[i])
	h.HostSpan = eml.Span{Start: l.toks[i].start, End: l.toks[i].end}
	return validHelo(h.Helo)
}

// setRDNS takes s[start:end] as the name that the MTA looked up; "unknown" is none, nor is an address.
func (l *line) setRDNS(h *Hop, start, end int) bool {
	name := strings.TrimSuffix(l.s[start:end], ".")
	switch strings.ToLower(name) {
	case "", "unknown", "<unknown>", "softdnserr":
		return true
	}
	if _, ok := readAddr(name); ok {
		return true // Yahoo and James repeat the address where they found no name
	}
	if !validHost(name) || strings.ContainsAny(name, "[]") {
		return false
	}
	h.RDNS, h.HostSpan = name, eml.Span{Start: start, End: start + len(name)}
	return true
}

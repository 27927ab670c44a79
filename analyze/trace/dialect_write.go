package trace

import (
	"strings"
	"time"
)

// neutral replaces what could end the slot of a HELO, ident or name by "?", as Postfix does (smtpd_peer and smtpd.c).
func neutral(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`<>()\";@,`, r) {
			return '?'
		}
		return r
	}, clip(s, 1024))
}

// word keeps of s what can stand in a slot that only the MTA fills: an id, a recipient, a host.
func word(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`<>()\";,`, r) {
			return '?'
		}
		return r
	}, clip(s, 1024))
}

func clip(s string, n int) string { return s[:min(len(s), n)] }

// mailbox keeps a quoted local part as it stands, as Exim does; anything else that would break the slot becomes "?".
func mailbox(s string) string {
	switch s {
	case "<>":
		return ""
	case "[email protected]": // as some web sites mask addresses; wordEnd knows it, too
		return s
	}
	if len(s) > 1 && s[0] == '"' {
		if end := quoteEnd(s, 0); end > 0 && printable(s[:end]) {
			return s[:end] + word(s[end:])
		}
	}
	return word(s)
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f }) < 0
}

// put writes prefix, s and suffix, or nothing when s is empty.
func put(b *strings.Builder, prefix, s, suffix string) {
	if s != "" {
		b.WriteString(prefix)
		b.WriteString(s)
		b.WriteString(suffix)
	}
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// ip returns the address as MTAs print it, with "IPv6:" before an IPv6 one.
func ip(h Hop) string {
	if h.IP.Is6() {
		return "IPv6:" + h.IP.String()
	}
	return bareIP(h)
}

func bareIP(h Hop) string {
	if !h.IP.IsValid() {
		return "x.x.x.x"
	}
	return h.IP.String()
}

// writePaired writes "from HELO (RDNS [IP])".
func writePaired(b *strings.Builder, h Hop) {
	put(b, "from ", neutral(h.Helo), " ")
	if h.Helo == "" {
		b.WriteString("from ")
	}
	b.WriteByte('(')
	put(b, "IDENT:", neutral(h.Ident), "@")
	switch {
	case h.PTR != "":
		b.WriteString(word(h.PTR) + " [" + ip(h) + "] (may be forged)")
	case h.RDNS == "":
		b.WriteString("[" + ip(h) + "]")
	default:
		b.WriteString(word(h.RDNS) + " [" + ip(h) + "]")
	}
	b.WriteByte(')')
}

// writeBare writes "from HELO ([IP])".
func writeBare(b *strings.Builder, h Hop) {
	put(b, "from ", neutral(h.Helo), " (["+bareIP(h)+"])")
	if h.Helo == "" {
		b.WriteString("from ([" + bareIP(h) + "])")
	}
}

// writeQmail writes "from RDNS (HELO H) (ident@IP)".
func writeQmail(b *strings.Builder, h Hop) {
	b.WriteString("from " + orUnknown(word(h.RDNS)))
	if h.Helo != h.RDNS {
		b.WriteString(" (HELO " + neutral(h.Helo) + ")")
	}
	b.WriteString(" (")
	put(b, "", word(h.Ident), "@") // qmail leaves @ in an ident
	b.WriteString(bareIP(h) + ")")
}

// writeTail writes "by H note with P id X tls for <R>; date", the order of RFC 5321 4.4 and of most MTAs.
func writeTail(b *strings.Builder, h Hop, note string) {
	put(b, " by ", word(h.By), "")
	put(b, " ", note, "")
	put(b, " via ", printableOnly(h.Via), "")
	put(b, " with ", printableOnly(h.With), "")
	put(b, " id ", word(h.ID), "")
	if v, c, _ := strings.Cut(h.TLS, " "); v != "" {
		b.WriteString(" (version=" + word(v))
		put(b, " cipher=", word(c), "")
		b.WriteString(" verify=NO)")
	}
	if h.EnvelopeFrom != "" {
		b.WriteString(" (envelope-from <" + mailbox(h.EnvelopeFrom) + ">)")
	}
	put(b, " for <", mailbox(h.For), ">")
	writeDate(b, h.At)
}

// writeLogin writes the note of a login, where the protocol does not say it already.
func writeLogin(b *strings.Builder, h Hop) {
	switch {
	case h.AuthUser != "":
		b.WriteString(" (Authenticated sender: " + word(h.AuthUser) + ")")
	case h.Authenticated && !loginProtocol(h.With):
		b.WriteString(" (authenticated bits=0)")
	}
}

func printableOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f || strings.ContainsRune(`()\";`, r) {
			return '?'
		}
		return r
	}, s)
}

func writeDate(b *strings.Builder, at time.Time) {
	if !at.IsZero() {
		b.WriteString("; " + at.Format("Mon, 2 Jan 2006 15:04:05 -0700"))
	}
}

// writeAny writes what peerAny reads.
func writeAny(b *strings.Builder, h Hop) {
	switch {
	case h.IP.IsValid():
		writePaired(b, h)
	case h.Helo != "":
		b.WriteString("from " + neutral(h.Helo))
	}
}

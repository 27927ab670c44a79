package compose

import (
	"fmt"
	"time"
)

// Line is what a host knows when it writes a Received field.
type Line struct {
	From Host
	By   string
	M    *Mail
}

// Dialect writes the Received field of one kind of software. The shapes are those of real mail; see analyze/trace for who reads them.
type Dialect func(Line) string

// Hop hands the message to the next host, which takes a while and writes its line.
func Hop(to Host, d Dialect, after time.Duration) Step {
	return func(m *Mail) {
		m.At = m.At.Add(after)
		m.Add("Received", d(Line{m.Host, to.Name, m}))
		m.Host = to
	}
}

// Border is the hop at which the mail comes from outside to a host of the receiver: what the truth is about.
func Border(to Host, d Dialect, after time.Duration) Step {
	return func(m *Mail) {
		m.Truth.Border = &Peer{IP: m.Host.IP, Host: m.Host.RDNS(), Helo: m.Host.HeloName(), By: to.Name}
		if m.Host.Auth == "" {
			m.Zone.Host(m.Host)
		}
		Hop(to, d, after)(m)
		m.Truth.Delivered = m.At
	}
}

func (l Line) date() string { return l.M.At.UTC().Format(time.RFC1123Z) }

// gmt is the date as Exim and Microsoft write it.
func (l Line) gmt() string { return l.M.At.UTC().Format("Mon, 2 Jan 2006 15:04:05 -0700") }

// sender is the envelope sender in angle brackets.
func (l Line) sender() string { return "<" + l.M.envelope() + ">" }

func (m *Mail) envelope() string {
	if m.MailFrom == null {
		return ""
	}
	return m.MailFrom
}

// null is the null reverse-path (RFC 5321 4.5.5), since "" means that the step that writes the letter sets it.
const null = "<>"

// Postfix is Postfix with TLS.
func Postfix(l Line) string {
	with := "ESMTPS"
	auth := ""
	if l.From.Auth != "" {
		with = "ESMTPSA"
		auth = fmt.Sprintf("\r\n\t(Authenticated sender: %s)", l.From.Auth)
	}
	return fmt.Sprintf("from %s (%s [%s])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r\n\t key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)\r\n\t(No client certificate requested)%s\r\n\tby %s (Postfix) with %s id %s\r\n\tfor <%s>; %s",
		l.From.HeloName(), or(l.From.RDNS(), "unknown"), tagged(l.From.IP), auth, l.By, with, l.M.takeQueueID(), l.M.Rcpt, l.date())
}

// PostfixPlain is Postfix without TLS.
func PostfixPlain(l Line) string {
	return fmt.Sprintf("from %s (%s [%s])\r\n\tby %s (Postfix) with ESMTP id %s\r\n\tfor <%s>; %s",
		l.From.HeloName(), or(l.From.RDNS(), "unknown"), tagged(l.From.IP), l.By, l.M.ID(11, hexUpper), l.M.Rcpt, l.date())
}

// tagged writes an address as Postfix and others do: IPv6 with its tag.
func tagged(ip string) string {
	for _, c := range ip {
		if c == ':' {
			return "IPv6:" + ip
		}
	}
	return ip
}

// PostfixLocal is the pickup of Postfix: a script called sendmail.
func PostfixLocal(uid string) Dialect {
	return func(l Line) string {
		return fmt.Sprintf("by %s (Postfix, from userid %s)\r\n\tid %s; %s", l.By, uid, l.M.ID(11, hexUpper), l.date())
	}
}

// Exim is Exim 4.96: the verified name first, the HELO only where it differs.
func Exim(l Line) string {
	with := "esmtps"
	if l.From.Auth != "" {
		with = "esmtpsa"
	}
	return fmt.Sprintf("from %s\r\n\tby %s with %s  (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.96)\r\n\t(envelope-from %s)\r\n\tid %s\r\n\tfor %s;\r\n\t%s",
		l.eximPeer(""), l.By, with, l.sender(), l.eximID(), l.M.Rcpt, l.gmt())
}

func (l Line) eximPeer(ident string) string {
	extra := ""
	helo := l.From.HeloName()
	if helo != l.From.RDNS() {
		extra = " helo=" + helo
	}
	if ident != "" {
		extra += " ident=" + ident
	}
	if l.From.RDNS() == "" {
		return fmt.Sprintf("[%s] (%s)", l.From.IP, extra[1:])
	}
	return fmt.Sprintf("%s ([%s]%s)", l.From.RDNS(), l.From.IP, extra)
}

func (l Line) eximID() string {
	return "1" + l.M.ID(5, mixed) + "-" + l.M.ID(6, mixed) + "-" + l.M.ID(2, mixed)
}

// EximLocal is a script on the host itself that called Exim.
func EximLocal(user string) Dialect {
	return func(l Line) string {
		return fmt.Sprintf("from %s by %s with local (Exim 4.96)\r\n\t(envelope-from %s)\r\n\tid %s\r\n\tfor %s; %s",
			user, l.By, l.sender(), l.eximID(), l.M.Rcpt, l.gmt())
	}
}

// PPEExim is the border of Proofpoint Essentials as it wrote its line until 2020; ident is what the peer's identd said.
func PPEExim(ident string) Dialect {
	return func(l Line) string {
		return fmt.Sprintf("from %s\r\n by %s with esmtps (TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256)\r\n (Exim 4.84_2) (envelope-from %s) id %s\r\n for %s; %s",
			l.eximPeer(ident), l.By, l.sender(), "1"+l.M.ID(5, mixed)+"-"+l.M.ID(6, mixed)+"-"+l.M.ID(2, mixed), l.M.Rcpt, l.gmt())
	}
}

// PPE is the border of Proofpoint Essentials today: Postfix under another name.
func PPE(l Line) string {
	return fmt.Sprintf("from %s (%s [%s])\r\n\t(using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits))\r\n\t(No client certificate requested)\r\n\tby %s (PPE Hosted ESMTP Server) with ESMTPS id %s\r\n\tfor <%s>; %s (UTC)",
		l.From.HeloName(), or(l.From.RDNS(), "unknown"), tagged(l.From.IP), l.By, l.M.ID(11, hexUpper), l.M.Rcpt, l.date())
}

// PPEInner is a hop inside Proofpoint Essentials.
func PPEInner(l Line) string {
	return fmt.Sprintf("from %s (unknown [%s])\r\n\tby %s (PPE Hosted ESMTP Server) with ESMTP id %s;\r\n\t%s (UTC)",
		l.From.HeloName(), l.From.IP, l.By, l.M.ID(11, hexUpper), l.date())
}

// Exchange is a hop of Exchange Online. Addresses stand in round brackets.
func Exchange(id, via string) Dialect {
	return func(l Line) string {
		by := l.By
		if ip := exchangeIP[l.By]; ip != "" {
			by += " (" + ip + ")"
		}
		if via != "" {
			via = " " + via
		}
		return fmt.Sprintf("from %s (%s)\r\n by %s with Microsoft SMTP\r\n Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id\r\n %s%s; %s",
			l.From.HeloName(), l.From.IP, by, id, via, l.gmt())
	}
}

// exchangeIP is the address that a Microsoft host gives for itself.
var exchangeIP = map[string]string{}

// MAPI is the hop at which Outlook hands a message to its mailbox server.
func MAPI(id string) Dialect {
	return func(l Line) string {
		return fmt.Sprintf("from %s\r\n ([fe80::a455:2f63:bad2:334a]) by %s\r\n ([fe80::a455:2f63:bad2:334a%%6]) with mapi id %s; %s",
			l.By, l.By, id, l.gmt())
	}
}

// HTTPS is the last hop inside Exchange Online: store driver to mailbox.
func HTTPS(l Line) string {
	return fmt.Sprintf("from %s (%s)\r\n by %s with HTTPS; %s", l.From.HeloName(), l.From.IP, l.By, l.gmt())
}

// Gmail is the border of Google: rDNS with a final dot.
func Gmail(l Line) string {
	return fmt.Sprintf("from %s (%s [%s])\r\n        by %s with ESMTPS id %s.%s.2026.%s\r\n        for <%s>\r\n        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n        %s (PST)",
		l.From.HeloName(), dotted(l.From.RDNS()), l.From.IP, l.By, l.M.ID(26, hexLower+"ghjkmnpqrstvw"), l.M.ID(3, digits), l.M.At.UTC().Format("01.02.15.04.05"), l.M.Rcpt,
		l.M.At.In(time.FixedZone("", -8*3600)).Format(time.RFC1123Z))
}

func dotted(name string) string {
	if name == "" {
		return "unknown"
	}
	return name + "."
}

// GmailInner is a hop inside Google: a line that names no peer.
func GmailInner(l Line) string {
	return fmt.Sprintf("by 2002:a05:6a10:%s:b0:%s:%s:%s with SMTP id %s;\r\n        %s (PST)",
		l.M.ID(4, hexLower), "583", l.M.ID(4, hexLower), l.M.ID(4, hexLower), l.M.ID(14, hexLower+"pqrvx"), l.M.At.In(time.FixedZone("", -8*3600)).Format(time.RFC1123Z))
}

// Mimecast is the border of Mimecast.
func Mimecast(l Line) string {
	return fmt.Sprintf("from %s (%s [%s])\r\n by %s with ESMTP with STARTTLS (version=TLSv1.2,\r\n cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id us-mta-%s-%s-1;\r\n %s",
		l.From.HeloName(), or(l.From.RDNS(), "unknown"), l.From.IP, l.By, l.M.ID(3, digits), l.M.ID(22, mixed), l.date())
}

// Sendmail is sendmail 8.
func Sendmail(l Line) string {
	peer := fmt.Sprintf("%s [%s]", l.From.RDNS(), l.From.IP)
	if l.From.RDNS() == "" {
		peer = "[" + l.From.IP + "]"
	}
	return fmt.Sprintf("from %s (%s)\r\n\tby %s (8.17.1/8.17.1) with ESMTPS id %s\r\n\t(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NO)\r\n\tfor <%s>; %s",
		l.From.HeloName(), peer, l.By, l.M.ID(8, hexUpper)+l.M.ID(6, digits), l.M.Rcpt, l.gmt())
}

// Qmail is netqmail.
func Qmail(l Line) string {
	return fmt.Sprintf("from %s (HELO %s) (%s)\r\n  by %s with SMTP; %s",
		or(l.From.RDNS(), "unknown"), l.From.HeloName(), l.From.IP, l.By, l.M.At.UTC().Format("2 Jan 2006 15:04:05 -0000"))
}

// LMTP is Dovecot's delivery.
func LMTP(l Line) string {
	return fmt.Sprintf("from %s\r\n\tby %s with LMTP\r\n\tid %s\r\n\t(envelope-from %s)\r\n\tfor <%s>; %s",
		l.From.Name, l.By, l.M.ID(22, mixed), l.sender(), l.M.Rcpt, l.date())
}

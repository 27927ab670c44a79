package compose

import (
	"fmt"
	"time"
)

// The senders: hosts, their domains, and origins that several families use.

// The hosts that send from outside.
var (
	formHost    = Host{Name: "webhoster.someformservice.com", IP: "203.0.113.10"}
	formHostTwo = Host{Name: "webhoster.someformservice.com", IP: "203.0.113.77"}
	ownWeb      = Host{Name: "www.widget.com", IP: "198.51.100.5"}
	partnerMail = Host{Name: "mail.partner.example", IP: "203.0.113.20"}
	mailchimp   = Host{Name: "mail12.atl11.rsgsv.net", IP: "198.51.100.40"}
	constant    = Host{Name: "ccm18.constantcontact.com", IP: "198.51.100.44"}
	botHost     = Host{Name: "203-0-113-200.dyn.isp.example", IP: "203.0.113.200", Helo: "203-0-113-200.dyn.isp.example"}
)

// partner is a well-kept domain: SPF, DKIM and DMARC.
var partner = Domain{Name: "partner.example", SPF: "v=spf1 ip4:203.0.113.20 -all", DMARC: "v=DMARC1; p=quarantine", MX: partnerMail}

// At puts the message on a host.
func At(h Host) Step {
	return func(m *Mail) { m.Host = h }
}

// Envelope sets the envelope sender and, where it differs from To, the recipient.
func Envelope(from, rcpt string) Step {
	return func(m *Mail) { m.MailFrom, m.Rcpt = or(from, m.MailFrom), or(rcpt, m.Rcpt) }
}

// Outlook writes a letter in Outlook-like order on a desktop behind the host, which hands it to the domain's mail server.
func FromDesktop(l Letter, d Domain, relay Host) Step {
	return On(
		Publish(d),
		At(Host{Name: "desk-14." + d.Name, IP: "10.40.3.14", PTR: "-", Helo: "[10.40.3.14]", Auth: addrOf(l.From)}),
		Write(l),
		Hop(relay, Postfix, time.Second),
	)
}

// partnerKey signs for partner.example.
var partnerKey = Sign{Domain: "partner.example", Selector: "mail2025", Key: "alpha"}

// mailchimpKey and constantKey sign for the services themselves.
var (
	mailchimpKey = Sign{Domain: "mail12.atl11.rsgsv.net", Selector: "k1", Key: "bravo"}
	constantKey  = Sign{Domain: "auth.ccsend.com", Selector: "1000073432", Key: "bravo"}
)

// webFormLetter is what a contact form writes as its own domain.
func webFormLetter(domain string) Letter {
	return Letter{
		From: fmt.Sprintf("\"Widget web form\" <forms@%s>", domain), To: "sales@" + domain, Subject: "Information request",
		Text: `
A visitor has filled in the form "Information request" on www.widget.com.

Name:     Marie Tremblay
Company:  Atelier Nord
E-mail:   marie@atelier-nord.example
Phone:    +1 555 0100

Message:
We run a small workshop and need about four hundred type B widgets before
the end of April. Could you tell us the price per piece, and whether you
deliver to the north shore? We would also like to see the new colour chart.

Sent on behalf of the visitor. Please answer to the address above.
`,
		Below: []Field{{"X-Mailer", "PHPMailer 6.8.0 (https://github.com/PHPMailer/PHPMailer)"}},
	}
}

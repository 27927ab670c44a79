package compose

import (
	"fmt"
	"strings"
	"time"
)

// The receivers: organisations with the filter that they run. Each is a step that takes the message from the host that has it
// now, over the border, to the mailbox or the quarantine.

// The hosts of the receivers. Where one filter hands over to another, the next one knows it by the range of its addresses, so those two
// are real.
var (
	ppeOld   = Host{Name: "us5.ppe-hosted.com", IP: "192.0.2.20"}
	ppeMX    = Host{Name: "mx1-us1.ppe-hosted.com", IP: "192.0.2.21"}
	ppeOut   = Host{Name: "dispatch1-us1.ppe-hosted.com", IP: "67.231.154.162"}
	eopMX    = Host{Name: "MW2NAM04FT012.mail.protection.outlook.com", IP: "192.0.2.30"}
	googleMX = Host{Name: "mx.google.com", IP: "192.0.2.40"}
	ownMX    = Host{Name: "mx.example.org", IP: "192.0.2.10"}
	ownIMAP  = Host{Name: "imap.example.org", IP: "10.20.0.5"}
	eximMX   = Host{Name: "mail.quarry.example", IP: "192.0.2.14"}
	mimeMX   = Host{Name: "relay.mimecast.com", IP: "205.139.110.120"}
)

// The receiving domains.
var (
	widget  = Domain{Name: "widget.com", SPF: "v=spf1 ip4:198.51.100.0/28 include:spf.protection.outlook.com -all", DMARC: "v=DMARC1; p=quarantine; rua=mailto:dmarc@widget.com", MX: ppeMX}
	tripoli = Domain{Name: "tripoli-quebec.org", SPF: "v=spf1 include:spf.protection.outlook.com ~all", DMARC: "v=DMARC1; p=none", MX: ppeMX}
	exorg   = Domain{Name: "example.org", SPF: "v=spf1 ip4:192.0.2.10 -all", DMARC: "v=DMARC1; p=reject", MX: ownMX}
	quarry  = Domain{Name: "quarry.example", SPF: "v=spf1 mx -all", DMARC: "v=DMARC1; p=quarantine", MX: eximMX}
	harbour = Domain{Name: "harbour.example", SPF: "v=spf1 include:spf.protection.outlook.com -all", DMARC: "v=DMARC1; p=quarantine", MX: Host{Name: "harbour-example.mail.protection.outlook.com", IP: "192.0.2.31"}}
	meadow  = Domain{Name: "meadow.example", SPF: "v=spf1 include:_spf.google.com ~all", DMARC: "v=DMARC1; p=none", MX: Host{Name: "aspmx.l.google.com", IP: "192.0.2.41"}}
	bakery  = Domain{Name: "bakery.example", SPF: "v=spf1 include:_netblocks.mimecast.com -all", DMARC: "v=DMARC1; p=quarantine", MX: Host{Name: "us-smtp-inbound-1.mimecast.com", IP: "192.0.2.51"}}
)

// widgetProfile states what widget.com knows of itself.
const widgetProfile = `# widget.com: Proofpoint Essentials in front of the mailboxes
domains: [widget.com]
sending-servers: [198.51.100.0/28]
border: ["*.ppe-hosted.com"]
filter: proofpoint-essentials
`

// exampleProfile is that of example.org, which runs its own Postfix.
const exampleProfile = `# example.org: own Postfix and Dovecot
domains: [example.org]
sending-servers: [192.0.2.10]
border: [mx.example.org]
authserv-ids: [mx.example.org]
`

// ViaPPEExim is Proofpoint Essentials as it was in 2020: one line by Exim, no field with a reason.
func ViaPPEExim(ident string) Step {
	return On(Publish(widget), Border(ppeOld, PPEExim(ident), 3*time.Second), returnPath)
}

// ViaPPE is Proofpoint Essentials: the border, and hops inside with private addresses. It keeps its reasons in its log.
func ViaPPE(org Domain) Step {
	return On(
		Publish(org),
		Border(ppeMX, PPE, 2*time.Second),
		Stamp("X-Virus-Scanned", "Proofpoint Essentials engine"),
		Hop(Host{Name: "us4-mdac16-59.ut7.mdlocal", IP: "10.7.66.50"}, ppeBack(ppeMX.Name), time.Second),
		func(m *Mail) { m.Add("X-MDID", fmt.Sprintf("%d-%s", m.At.Unix(), m.ID(12, mixed))) },
		returnPath,
	)
}

// ppeBack writes the line with which the engine hands the message back to the border host of Proofpoint Essentials.
func ppeBack(by string) Dialect {
	return func(l Line) string {
		l.From, l.By = Host{Name: "us4-mdac16-59.ut7.mdlocal", IP: "10.7.66.50"}, by
		return PPEInner(l)
	}
}

func returnPath(m *Mail) { m.Add("Return-Path", "<"+m.envelope()+">") }

// ViaPostfix is an own Postfix with OpenDKIM and OpenDMARC, which write their result under the border's line, and Dovecot.
func ViaPostfix(m *Mail) {
	Publish(exorg)(m)
	milters(m, ownMX.Name)
	Border(ownMX, Postfix, 2*time.Second)(m)
	Hop(ownIMAP, LMTP, time.Second)(m)
	m.Add("Delivered-To", m.Rcpt)
	returnPath(m)
}

// ViaExim is an own Exim.
func ViaExim(m *Mail) {
	Publish(quarry)(m)
	Border(eximMX, Exim, 2*time.Second)(m)
	authResults(m, eximMX.Name)
	m.Add("Delivery-date", m.At.UTC().Format(time.RFC1123Z))
	m.Add("Envelope-to", m.Rcpt)
	m.Add("Return-path", "<"+m.envelope()+">")
}

// ViaGoogle is Google Workspace.
func ViaGoogle(m *Mail) {
	Publish(meadow)(m)
	peer := m.Host
	authResults(m, googleMX.Name)
	m.Add("Received-SPF", fmt.Sprintf("%s (google.com: %s) client-ip=%s;", m.Truth.SPF, googleSPF(m, peer), peer.IP))
	Border(googleMX, Gmail, time.Second)(m)
	returnPath(m)
	Hop(Host{Name: "2002:a05:6a10::", IP: "10.0.0.9"}, GmailInner, 0)(m)
	m.Add("Delivered-To", m.Rcpt)
}

func googleSPF(m *Mail, peer Host) string {
	switch m.Truth.SPF {
	case "pass":
		return fmt.Sprintf("domain of %s designates %s as permitted sender", m.MailFrom, peer.IP)
	case "none":
		return fmt.Sprintf("%s does not designate permitted sender hosts", domainOf(m.MailFrom))
	case "permerror":
		return fmt.Sprintf("permanent error in processing during lookup of %s", m.MailFrom)
	}
	return fmt.Sprintf("domain of %s does not designate %s as permitted sender", m.MailFrom, peer.IP)
}

// ViaMimecast is Mimecast in front of an own Exchange.
func ViaMimecast(m *Mail) {
	Publish(bakery)(m)
	m.Zone.Host(mimeMX)
	Border(mimeMX, Mimecast, 2*time.Second)(m)
	m.Add("X-MC-Unique", m.ID(22, mixed)+"-1")
	authResults(m, mimeMX.Name)
	Hop(Host{Name: "EX01.bakery.example", IP: "10.1.1.25"}, exchangeOwn, time.Second)(m)
	m.Trail(Field{"X-Mimecast-Spam-Score", "2"})
	returnPath(m)
}

func exchangeOwn(l Line) string {
	l.From = Host{Name: mimeMX.Name, IP: mimeMX.IP}
	l.By += " (10.1.1.25)"
	return Exchange("15.2.1544.11", "via Frontend Transport")(l)
}

// milters writes what OpenDKIM and OpenDMARC write: each names the queue id of the line that will stand above.
func milters(m *Mail, host string) {
	m.Add("Authentication-Results", host+";"+dkimResults(m))
	m.Add("DKIM-Filter", "OpenDKIM Filter v2.11.0 "+host+" "+m.QueueID())
	m.Add("Authentication-Results", host+";"+spfResult(m)+";"+dmarcResult(m))
	m.Add("DMARC-Filter", "OpenDMARC Filter v1.4.2 "+host+" "+m.QueueID())
}

// authResults writes Authentication-Results (RFC 8601) with what holds at this moment.
func authResults(m *Mail, authserv string) {
	m.Add("Authentication-Results", authserv+";"+dkimResults(m)+";"+spfResult(m)+";"+dmarcResult(m))
}

func dkimResults(m *Mail) string {
	if len(m.Sigs) == 0 {
		return "\r\n\tdkim=none"
	}
	var out []string
	for _, s := range m.Sigs {
		out = append(out, fmt.Sprintf("\r\n\tdkim=%s%s header.d=%s header.s=%s header.b=%s", s.Result, s.words(), s.Domain, s.Selector, s.B))
	}
	return strings.Join(out, ";")
}

func spfResult(m *Mail) string {
	return fmt.Sprintf("\r\n\tspf=%s smtp.mailfrom=%s", m.Truth.SPF, or(m.envelope(), "postmaster@"+m.Host.HeloName()))
}

func dmarcResult(m *Mail) string {
	return fmt.Sprintf("\r\n\tdmarc=%s header.from=%s", or(m.Truth.DMARC, "none"), domainOf(addrOf(m.Get("From"))))
}

func (s *Signature) words() string {
	switch {
	case s.Result == "pass":
		return ""
	case s.Broken == "body" || s.Broken == "both": // the body is looked at first
		return " (body hash did not verify)"
	case s.Broken == "key":
		return " (no key for signature)"
	case s.Broken == "expired":
		return " (signature expired)"
	case s.Broken == "length":
		return " (body length tag not accepted)"
	}
	return " (signature did not verify)"
}

// quarryProfile is that of quarry.example, which runs its own Exim with SpamAssassin.
const quarryProfile = `# quarry.example: own Exim
domains: [quarry.example]
sending-servers: [192.0.2.14]
border: [mail.quarry.example]
authserv-ids: [mail.quarry.example]
`

// receiver is an organisation, a mailbox there, and what it states about itself.
type receiver struct {
	mailbox, profile string
	via              Step
}

// The receivers that take mail of any origin.
var (
	eximSite      = receiver{"office@quarry.example", quarryProfile, ViaExim}
	googleSite    = receiver{"office@meadow.example", meadowProfile, ViaGoogle}
	mimecastSite  = receiver{"orders@bakery.example", bakeryProfile, ViaMimecast}
	microsoftSite = receiver{"purchasing@harbour.example", microsoftProfile, ViaMicrosoft}
	ppeSite       = receiver{"anna@widget.com", widgetProfile, ViaPPE(widget)}
)

// meadowProfile is that of meadow.example, whose mailboxes are at Google.
const meadowProfile = `# meadow.example: Google Workspace
domains: [meadow.example]
filter: google-workspace
`

// bakeryProfile is that of bakery.example, which has Mimecast in front of its own Exchange.
const bakeryProfile = `# bakery.example: Mimecast in front of an own Exchange
domains: [bakery.example]
filter: mimecast
`

package compose

import (
	"fmt"
	"strconv"
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

// ViaMicrosoft is Microsoft 365, which here believes DMARC; its verdict fields stand at the end of the header.
func ViaMicrosoft(m *Mail) {
	v := Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "I"}
	if m.Truth.DMARC == "fail" {
		v = Verdict{SFV: "SPM", SCL: 5, CAT: "SPOOF", Dest: "J"}
	}
	Microsoft(harbour, v)(m)
}

// Verdict is what Microsoft 365 writes about a message.
type Verdict struct {
	SFV, CAT, Dest string
	SCL, BCL       int
	CompAuth       string // compauth=; empty: from DMARC
	Hidden         bool   // a filter in front has taken the mail over the border
	Bulk           bool   // the bulk threshold was hit
	Extra          string // more pairs in the report, with the final semicolon
	Client         *Host  // the true client, where enhanced filtering finds it behind that filter
}

// Microsoft is Microsoft 365 for org.
func Microsoft(org Domain, v Verdict) Step {
	return func(m *Mail) {
		Publish(org)(m)
		peer := m.Host
		if v.Client != nil {
			peer = *v.Client
		}
		m.Add("Received-SPF", microsoftSPF(m, peer))
		m.Add("Authentication-Results", microsoftAuth(m, peer, v))
		if v.Hidden {
			Hop(eopMX, eopBorder, 2*time.Second)(m)
		} else {
			Border(eopMX, eopBorder, 2*time.Second)(m)
		}
		m.Host = Host{Name: "MW2NAM04FT012.eop-NAM04.prod.protection.outlook.com", IP: "2603:10b6:303:8f::1c"}
		Hop(Host{Name: "MW4PR03CA0123.outlook.office365.com", IP: "2603:10b6:303:8f::23"}, exchangeFront, time.Second)(m)
		m.Host = Host{Name: "MW4PR03CA0123.namprd03.prod.outlook.com", IP: "2603:10b6:303:8f::23"}
		Hop(Host{Name: "CO6PR03MB6241.namprd03.prod.outlook.com", IP: "2603:10b6:5:350::15"}, Exchange("15.20.9654.14", ""), time.Second)(m)
		Hop(Host{Name: "CO6PR03MB6241.namprd03.prod.outlook.com", IP: "2603:10b6:5:350::15"}, HTTPS, time.Second)(m)
		m.Trail(Field{"Return-Path", m.envelope()})
		microsoftTrailer(m, peer, v)
	}
}

func eopBorder(l Line) string {
	l.By += " (10.13.31.17)"
	return Exchange("15.20.9654.11", "via Frontend Transport")(l)
}

func exchangeFront(l Line) string {
	l.By += " (2603:10b6:303:8f::23)"
	return Exchange("15.20.9654.20", "via Frontend Transport")(l)
}

func microsoftSPF(m *Mail, peer Host) string {
	d := domainOf(m.MailFrom)
	switch m.Truth.SPF {
	case "pass":
		return fmt.Sprintf("Pass (protection.outlook.com: domain of %s designates\r\n %s as permitted sender) receiver=protection.outlook.com;\r\n client-ip=%s; helo=%s; pr=C", d, peer.IP, peer.IP, peer.HeloName())
	case "none":
		return fmt.Sprintf("None (protection.outlook.com: %s does not designate\r\n permitted sender hosts)", d)
	}
	return fmt.Sprintf("%s (protection.outlook.com: domain of %s does not\r\n designate %s as permitted sender) receiver=protection.outlook.com;\r\n client-ip=%s; helo=%s;",
		strings.ToUpper(m.Truth.SPF[:1])+m.Truth.SPF[1:], d, peer.IP, peer.IP, peer.HeloName())
}

func microsoftAuth(m *Mail, peer Host, v Verdict) string {
	dkim := "dkim=none (message not signed)\r\n header.d=none"
	if len(m.Sigs) > 0 {
		s := m.Sigs[0]
		dkim = fmt.Sprintf("dkim=%s (%s)\r\n header.d=%s", s.Result, microsoftWords(s), s.Domain)
	}
	action, comp := "none", "pass reason=100"
	if m.Truth.DMARC == "fail" {
		action, comp = "quarantine", "fail reason=000"
	}
	if m.Truth.DMARC == "none" {
		comp = "softpass reason=202"
	}
	return fmt.Sprintf("spf=%s (sender IP is %s)\r\n smtp.mailfrom=%s; %s; dmarc=%s\r\n action=%s header.from=%s;compauth=%s", m.Truth.SPF, peer.IP,
		domainOf(m.MailFrom), dkim, m.Truth.DMARC, action, domainOf(addrOf(m.Get("From"))), or(v.CompAuth, comp))
}

func microsoftWords(s *Signature) string {
	switch {
	case s.Result == "pass":
		return "signature was verified"
	case s.Broken == "body" || s.Broken == "both": // the body is looked at first
		return "body hash did not verify"
	case s.Broken == "key":
		return "no key for signature"
	case s.Broken == "expired":
		return "signature timestamp exipred"
	}
	return "signature did not verify"
}

func microsoftTrailer(m *Mail, peer Host, v Verdict) {
	m.Trail([]Field{
		{"X-MS-Exchange-Organization-ExpirationStartTime", m.At.UTC().Format("02 Jan 2006 15:04:05.0000 (UTC)")},
		{"X-MS-Exchange-Organization-Network-Message-Id", "5f0d3c1e-" + m.ID(4, hexLower) + "-4a6e-8b0d-" + m.ID(12, hexLower)},
		{"X-EOPAttributedMessage", "0"},
		{"X-MS-Exchange-Organization-MessageDirectionality", "Incoming"},
		{"X-MS-Exchange-Organization-AuthSource", "MW2NAM04FT012.eop-NAM04.prod.protection.outlook.com"},
		{"X-MS-Exchange-Organization-AuthAs", "Anonymous"},
		{"X-MS-Exchange-Organization-SCL", fmt.Sprint(v.SCL)},
		{"X-Microsoft-Antispam", fmt.Sprintf("BCL:%d;ARA:13230040|35042699022;", v.BCL)},
		{"X-Forefront-Antispam-Report", fmt.Sprintf("CIP:%s;CTRY:US;LANG:en;SCL:%d;SRV:%s;\r\n IPV:NLI;SFV:%s;H:%s;PTR:%s;CAT:%s;\r\n %sSFS:(13230040)(35042699022);DIR:INB;",
			peer.IP, v.SCL, bulk(v), v.SFV, peer.HeloName(), or(peer.RDNS(), "InfoDomainNonexistent"), v.CAT, v.Extra)},
		{"X-MS-Exchange-CrossTenant-OriginalArrivalTime", m.At.UTC().Format("02 Jan 2006 15:04:05.0000 (UTC)")},
		{"X-MS-Exchange-CrossTenant-Id", harbourTenant},
		{"X-MS-Exchange-CrossTenant-AuthAs", "Anonymous"},
		{"X-MS-Exchange-CrossTenant-FromEntityHeader", "Internet"},
		{"X-Microsoft-Antispam-Mailbox-Delivery", "ucf:0;jmr:0;auth:0;dest:" + or(v.Dest, "I") + ";ENG:(910005)(944506478);"},
	}...)
}

func bulk(v Verdict) string {
	if v.Bulk {
		return "BULK"
	}
	return ""
}

// harbourTenant is the tenant of harbour.example.
const harbourTenant = "6b1f7c1a-90f1-4d0e-9f51-3f1d2c6b8a10"

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

// SpamAssassin writes what the receiver's own SpamAssassin said on top of the header, as spamc does. The tests carry the points of
// the site, so a name that begins with LOCAL_ is a rule of its own.
func SpamAssassin(tests ...string) Step {
	return func(m *Mail) {
		score, flag := 0.0, "No"
		for _, t := range tests {
			_, points, _ := strings.Cut(t, "=")
			p, err := strconv.ParseFloat(points, 64)
			if err != nil {
				panic("compose: " + m.Name + ": " + err.Error())
			}
			score += p
		}
		if score >= 5 {
			flag = "Yes"
			m.Add("X-Spam-Flag", "YES")
		}
		m.Add("X-Spam-Status", fmt.Sprintf("%s, score=%.1f required=5.0 tests=%s\r\n\tautolearn=no autolearn_force=no version=4.0.1", flag, score, strings.Join(tests, ",\r\n\t")))
		m.Add("X-Spam-Level", strings.Repeat("*", int(max(score, 0))))
		m.Add("X-Spam-Checker-Version", "SpamAssassin 4.0.1 (2024-03-26) on "+m.Host.Name)
	}
}

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

package compose

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The hosts of a signature service between two passes through Microsoft 365, as a real header shows them.
var (
	outlookServer = Host{Name: "SN6PR05MB4415.namprd05.prod.outlook.com", IP: "2603:10b6:805:3a::13"}
	outlookSecond = Host{Name: "SN6PR05MB4736.namprd05.prod.outlook.com", IP: "2603:10b6:805:92::28"}
	outlookOut    = Host{Name: "NAM12-MW2-obe.outbound.protection.outlook.com", IP: "104.47.66.49", PTR: "mail-mw2nam12lp2049.outbound.protection.outlook.com"}
	outlookOutTwo = Host{Name: "NAM11-DM6-obe.outbound.protection.outlook.com", IP: "40.107.220.170", PTR: "mail-dm6nam11lp2170.outbound.protection.outlook.com"}
	exclaimer     = Host{Name: "us2.smtp.exclaimer.net", IP: "198.51.100.70"}
	eopReturn     = Host{Name: "SN1NAM02FT0039.mail.protection.outlook.com", IP: "10.152.72.98"}
	strangerMail  = Host{Name: "DM5PR11MB1234.namprd11.prod.outlook.com", IP: "2603:10b6:4:a8::22"}
)

// tripoliProfile states what tripoli-quebec.org knows of itself.
const tripoliProfile = `# tripoli-quebec.org: mailboxes in Microsoft 365, Proofpoint Essentials as MX
domains: [tripoli-quebec.org]
border: ["*.ppe-hosted.com"]
filter: proofpoint-essentials
microsoft-365: {tenant: 1f0c7d5a-2b7e-4a60-8d43-9f3f6a1b5c22}
`

// tripoliTenant is the tenant of tripoli-quebec.org; strangerTenant that of somebody else.
const (
	tripoliTenant  = "1f0c7d5a-2b7e-4a60-8d43-9f3f6a1b5c22"
	strangerTenant = "c7a1e0b9-5d34-4f4f-a1c2-0e8f3b7d9a55"
)

// loops: mail between colleagues leaves Microsoft 365 for a signature service and comes back through the MX.
func loops() []Case {
	truth := func(damage string) Truth {
		return Truth{FalsePositive: true, Cause: "signature-service-loop", Not: []string{"forged-own-domain", "marketing-service-own-domain"}, Origin: "Outlook", Damage: damage}
	}
	speaks := []string{"spoof.own-domain"}
	return []Case{
		{
			Name: "exclaimer-loop", Twin: "exclaimer-loop-forged", Start: "2020-02-24T16:21:29Z",
			What:    "A colleague's mail leaves Microsoft 365 for Exclaimer, which adds a signature, and comes back through the MX; Microsoft signs when it leaves for good.",
			Profile: tripoliProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{colleague("7bit"), throughExclaimer(FooterText(exclaimerFooter)), ViaPPE(tripoli)},
			Truth:  truth("signature added before signing"),
			Expect: Expect{Decision: "quarantine", Stage: "anti-spoof", Speaks: append(speaks, "spf.pass", "dkim.pass", "dmarc.pass"), Silent: []string{"dkim.body-changed"}},
		},
		{
			Name: "exclaimer-loop-unchanged", Twin: "exclaimer-loop-forged", Start: "2020-02-24T16:21:29Z",
			What:    "The same, but Exclaimer has nothing to add and hands the message back as it was.",
			Profile: tripoliProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{colleague("7bit"), throughExclaimer(), ViaPPE(tripoli)},
			Truth:  truth(""),
			Expect: Expect{Decision: "quarantine", Speaks: append(speaks, "dkim.pass", "dmarc.pass"), Silent: []string{"dkim.body-changed"}},
		},
		{
			Name: "exclaimer-loop-footer-after-signing", Twin: "exclaimer-loop", Start: "2020-02-24T16:21:29Z",
			What:    "The tenant signs before the message goes to Exclaimer and not again, so the added signature breaks it; the service's own address is not in SPF.",
			Profile: tripoliProfile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{colleague("7bit"), signedOut, exclaimerHop(FooterText(exclaimerFooter)), ViaPPE(tripoli)},
			Truth:  truth("signature added after signing"),
			Expect: Expect{Decision: "quarantine", Speaks: append(speaks, "dkim.body-changed", "spf.softfail"), Silent: []string{"dkim.header-changed", "dkim.pass"}},
		},
		{
			Name: "exclaimer-loop-reencoded", Twin: "exclaimer-loop-unchanged", Start: "2020-02-24T16:21:29Z",
			What:    "As before, but the service only changes the transfer encoding from 8bit to quoted-printable.",
			Profile: tripoliProfile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{colleague("8bit"), signedOut, exclaimerHop(Reencode("quoted-printable")), ViaPPE(tripoli)},
			Truth:  truth("8bit to quoted-printable after signing"),
			Expect: Expect{Decision: "quarantine", Speaks: append(speaks, "dkim.body-changed"), Silent: []string{"dkim.header-changed", "dkim.pass"}},
		},
		{
			Name: "exclaimer-loop-forged", Twin: "exclaimer-loop", Start: "2020-02-24T16:21:29Z",
			What:    "A stranger with a tenant of his own at Microsoft 365 sends as tripoli-quebec.org: the same hosts, another tenant, no key.",
			Profile: tripoliProfile, SPF: "pass", DMARC: "fail",
			Steps: []Step{
				At(strangerMail), Envelope("accounts@stranger.example", "paul@tripoli-quebec.org"),
				Publish(Domain{Name: "stranger.example", SPF: "v=spf1 include:spf.protection.outlook.com -all"}),
				Write(Letter{
					From: "Yves Lacombe <yves@tripoli-quebec.org>", To: "paul@tripoli-quebec.org", Subject: "Are you at your desk?",
					Text: `
Paul,

I am in a meeting and cannot take calls. I need you to pay an invoice for me before three o'clock, the supplier will stop the delivery otherwise. Tell me when you are at your desk and I will send you the bank details. Keep this between us for now.

Yves
Sent from my phone
`,
					Below: outlookFields(strangerTenant),
				}),
				Hop(strangerMail, MAPI("15.20.2772.009"), 0),
				DKIM(Sign{Domain: "stranger.onmicrosoft.example", Selector: "selector1", Key: "delta"}),
				toOutbound(outlookOut), ViaPPE(tripoli),
			},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"signature-service-loop", "web-form-unlisted-server", "marketing-service-own-domain"}, Origin: "stranger's tenant"},
			Expect: Expect{Decision: "quarantine", Speaks: append(speaks, "spf.pass"), Silent: []string{"dmarc.pass", "rule.allow"}},
		},
		{
			Name: "tenant-loop", Twin: "tenant-loop-forged", Start: "2020-02-24T16:21:29Z",
			What:    "The same loop as the filter sees it that does not know the tenant: no mark of the service is left, and the tenant's signature holds.",
			Profile: tripoliNoTenant, SPF: "pass", DMARC: "pass",
			Steps:  []Step{colleague("7bit"), signedOut, ViaPPE(tripoli)},
			Truth:  Truth{FalsePositive: true, Cause: "signature-service-loop", Not: []string{"forged-own-domain", "own-server-unlisted"}, Origin: "Outlook"},
			Expect: Expect{Decision: "quarantine", Stage: "anti-spoof", Speaks: append(speaks, "dkim.pass", "dmarc.pass"), Silent: []string{"dkim.body-changed"}},
		},
		{
			Name: "tenant-loop-forged", Twin: "tenant-loop", Start: "2020-02-24T16:21:29Z",
			What:    "A stranger's tenant sends as tripoli-quebec.org with the field of the tenant's signature copied from another message.",
			Profile: tripoliNoTenant, SPF: "pass", DMARC: "fail",
			Steps:  []Step{strangersTenant, copiedSignature, toOutbound(outlookOut), ViaPPE(tripoli)},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"signature-service-loop", "own-server-unlisted"}, Origin: "stranger's tenant"},
			Expect: Expect{Decision: "quarantine", Speaks: speaks, Silent: []string{"dmarc.pass", "dkim.pass", "rule.allow"}},
		},
		{
			Name: "tenant-loop-header", Twin: "tenant-loop-header-forged", Start: "2020-02-24T16:21:29Z",
			What:    "Only the header was copied, and nobody asked the DNS: the tenant is that of the profile.",
			Profile: tripoliProfile,
			Steps:   []Step{colleague("7bit"), signedOut, ViaPPE(tripoli), headerAlone},
			Truth:   Truth{FalsePositive: true, Cause: "signature-service-loop", Not: []string{"forged-own-domain"}, Origin: "Outlook"},
			Expect:  Expect{Speaks: speaks, Silent: []string{"dkim.body-changed", "dkim.pass"}},
		},
		{
			Name: "tenant-loop-header-forged", Twin: "tenant-loop-header", Start: "2020-02-24T16:21:29Z",
			What:    "Only the header was copied, of a message of the stranger's tenant with the copied field of a signature.",
			Profile: tripoliProfile,
			Steps:   []Step{strangersTenant, copiedSignature, toOutbound(outlookOut), ViaPPE(tripoli), headerAlone},
			Truth:   Truth{Cause: "forged-own-domain", Not: []string{"signature-service-loop"}, Origin: "stranger's tenant"},
			Expect:  Expect{Speaks: speaks, Silent: []string{"dmarc.pass", "dkim.pass", "rule.allow"}},
		},
		{
			Name: "tenant-loop-snippet", Twin: "tenant-loop-header", Start: "2020-02-24T16:21:29Z",
			What:    "A part of the header, as people cut it out for a ticket: the field with the tenant is not in it, and nobody asked the DNS, so it could be anybody's.",
			Profile: tripoliProfile,
			Steps:   []Step{colleague("7bit"), signedOut, ViaPPE(tripoli), headerAlone, withoutTenant},
			Truth:   Truth{FalsePositive: true, Cause: "signature-service-loop", Not: []string{"forged-own-domain"}, Origin: "Outlook"},
			Expect:  Expect{Speaks: speaks, Silent: []string{"dkim.body-changed", "dkim.pass"}},
		},
	}
}

// tripoliNoTenant is the profile of somebody who has not looked up the tenant's id.
const tripoliNoTenant = `# tripoli-quebec.org: mailboxes in Microsoft 365, Proofpoint Essentials as MX
domains: [tripoli-quebec.org]
border: ["*.ppe-hosted.com"]
filter: proofpoint-essentials
`

// strangersTenant is a plain letter from a mailbox of another tenant of Microsoft 365.
func strangersTenant(m *Mail) {
	On(
		At(strangerMail), Envelope("accounts@stranger.example", "paul@tripoli-quebec.org"),
		Publish(Domain{Name: "stranger.example", SPF: "v=spf1 include:spf.protection.outlook.com -all"}),
		Write(Letter{
			From: "Yves Lacombe <yves@tripoli-quebec.org>", To: "paul@tripoli-quebec.org", Subject: "Are you at your desk?",
			Text:  "\nPaul,\n\nthe notes are on your desk.\n\nYves\n",
			Below: outlookFields(strangerTenant),
		}),
		Hop(strangerMail, MAPI("15.20.2772.009"), 0),
	)(m)
}

// copiedSignature is the field of a signature that somebody else's message bore: it fits nothing here.
func copiedSignature(m *Mail) {
	DKIM(tripoliSign)(m)
	for _, p := range m.Root.leaves() {
		p.Text = "\nPaul,\n\nare you at your desk? I am in a meeting and need a small favour before three o'clock. Answer to this mail, I cannot take calls.\n\nYves\n"
	}
	m.breakBody()
}

// headerAlone is what somebody pastes who has no more: no body, and nobody asked the DNS.
func headerAlone(m *Mail) { m.HeadOnly, m.Zone, m.Sigs = true, &Zone{}, nil }

// withoutTenant cuts the fields of Exchange out.
func withoutTenant(m *Mail) {
	m.Fields = slices.DeleteFunc(m.Fields, func(f Field) bool { return strings.HasPrefix(f.Name, "X-MS-Exchange-CrossTenant-") })
}

const exclaimerFooter = `-- 
Yves Lacombe | Support Director
Tripoli Quebec, 514 555 0100
Launch days: every first Saturday from May to October`

// colleague writes to a colleague in Outlook on a mailbox of Microsoft 365.
func colleague(encoding string) Step {
	text := `
Hello Paul,

here are the notes of this morning. The pad is booked for the first Saturday in May, the club brings the tents, and we still need two people for the parking. Could you ask the cafe whether they will come again this year?

The range officer wants the list of motors a week before. Yours is still missing.

Yves
`
	if encoding == "8bit" {
		text = `
Bonjour Paul,

voici les notes de ce matin. Le pas de tir est réservé pour le premier samedi de mai, le club apporte les tentes, et il nous manque encore deux personnes pour le stationnement. Peux-tu demander au café s'ils reviennent cette année ?

L'officier de tir veut la liste des moteurs une semaine à l'avance. La tienne n'est pas encore arrivée.

Yves
`
	}
	return On(
		At(outlookServer),
		Write(Letter{
			From: "Yves Lacombe <yves@tripoli-quebec.org>", To: "\"paul@tripoli-quebec.org\" <paul@tripoli-quebec.org>", Subject: "Notes of the meeting", Encoding: encoding, Text: text,
			MessageID: "SN6PR05MB4415C2A1D5E0B7F94C6E8A53D4EC0@SN6PR05MB4415.namprd05.prod.outlook.com",
			Below:     outlookFields(tripoliTenant),
		}),
		Hop(outlookServer, MAPI("15.20.2772.009"), time.Second),
		exchangeHop(outlookServer, outlookSecond, "15.20.2772.11"),
	)
}

func outlookFields(tenant string) []Field {
	return []Field{
		{"Thread-Topic", "Notes of the meeting"},
		{"Thread-Index", "AQHV6y546S5KWeCbXEeBcQseGnkMTw=="},
		{"Accept-Language", "en-US"},
		{"Content-Language", "en-US"},
		{"X-MS-Has-Attach", ""},
		{"X-MS-TNEF-Correlator", ""},
		{"authentication-results", "spf=none (sender IP is )\r\n smtp.mailfrom=yves@tripoli-quebec.org;"},
		{"X-MS-Exchange-CrossTenant-Id", tenant},
		{"X-MS-Exchange-CrossTenant-AuthAs", "Internal"},
		{"X-MS-Exchange-CrossTenant-FromEntityHeader", "Hosted"},
	}
}

// exchangeHop hands the message from one Microsoft server to another.
func exchangeHop(from, to Host, id string) Step {
	return func(m *Mail) {
		m.Host = from
		Hop(to, func(l Line) string {
			l.By = fmt.Sprintf("%s (%s)", to.Name, to.IP)
			return Exchange(id, "")(l)
		}, time.Second)(m)
	}
}

// toOutbound is the hop to the host of Microsoft that talks to the world. It writes no line of its own.
func toOutbound(out Host) Step {
	return func(m *Mail) { m.Host = out }
}

// tripoliSign is Microsoft's signature for the tenant.
var tripoliSign = Sign{Domain: "tripoli-quebec.org", Selector: "selector2", Key: "echo",
	Headers: []string{"From", "Date", "Subject", "Message-ID", "Content-Type", "MIME-Version", "X-MS-Exchange-SenderADCheck"}}

// signedOut signs as Microsoft does when a message leaves.
func signedOut(m *Mail) {
	DKIM(tripoliSign)(m)
	m.Host = outlookOut
}

// exclaimerHop is the way through the service; it does what damage says and then sends on to the world by itself.
func exclaimerHop(damage ...Step) Step {
	return func(m *Mail) {
		m.Zone.Host(exclaimer)
		Hop(exclaimer, exclaimerLine, time.Second)(m)
		On(damage...)(m)
		m.Trail([]Field{
			{"X-ExclaimerHostedSignatures-MessageProcessed", "true"},
			{"X-ExclaimerProxyLatency", "7415203"},
			{"X-ExclaimerImprintLatency", "1282044"},
			{"X-ExclaimerImprintAction", "54f1d3a1b0e24b7c8a7e5ad0c2b2f6f4"},
		}...)
	}
}

func exclaimerLine(l Line) string {
	return fmt.Sprintf("from %s (%s)\r\n by %s (%s) with Exclaimer Signature Manager\r\n ESMTP Proxy %s (tlsversion=TLS12,\r\n tlscipher=TLS_ECDHE_WITH_AES256_SHA384); %s",
		l.From.HeloName(), l.From.IP, l.By, exclaimer.IP, l.By, l.gmt())
}

// throughExclaimer goes out to the service, back into the tenant, and from there, signed, to the world.
func throughExclaimer(damage ...Step) Step {
	return On(
		toOutbound(outlookOutTwo),
		exclaimerHop(damage...),
		func(m *Mail) {
			Hop(eopReturn, func(l Line) string {
				l.By = eopReturn.Name + " (" + eopReturn.IP + ")"
				return Exchange("15.20.2750.18", "via Frontend Transport")(l)
			}, time.Second)(m)
		},
		exchangeHop(Host{Name: "SN1NAM02FT0039.eop-nam02.prod.protection.outlook.com", IP: "2603:10b6:805:ca::17"}, outlookServer, "15.20.2772.11"),
		DKIM(tripoliSign),
		toOutbound(outlookOut),
	)
}

package compose

import "time"

// gateways: a host of the receiver stands between the border and the filter that judges.
func gateways() []Case {
	return []Case{
		{
			Name: "gateway-banner", Twin: "gateway-banner-before-check",
			What:    "The receiver's own Exchange puts [EXTERNAL] before the subject and a warning into the body, and the filter behind it checks the signature.",
			Profile: harbourProfile, SPF: "fail", DMARC: "fail",
			Steps: []Step{
				atPartnerTo("purchasing@harbour.example"), DKIM(partnerKey),
				Border(gateway, Postfix, time.Second), SubjectTag("[EXTERNAL]"), BannerText(externalBanner),
				Microsoft(harbour, Verdict{SFV: "SPM", SCL: 5, CAT: "SPOOF", Dest: "J", Hidden: true}), realSPF("pass", "pass"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "own-gateway-changes-mail", Not: []string{"footer-after-signing", "forwarder", "mailing-list"}, Origin: "desk", Damage: "subject tag and banner by the receiver's own gateway"},
			Expect: Expect{Speaks: []string{"dkim.signature-bad"}, Silent: []string{"dkim.pass", "spoof.own-domain"}},
		},
		{
			Name: "gateway-banner-before-check", Twin: "gateway-banner",
			What:    "The tag is put on after the check: the border recorded a pass, and the copy in the mailbox no longer fits the signature.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				atPartner(partnerMail), DKIM(partnerKey), ViaPostfix, SubjectTag("[EXTERNAL]"), BannerText(externalBanner),
			},
			Truth:  Truth{Not: []string{"own-gateway-changes-mail", "footer-after-signing"}, Origin: "desk", Damage: "subject tag and banner after delivery"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass"}, Silent: []string{"auth.none"}},
		},
		{
			Name: "gateway-hides-client-ip", Twin: "gateway-enhanced-filtering",
			What:    "Proofpoint Essentials stands in front of Microsoft 365, which therefore sees its address, finds SPF failed and puts the partner's mail into junk.",
			Profile: frontProfile, SPF: "fail", DMARC: "fail",
			Steps: []Step{
				hiddenLetter, Border(ppeMX, PPE, time.Second), Stamp("X-Virus-Scanned", "Proofpoint Essentials engine"), atFront,
				Microsoft(harbour, Verdict{SFV: "SPM", SCL: 5, CAT: "SPOOF", Dest: "J", Hidden: true, CompAuth: "fail reason=000"}), realSPF("pass", "pass"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "gateway-hides-client-ip", Not: []string{"forged-own-domain", "forwarder", "spf-include-missing"}, Origin: "desk"},
			Expect: Expect{Silent: []string{"spoof.own-domain", "ptr.missing"}},
		},
		{
			Name: "gateway-enhanced-filtering", Twin: "gateway-hides-client-ip",
			What:    "The same way after enhanced filtering was switched on: Microsoft names the skipped hop and judges the true client.",
			Profile: frontProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				hiddenLetter, Border(ppeMX, PPE, time.Second), Stamp("X-Virus-Scanned", "Proofpoint Essentials engine"), atFront,
				Microsoft(harbour, Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "I", Hidden: true, Client: &partnerMail}),
				Trail("X-MS-Exchange-SkipListedInternetSender", "ip=["+ppeOut.IP+"];domain="+ppeOut.Name),
				Trail("X-MS-Exchange-ExternalOriginalInternetSender", "ip=["+partnerMail.IP+"];domain="+partnerMail.Name),
			},
			Truth:  Truth{Not: []string{"gateway-hides-client-ip"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass"}, Silent: []string{"spf.fail", "dmarc.fail-quarantine"}},
		},
		{
			Name: "url-rewriting-in-front", Twin: "footer-after-signing",
			What:    "A gateway in front of the checking server rewrites every link, so the signature no longer fits.",
			Profile: gatewayProfile, SPF: "softfail", DMARC: "fail",
			Steps: []Step{
				FromDesktop(linkLetter, softPartner, partnerMail), DKIM(partnerKey), Border(gateTwo, Postfix, time.Second), RewriteLinks("https://links.example.org/check?u="),
				realSPF("fail", "fail"), behindGateway, realSPF("pass", "pass"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "own-gateway-changes-mail", Not: []string{"footer-after-signing", "mailing-list"}, Origin: "desk", Damage: "links rewritten"},
			Expect: Expect{Speaks: []string{"dkim.body-changed"}, Silent: []string{"dkim.header-changed", "dkim.pass", "spoof.own-domain"}},
		},
	}
}

const externalBanner = "CAUTION: this message came from outside. Do not click on links or open files unless you know the sender."

// gateway is the host of harbour.example that its MX names in the banner cases.
var gateway = Host{Name: "gw.harbour.example", IP: "192.0.2.60"}

// harbourProfile states what harbour.example knows of itself.
const harbourProfile = `# harbour.example: own gateway in front of Microsoft 365
domains: [harbour.example]
sending-servers: [192.0.2.60]
border: [gw.harbour.example]
microsoft-365: {tenant: 6b1f7c1a-90f1-4d0e-9f51-3f1d2c6b8a10}
`

// frontProfile: Proofpoint Essentials in front of Microsoft 365.
const frontProfile = `# harbour.example: Proofpoint Essentials in front of Microsoft 365
domains: [harbour.example]
border: ["*.ppe-hosted.com"]
filter: [proofpoint-essentials, microsoft-365]
microsoft-365: {tenant: 6b1f7c1a-90f1-4d0e-9f51-3f1d2c6b8a10}
`

// atPartnerTo is the partner's letter to somebody else.
func atPartnerTo(rcpt string) Step {
	return FromDesktop(deliveryLetter(rcpt), partner, partnerMail)
}

// hiddenLetter comes from a partner with SPF and DMARC, who does not sign.
func hiddenLetter(m *Mail) { atPartnerTo("purchasing@harbour.example")(m) }

// atFront lets the filter in front hand the message to Microsoft.
func atFront(m *Mail) {
	m.Host = ppeOut
	m.Zone.Host(ppeOut)
}

// realSPF states the truth after a receiver has recorded something else.
func realSPF(spf, dmarc string) Step {
	return func(m *Mail) { m.Truth.SPF, m.Truth.DMARC = spf, dmarc }
}

// gateTwo is a gateway of example.org in front of its mail server.
var gateTwo = Host{Name: "gate.example.org", IP: "192.0.2.11"}

const gatewayProfile = `# example.org: a link-checking gateway in front of the own Postfix
domains: [example.org]
sending-servers: [192.0.2.10, 192.0.2.11]
border: [gate.example.org]
authserv-ids: [mx.example.org]
`

// behindGateway is the way from the gateway to the mailbox; the server behind it checks what the gateway has changed.
func behindGateway(m *Mail) {
	Publish(exorg)(m)
	m.Zone.Host(gateTwo)
	milters(m, ownMX.Name)
	Hop(ownMX, Postfix, time.Second)(m)
	Hop(ownIMAP, LMTP, time.Second)(m)
	SpamAssassin("DMARC_QUAR=4.2", "DKIM_INVALID=0.1", "BAYES_50=0.8", "HTML_MESSAGE=0.001")(m)
	returnPath(m)
}

// linkLetter has links in it.
var linkLetter = Letter{
	From: "Ines Carvalho <ines@partner.example>", To: "buyer@example.org", Subject: "Papers for the pallets", HTML: "auto", Encoding: "quoted-printable",
	Text: `
Good morning,

the papers for Thursday are on our site. You need the number of the order to open them.

https://www.partner.example/papers/77120

If your workshop has a new gate, please send me the number that the driver should call.

https://www.partner.example/gates

Kind regards
Ines Carvalho
`,
}

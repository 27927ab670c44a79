package compose

import (
	"fmt"
	"time"
)

// damaged: honest mail that was changed between its signature and the receiver. The seed's own example is the first.
func damaged() []Case {
	return append(footers(), listsAndForwarders()...)
}

// footers: a tool of the sender writes into mail that is already signed.
func footers() []Case {
	return []Case{
		{
			Name: "footer-after-signing", Twin: "footer-before-signing",
			What:    "The partner's mail server signs, and the disclaimer tool behind it adds a footer to the text: the body hash no longer fits, and SPF does not list the tool's host.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{signedThenTool(partnerText, FooterText(disclaimer)), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "footer-after-signing", Not: notFooter, Origin: "desk", Damage: "footer in text/plain"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.body-changed", "dmarc.fail-quarantine"}, Silent: []string{"dkim.header-changed", "dkim.pass", "dkim.key-missing", "ptr.missing"}},
		},
		{
			Name: "footer-after-signing-html", Twin: "footer-before-signing",
			What:    "The same with a letter in text and HTML: the tool writes at the end of the text and before </body>.",
			Profile: meadowProfile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{Addressed("office@meadow.example"), signedThenTool(partnerBoth, FooterText(disclaimer), FooterHTML(disclaimerHTML)), ViaGoogle},
			Truth:  Truth{FalsePositive: true, Cause: "footer-after-signing", Not: notFooter, Origin: "desk", Damage: "footer in text/plain and text/html"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.body-changed", "dmarc.fail-quarantine"}, Silent: []string{"dkim.header-changed", "dkim.pass"}},
		},
		{
			Name: "footer-after-signing-reencoded", Twin: "footer-before-signing",
			What:    "The tool adds its footer to an 8bit letter and writes it back as quoted-printable.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{signedThenTool(partnerFrench, FooterText(disclaimer), Reencode("quoted-printable")), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "footer-after-signing", Not: []string{"sender-without-authentication", "forwarder", "mailing-list"}, Origin: "desk", Damage: "footer, and 8bit to quoted-printable"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.body-changed"}, Silent: []string{"dkim.header-changed", "dkim.pass"}},
		},
		{
			Name: "reencoded-after-signing", Twin: "footer-after-signing-reencoded",
			What:    "A relay that cannot do 8BITMIME writes the letter as quoted-printable and adds nothing.",
			Profile: bakeryProfile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{Addressed("orders@bakery.example"), signedThenTool(partnerFrench, Reencode("quoted-printable")), ViaMimecast},
			Truth:  Truth{FalsePositive: true, Cause: "reencoded-on-the-way", Not: []string{"footer-after-signing", "mailing-list"}, Origin: "desk", Damage: "8bit to quoted-printable"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.body-changed"}, Silent: []string{"dkim.header-changed", "dkim.pass"}},
		},
		{
			Name: "footer-before-signing", Twin: "footer-after-signing",
			What:    "The same letter with the same footer, after the partner put the tool in front of the signing server.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "pass",
			Steps:  []Step{toolThenSigned(partnerText, FooterText(disclaimer)), ViaPostfix},
			Truth:  Truth{Not: []string{"footer-after-signing", "reencoded-on-the-way"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.pass", "dmarc.pass"}, Silent: []string{"dkim.body-changed"}},
		},
		{
			Name: "footer-after-signing-spf-aligned", Twin: "footer-after-signing",
			What:    "The footer breaks the signature, but SPF lists the tool's host and is aligned, so DMARC passes: a defect, not a cause.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{signedThenTool(partnerText, FooterText(disclaimer)), listTool, ViaPostfix},
			Truth:  Truth{Not: []string{"footer-after-signing", "reencoded-on-the-way"}, Origin: "desk", Damage: "footer in text/plain"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.body-changed", "spf.pass", "dmarc.pass"}, Silent: []string{"dkim.pass", "spf.softfail"}},
		},
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
	}
}

// notFooter are the causes that a footer by the sender's own tool excludes.
var notFooter = []string{"sender-without-authentication", "forwarder", "mailing-list", "reencoded-on-the-way", "own-gateway-changes-mail"}

const disclaimerHTML = `This message and its attachments are meant for the addressee alone.<br>
Partner &amp; Co., registered in Porto, number 500 100 200`

const externalBanner = "CAUTION: this message came from outside. Do not click on links or open files unless you know the sender."

// toolHost is where the partner's disclaimer tool runs; SPF does not list it.
var toolHost = Host{Name: "disclaimer.partner.example", IP: "203.0.113.25"}

// softPartner is the partner with an SPF record that has forgotten the tool's host.
var softPartner = Domain{Name: "partner.example", SPF: "v=spf1 ip4:203.0.113.20 ~all", DMARC: "v=DMARC1; p=quarantine", MX: partnerMail}

// signedThenTool: the mail server signs and hands on to the tool, which changes the mail and sends it out.
func signedThenTool(l Letter, damage ...Step) Step {
	return On(FromDesktop(l, softPartner, partnerMail), DKIM(partnerKey), Hop(toolHost, PostfixPlain, time.Second), On(damage...))
}

// toolThenSigned: the tool comes first.
func toolThenSigned(l Letter, change ...Step) Step {
	return On(FromDesktop(l, softPartner, partnerMail), On(change...), Hop(toolHost, PostfixPlain, time.Second), DKIM(partnerKey))
}

// listTool adds the tool's host to SPF.
func listTool(m *Mail) {
	m.Zone.Drop("partner.example", "TXT")
	m.Zone.TXT("partner.example", "v=spf1 ip4:203.0.113.20 ip4:203.0.113.25 -all")
}

// The partner's letter as plain text, in both forms, and in French as 8bit.
var (
	partnerBoth   = deliveryLetter("buyer@example.org")
	partnerText   = plainOf(partnerBoth)
	partnerFrench = Letter{
		From: word("Inès Carvalho") + " <ines@partner.example>", To: "buyer@example.org", Subject: "Livraison de jeudi", Encoding: "8bit", Zone: "+0100",
		Text: `
Bonjour,

les deux palettes quittent notre entrepôt demain soir, le transporteur sera donc chez vous jeudi entre huit et dix heures. Le chauffeur a besoin d'un chariot élévateur ; si le vôtre est encore en réparation, appelez-moi avant midi et j'enverrai le petit camion à hayon.

Les papiers sont les mêmes que la dernière fois : signez le deuxième exemplaire et rendez-le au chauffeur.

Cordialement
Inès Carvalho
`,
	}
)

func plainOf(l Letter) Letter {
	l.HTML, l.Encoding = "", "7bit"
	return l
}

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

// listsAndForwarders: the mail takes a way round, by a host that neither wrote it nor receives it in the end.
func listsAndForwarders() []Case {
	return []Case{
		{
			Name: "mailing-list-footer-and-tag", Twin: "mailing-list-rewrites-from",
			What:    "A Mailman list puts its tag before the subject and its footer behind the text, and leaves the author's From as it was.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{toList(partnerText), throughMailman(false), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "mailing-list", Not: []string{"footer-after-signing", "forwarder", "own-gateway-changes-mail"}, Origin: "desk", Damage: "list tag and footer"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.signature-bad", "dmarc.fail-quarantine", "spf.pass"}, Silent: []string{"dkim.pass", "spoof.own-domain", "dkim.key-missing"}},
		},
		{
			Name: "mailing-list-footer-only", Twin: "mailing-list-rewrites-from",
			What:    "Another list adds only a footer.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{toList(partnerText), throughMailmanPlain, ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "mailing-list", Not: []string{"footer-after-signing", "forwarder"}, Origin: "desk", Damage: "list footer"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.body-changed", "dmarc.fail-quarantine"}, Silent: []string{"dkim.pass", "dkim.header-changed"}},
		},
		{
			Name: "mailing-list-rewrites-from", Twin: "mailing-list-footer-and-tag",
			What:    "The same list after its owner switched on the rewriting of From and its own signature.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{toList(partnerText), throughMailman(true), ViaPostfix},
			Truth:  Truth{Not: []string{"mailing-list", "footer-after-signing"}, Origin: "desk", Damage: "list tag and footer, From rewritten"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.pass"}, Silent: []string{"dmarc.fail-quarantine", "spf.fail"}},
		},
		{
			Name: "mailing-list-arc", Twin: "mailing-list-footer-and-tag",
			What:    "The list seals what it saw before it changed the letter, and Microsoft 365 believes the seal (compauth reason 130).",
			Profile: microsoftProfile, SPF: "pass", DMARC: "fail",
			Steps: []Step{
				toList(partnerText), throughMailman(false), Envelope("", "members@harbour.example"), listSeal,
				Microsoft(harbour, Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "I", CompAuth: "pass reason=130"}),
			},
			Truth:  Truth{Not: []string{"mailing-list", "footer-after-signing", "forwarder"}, Origin: "desk", Damage: "list tag and footer"},
			Expect: Expect{Speaks: []string{"arc.pass", "spf.pass"}, Silent: []string{"arc.fail", "dkim.pass", "spoof.own-domain"}},
		},
		{
			Name: "mailing-list-arc-broken", Twin: "mailing-list-arc",
			What:    "The list seals the letter before it adds its tag and footer, so the seal vouches for nothing.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{toList(partnerText), listSeal, throughMailman(false), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "mailing-list", Not: []string{"footer-after-signing", "forwarder"}, Origin: "desk", Damage: "list tag and footer after sealing"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"arc.fail", "dmarc.fail-quarantine"}, Silent: []string{"arc.pass", "dkim.pass"}},
		},
		{
			Name: "forwarder-no-srs", Twin: "forwarder-srs",
			What:    "A member's old club address forwards to example.org without SRS: the club's host is not in the partner's SPF; the partner does not sign.",
			Profile: exampleProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{toClub, forward(false), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "forwarder", Not: []string{"spf-include-missing", "footer-after-signing", "mailing-list", "real-phishing"}, Origin: "desk", Damage: "forwarded"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spf.fail", "dmarc.fail-quarantine"}, Silent: []string{"dkim.body-changed", "ptr.missing"}},
		},
		{
			Name: "forwarder-srs", Twin: "forwarder-no-srs",
			What:    "The club rewrites the envelope sender, so SPF passes, but for the club: DMARC has nothing that is aligned.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{toClub, forward(true), ViaPostfix, SpamAssassin("DMARC_QUAR=4.2", "BAYES_50=0.8", "HTML_MESSAGE=0.001")},
			Truth:  Truth{FalsePositive: true, Cause: "forwarder", Not: []string{"spf-include-missing", "footer-after-signing", "dmarc-misaligned-service"}, Origin: "desk", Damage: "forwarded with SRS"},
			Expect: Expect{Speaks: []string{"spf.pass", "dmarc.fail-quarantine"}, Silent: []string{"spf.fail", "dkim.body-changed"}},
		},
		{
			Name: "forwarder-signed", Twin: "forwarder-no-srs",
			What:    "The same way for a letter that the partner has signed: the signature survives, and DMARC passes.",
			Profile: exampleProfile, SPF: "fail", DMARC: "pass",
			Steps:  []Step{toClubSigned, forward(false), ViaPostfix},
			Truth:  Truth{Not: []string{"forwarder", "spf-include-missing"}, Origin: "desk", Damage: "forwarded"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.fail", "dkim.pass", "dmarc.pass"}, Silent: []string{"dkim.body-changed"}},
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

// toList is a letter to a mailing list.
func toList(l Letter) Step {
	l.To, l.Subject = "Workshop list <workshop@lists.example.net>", "Fork lift for hire?"
	return On(FromDesktop(l, partner, partnerMail), DKIM(partnerKey))
}

var listHost = Host{Name: "lists.example.net", IP: "198.51.100.110"}

// throughMailman takes the letter through a list with tag and footer; a list that rewrites From signs for itself, too.
func throughMailman(rewrite bool) Step {
	return func(m *Mail) {
		listHop(m)
		SubjectTag("[Workshop]")(m)
		ListFooter(listFooter)(m)
		if rewrite {
			m.Set("From", "Ines Carvalho via Workshop <workshop@lists.example.net>")
			m.breakHeader("From")
			m.Trail(Field{"Reply-To", "Ines Carvalho <ines@partner.example>"})
		}
		listFields(m)
		if rewrite {
			DKIM(Sign{Domain: "lists.example.net", Selector: "list", Key: "delta"})(m)
		}
	}
}

// listSeal is the seal of the list over what it has seen.
var listSeal = Seal(Sign{Domain: "lists.example.net", Selector: "arc", Key: "delta"}, "lists.example.net",
	"dkim=pass header.d=partner.example header.s=mail2025;\r\n\tspf=pass smtp.mailfrom=ines@partner.example;\r\n\tdmarc=pass header.from=partner.example", "none")

// throughMailmanPlain is a list that adds only a footer.
func throughMailmanPlain(m *Mail) {
	listHop(m)
	ListFooter(listFooter)(m)
	listFields(m)
}

func listHop(m *Mail) {
	Publish(Domain{Name: "lists.example.net", SPF: "v=spf1 ip4:198.51.100.110 -all", DMARC: "v=DMARC1; p=none", MX: listHost})(m)
	Hop(listHost, Postfix, 2*time.Second)(m)
	Hop(listHost, Localhost, 4*time.Second)(m)
	m.MailFrom, m.Rcpt = "workshop-bounces@lists.example.net", "buyer@example.org"
}

func listFields(m *Mail) {
	m.Trail([]Field{
		{"X-BeenThere", "workshop@lists.example.net"},
		{"X-Mailman-Version", "2.1.39"},
		{"Precedence", "list"},
		{"List-Id", "Talk among workshops <workshop.lists.example.net>"},
		{"List-Unsubscribe", "<https://lists.example.net/options/workshop>,\r\n <mailto:workshop-request@lists.example.net?subject=unsubscribe>"},
		{"List-Post", "<mailto:workshop@lists.example.net>"},
		{"Errors-To", m.MailFrom},
		{"Sender", "\"Workshop\" <workshop-bounces@lists.example.net>"},
	}...)
}

const listFooter = `_______________________________________________
Workshop mailing list
Workshop@lists.example.net
https://lists.example.net/listinfo/workshop
`

var clubHost = Host{Name: "mx.oldclub.example", IP: "198.51.100.120"}

// toClub is a letter to an address that forwards.
func toClub(m *Mail) {
	l := deliveryLetter("b.member@oldclub.example")
	FromDesktop(l, partner, partnerMail)(m)
}

func toClubSigned(m *Mail) {
	toClub(m)
	DKIM(partnerKey)(m)
}

// forward sends the message on to the member's other address.
func forward(srs bool) Step {
	return func(m *Mail) {
		Publish(Domain{Name: "oldclub.example", SPF: "v=spf1 ip4:198.51.100.120 -all", MX: clubHost})(m)
		Hop(clubHost, Exim, 2*time.Second)(m)
		if srs {
			m.MailFrom = fmt.Sprintf("SRS0=Kp3x=7Q=partner.example=ines@%s", "oldclub.example")
		}
		m.Rcpt = "buyer@example.org"
		m.Add("X-Forwarded-To", "buyer@example.org")
	}
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

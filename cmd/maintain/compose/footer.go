package compose

import (
	"slices"
	"time"
)

// damaged: honest mail that was changed between its signature and the receiver. The footer tool, which is met most, is the first.
func damaged() []Case {
	return slices.Concat(footers(), gateways(), listsAndForwarders())
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
	}
}

// notFooter are the causes that a footer by the sender's own tool excludes.
var notFooter = []string{"sender-without-authentication", "forwarder", "mailing-list", "reencoded-on-the-way", "own-gateway-changes-mail"}

const disclaimerHTML = `This message and its attachments are meant for the addressee alone.<br>
Partner &amp; Co., registered in Porto, number 500 100 200`

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

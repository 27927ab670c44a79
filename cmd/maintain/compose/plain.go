package compose

// plain: mail of every day, good and bad.
func plain() []Case {
	return []Case{
		{
			Name: "plain-good",
			What: "A partner's ordinary letter with SPF, DKIM and DMARC in order.",
			SPF:  "pass", DMARC: "pass", Profile: exampleProfile,
			Steps: []Step{
				FromDesktop(deliveryLetter("buyer@example.org"), partner, partnerMail),
				DKIM(partnerKey), ViaPostfix,
			},
			Truth:  Truth{Origin: "desk", Not: []string{"footer-after-signing"}},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"dkim.body-changed", "auth.none", "ptr.missing", "helo.mismatch", "path.backwards"}},
		},
		{
			Name: "plain-good-newsletter", Twin: "plain-spam",
			What:    "A club's newsletter through a service that signs for the club.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{newsletter("buyer@example.org"), ViaPostfix},
			Truth:  Truth{Origin: "newsletter service", Not: []string{"real-spam", "bulk-level"}},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "auth.none", "helo.mismatch"}},
		},
		{
			Name: "plain-good-google", Twin: "plain-good",
			What: "The partner's letter to an organisation at Google Workspace, which states nothing about itself.",
			SPF:  "pass", DMARC: "pass",
			Steps:  []Step{atPartnerTo("office@meadow.example"), DKIM(partnerKey), ViaGoogle},
			Truth:  Truth{Origin: "desk", Not: []string{"footer-after-signing"}},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "ptr.missing"}},
		},
		{
			Name: "plain-good-microsoft", Twin: "plain-good",
			What: "The partner's letter to an organisation at Microsoft 365, which states nothing about itself.",
			SPF:  "pass", DMARC: "pass",
			Steps:  []Step{atPartnerTo("purchasing@harbour.example"), DKIM(partnerKey), ViaMicrosoft},
			Truth:  Truth{Origin: "desk", Not: []string{"footer-after-signing", "gateway-hides-client-ip"}},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "ptr.missing"}},
		},
		{
			Name: "plain-good-mimecast", Twin: "plain-good",
			What: "The partner's letter to an organisation with Mimecast in front of its own Exchange.",
			SPF:  "pass", DMARC: "pass",
			Steps:  []Step{atPartnerTo("orders@bakery.example"), DKIM(partnerKey), ViaMimecast},
			Truth:  Truth{Origin: "desk", Not: []string{"footer-after-signing", "gateway-hides-client-ip"}},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "ptr.missing"}},
		},
		{
			Name: "plain-good-ipv6", Twin: "plain-good",
			What: "The partner's letter to an own Exim, over IPv6.",
			SPF:  "pass", DMARC: "pass", Profile: quarryProfile,
			Steps: []Step{
				FromDesktop(deliveryLetter("office@quarry.example"), Domain{Name: "partner.example", SPF: "v=spf1 ip4:203.0.113.20 ip6:2001:db8:20::/64 -all", DMARC: partner.DMARC, MX: partnerMail}, Host{Name: "mail.partner.example", IP: "2001:db8:20::25"}),
				DKIM(partnerKey), ViaExim,
			},
			Truth:  Truth{Origin: "desk", Not: []string{"footer-after-signing", "sender-without-ptr"}},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"ptr.missing", "ptr.generic", "helo.mismatch"}},
		},
		{
			Name: "plain-good-null-sender", Twin: "plain-good",
			What: "A report of the partner's server that a letter could not be delivered: the envelope sender is empty, so SPF looks at the HELO name.",
			SPF:  "pass", DMARC: "pass", Profile: exampleProfile,
			Steps: []Step{
				Publish(partner), DNS("mail.partner.example", "TXT", "v=spf1 a -all"), At(partnerMail), Envelope(null, "buyer@example.org"), Write(bounce),
				Hop(partnerMail, PostfixInternal, 0), DKIM(partnerKey), ViaPostfix,
			},
			Truth:  Truth{Origin: "mail server", Not: []string{"sender-without-authentication"}},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.pass", "dmarc.pass"}, Silent: []string{"spf.fail", "auth.none"}},
		},
	}
}

var bounce = Letter{
	From: "Mail Delivery System <mailer-daemon@partner.example>", To: "buyer@example.org", Subject: "Undelivered mail returned to sender",
	Text: `
This is the mail system at mail.partner.example.

Your letter to jose@partner.example could not be delivered, since the mailbox has reached its size. The server tried for two days and has given up now. Your letter is not attached, for want of room.
`,
	Above: []Field{{"Auto-Submitted", "auto-replied"}},
}

// PostfixInternal is a report that Postfix writes by itself.
func PostfixInternal(l Line) string {
	return "by " + l.By + " (Postfix)\r\n\tid " + l.M.ID(11, hexUpper) + "; " + l.date()
}

// deliveryLetter is an ordinary letter of partner.example.
func deliveryLetter(to string) Letter {
	return Letter{
		From: "Ines Carvalho <ines@partner.example>", To: to, Subject: "Delivery on Thursday",
		Zone: "+0000", HTML: "auto", Encoding: "quoted-printable",
		Text: `
Good morning,

the two pallets for your workshop leave our warehouse tomorrow evening, so the carrier should be at your gate on Thursday between eight and ten. The driver needs a fork lift; if yours is still being repaired, call me before noon and I shall send the small lorry with the tail lift instead.

The papers are the same as last time. Please sign the second copy and give it back to the driver.

Kind regards
Ines Carvalho
Dispatch, Partner & Co.
`,
	}
}

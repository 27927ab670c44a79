package compose

import "time"

// alignment: SPF or DKIM passes, but not for the domain in From, or not closely enough.
func alignment() []Case {
	return []Case{
		{
			Name: "dmarc-misaligned-service", Twin: "dmarc-aligned-service",
			What:    "A help desk service sends as the partner with its own envelope and its own key: everything passes, for the wrong domain.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{helpDesk("partner.example", "v=DMARC1; p=quarantine"), ViaPostfix, SpamAssassin("DMARC_QUAR=4.2", "BAYES_50=0.8", "HTML_MESSAGE=0.001")},
			Truth:  Truth{FalsePositive: true, Cause: "dmarc-misaligned-service", Not: []string{"spf-include-missing", "footer-after-signing", "forwarder", "dmarc-strict-alignment"}, Origin: "help desk service"},
			Expect: Expect{Speaks: []string{"spf.pass", "dkim.pass", "dmarc.fail-quarantine"}, Silent: []string{"spf.fail", "dkim.body-changed", "dmarc.pass"}},
		},
		{
			Name: "dmarc-aligned-service", Twin: "dmarc-misaligned-service",
			What:    "The same after the partner published the service's key under its own domain.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{helpDesk("partner.example", "v=DMARC1; p=quarantine"), DKIM(Sign{Domain: "partner.example", Selector: "desk", Key: "charlie"}), ViaPostfix},
			Truth:  Truth{Not: []string{"dmarc-misaligned-service", "spf-include-missing"}, Origin: "help desk service"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.pass", "dkim.pass"}, Silent: []string{"dmarc.fail-quarantine"}},
		},
		{
			Name: "dmarc-strict-alignment", Twin: "dmarc-relaxed-alignment",
			What:    "The partner signs as mail.partner.example and sends from there, and its record asks for strict alignment with partner.example.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{subSigned("v=DMARC1; p=quarantine; adkim=s; aspf=s"), ViaPostfix, SpamAssassin("DMARC_QUAR=4.2", "BAYES_50=0.8", "HTML_MESSAGE=0.001")},
			Truth:  Truth{FalsePositive: true, Cause: "dmarc-strict-alignment", Not: []string{"dmarc-misaligned-service", "footer-after-signing"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"spf.pass", "dkim.pass", "dmarc.fail-quarantine"}, Silent: []string{"dmarc.pass"}},
		},
		{
			Name: "dmarc-relaxed-alignment", Twin: "dmarc-strict-alignment",
			What:    "The same mail under a record without adkim=s and aspf=s.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{subSigned("v=DMARC1; p=quarantine"), ViaPostfix},
			Truth:  Truth{Not: []string{"dmarc-strict-alignment", "dmarc-misaligned-service"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.pass"}, Silent: []string{"dmarc.fail-quarantine"}},
		},
		{
			Name: "subdomain-policy", Twin: "subdomain-policy-none",
			What:    "The partner's record has sp=reject, and its alarm system, which neither signs nor is in SPF, writes from a sub-domain.",
			Profile: exampleProfile, SPF: "none", DMARC: "fail",
			Steps:  []Step{alarm("v=DMARC1; p=none; sp=reject"), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "dmarc-subdomain-policy", Not: []string{"sender-without-authentication", "dmarc-misaligned-service", "footer-after-signing"}, Origin: "alarm system"},
			Expect: Expect{Speaks: []string{"dmarc.fail-reject", "spf.none"}, Silent: []string{"dmarc.fail-none", "auth.none", "dmarc.none"}},
		},
		{
			Name: "subdomain-policy-none", Twin: "subdomain-policy",
			What:    "The same alarm after sp= was set to none.",
			Profile: exampleProfile, SPF: "none", DMARC: "fail",
			Steps:  []Step{alarm("v=DMARC1; p=reject; sp=none"), ViaPostfix},
			Truth:  Truth{Not: []string{"dmarc-subdomain-policy", "sender-without-authentication"}, Origin: "alarm system"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.fail-none"}, Silent: []string{"dmarc.fail-reject", "dmarc.fail-quarantine"}},
		},
	}
}

var deskHost = Host{Name: "out3.deskservice.example", IP: "198.51.100.130"}

// helpDesk is an answer out of a ticket system in the cloud that sends as domain.
func helpDesk(domain, dmarc string) Step {
	return On(
		Publish(Domain{Name: domain, SPF: "v=spf1 ip4:203.0.113.20 -all", DMARC: dmarc, MX: partnerMail}),
		Publish(Domain{Name: "deskservice.example", SPF: "v=spf1 ip4:198.51.100.128/28 -all"}),
		At(Host{Name: "app-11.deskservice.example", IP: "10.8.0.11"}),
		Envelope("bounce+77120@deskservice.example", ""),
		Write(Letter{
			From: "Partner Support <support@" + domain + ">", To: "buyer@example.org", Subject: "[#77120] Missing strap on pallet two", HTML: "auto", Encoding: "quoted-printable",
			Text: `
Hello,

thank you for telling us about the strap. The warehouse has found it: it lay beside the scales. It goes out with the next pallet, and the driver knows about it.

May we close this ticket? If we hear nothing from you, it closes by itself in three days.

Partner Support
`,
			Below: []Field{{"X-Desk-Ticket", "77120"}, {"Auto-Submitted", "auto-generated"}, {"In-Reply-To", "<77120.first@deskservice.example>"}},
		}),
		Hop(deskHost, Localhost, time.Second),
		DKIM(Sign{Domain: "deskservice.example", Selector: "desk", Key: "bravo"}),
	)
}

// subSigned is the partner's letter out of a sub-domain.
func subSigned(dmarc string) Step {
	return On(
		Envelope("ines@mail.partner.example", ""),
		FromDesktop(deliveryLetter("buyer@example.org"), Domain{Name: "partner.example", SPF: partner.SPF, DMARC: dmarc, MX: partnerMail}, partnerMail),
		DNS("mail.partner.example", "TXT", "v=spf1 ip4:203.0.113.20 -all"),
		DKIM(Sign{Domain: "mail.partner.example", Selector: "m1", Key: "alpha"}),
	)
}

// alarm is a machine that reports by mail.
func alarm(dmarc string) Step {
	box := Host{Name: "alarm.sites.partner.example", IP: "203.0.113.28"}
	return On(
		Publish(Domain{Name: "partner.example", SPF: partner.SPF, DMARC: dmarc, MX: partnerMail}),
		DNS("alarm.sites.partner.example", "A", box.IP),
		At(box),
		Write(Letter{
			From: "Cold store 3 <alarm@sites.partner.example>", To: "buyer@example.org", Subject: "Cold store 3: temperature back to normal",
			Text: `
Cold store 3, sensor B

03.03.2026 08:41  door open for more than 10 minutes
03.03.2026 08:55  temperature 6.2 C, limit 5.0 C
03.03.2026 09:00  temperature 4.8 C, back to normal

Your goods: pallets 771 and 772. This message was made by the alarm
system; nobody reads answers to it.
`,
			MessageID: "20260303090000.771@alarm.sites.partner.example",
		}),
	)
}

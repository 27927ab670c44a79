package compose

// practices: senders whose server is set up badly, or whose domain states nothing.
func practices() []Case {
	noName, other, word, literal, generic := partnerMail, partnerMail, partnerMail, partnerMail, partnerMail
	noName.PTR = "-"
	other.Helo = "srv-exch01.partner.example"
	word.Helo = "EXCHANGE01"
	literal.Helo = "[203.0.113.20]"
	generic.PTR = "203-0-113-20.static.isp.example"
	silent := []string{"spf.fail", "dkim.body-changed", "auth.none"}
	return []Case{
		{
			Name: "no-ptr", Twin: "plain-good",
			What:    "The partner's server has no PTR record; the receiver's SpamAssassin adds that up with a picture-heavy signature and holds the mail.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{onlySPF(noName), ViaPostfix, SpamAssassin("RDNS_NONE=4.3", "SPF_PASS=-0.001", "BAYES_50=0.8", "HTML_MESSAGE=0.001")},
			Truth:  Truth{FalsePositive: true, Cause: "sender-without-ptr", Not: []string{"sender-without-authentication", "ptr-helo-mismatch"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"ptr.missing", "spf.pass"}, Silent: append(silent, "ptr.unconfirmed", "ptr.generic")},
		},
		{
			Name: "ptr-unconfirmed", Twin: "no-ptr",
			What:    "The PTR record names a host that leads to another address; the receiver only notes it.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{onlySPF(generic), DNS("203-0-113-20.static.isp.example", "A", "203.0.113.21"), ViaPostfix},
			Truth:  Truth{Not: []string{"sender-without-ptr", "sender-without-authentication"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"ptr.unconfirmed", "spf.pass"}, Silent: append(silent, "ptr.missing")},
		},
		{
			Name: "ptr-helo-mismatch", Twin: "ptr-helo-match",
			What:    "The partner's server says its inside name in HELO, which leads nowhere; the PTR record is right, and the receiver's SpamAssassin holds the mail for it.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{onlySPF(other), ViaPostfix, SpamAssassin("KHOP_HELO_FCRDNS=4.3", "SPF_PASS=-0.001", "BAYES_50=0.8", "HTML_MESSAGE=0.001")},
			Truth:  Truth{FalsePositive: true, Cause: "ptr-helo-mismatch", Not: []string{"sender-without-ptr", "sender-without-authentication"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"helo.mismatch"}, Silent: append(silent, "ptr.missing", "helo.not-a-name")},
		},
		{
			Name: "ptr-helo-match", Twin: "ptr-helo-mismatch",
			What:    "The same mail from the same server after its name in HELO was corrected.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{onlySPF(partnerMail), ViaPostfix},
			Truth:  Truth{Not: []string{"ptr-helo-mismatch", "sender-without-ptr"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass"}, Silent: append(silent, "helo.mismatch", "ptr.missing", "helo.not-a-name")},
		},
		{
			Name: "helo-not-a-name", Twin: "ptr-helo-match",
			What:    "The partner's server says a single word in HELO.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{onlySPF(word), ViaPostfix, SpamAssassin("HELO_NO_DOMAIN=4.3", "SPF_PASS=-0.001", "BAYES_50=0.8", "HTML_MESSAGE=0.001")},
			Truth:  Truth{FalsePositive: true, Cause: "ptr-helo-mismatch", Not: []string{"sender-without-ptr"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"helo.not-a-name"}, Silent: append(silent, "ptr.missing")},
		},
		{
			Name: "helo-address-literal", Twin: "ptr-helo-match",
			What:    "The partner's server says its own address in brackets in HELO; everything else is right, and the mail is delivered.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{atPartner(literal), DKIM(partnerKey), ViaPostfix},
			Truth:  Truth{Not: []string{"sender-without-ptr", "ptr-helo-mismatch"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"helo.not-a-name"}, Silent: append(silent, "ptr.missing")},
		},
		{
			Name: "no-spf-dkim-dmarc", Twin: "spf-without-dkim-dmarc",
			What:    "A small workshop's domain has no SPF, no DKIM and no DMARC record; the server itself is in order, and the filter holds its offer.",
			Profile: quarryProfile, SPF: "none", DMARC: "none",
			Steps:  []Step{workshop(""), ViaExim, SpamAssassin("KAM_LAZY_DOMAIN_SECURITY=4.3", "SPF_NONE=0.001", "SPF_HELO_NONE=0.001", "BAYES_50=0.8")},
			Truth:  Truth{FalsePositive: true, Cause: "sender-without-authentication", Not: []string{"sender-without-ptr", "ptr-helo-mismatch"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"auth.none"}, Silent: []string{"spf.fail", "ptr.missing", "helo.mismatch", "dkim.pass"}},
		},
		{
			Name: "spf-without-dkim-dmarc", Twin: "no-spf-dkim-dmarc",
			What:    "The same offer after the workshop has published an SPF record.",
			Profile: quarryProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{workshop("v=spf1 ip4:203.0.113.30 -all"), ViaExim},
			Truth:  Truth{Not: []string{"sender-without-authentication", "sender-without-ptr"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass"}, Silent: []string{"auth.none", "ptr.missing"}},
		},
	}
}

// atPartner is an ordinary letter of the partner, from a server as given.
func atPartner(relay Host) Step {
	d := partner
	d.MX = relay
	return FromDesktop(deliveryLetter("buyer@example.org"), d, relay)
}

// onlySPF is the same of a partner that has SPF, and neither signs nor publishes a policy.
func onlySPF(relay Host) Step {
	d := Domain{Name: "partner.example", SPF: partner.SPF, MX: relay}
	return FromDesktop(deliveryLetter("buyer@example.org"), d, relay)
}

// workshop is the offer of a small firm that runs its own Exim.
func workshop(spf string) Step {
	host := Host{Name: "mail.joinery.example", IP: "203.0.113.30"}
	return On(
		Publish(Domain{Name: "joinery.example", SPF: spf, MX: host}),
		At(Host{Name: "office-pc", IP: "10.0.7.21", PTR: "-", Auth: "karl@joinery.example"}),
		Write(Letter{
			From: "Karl Berger <karl@joinery.example>", To: "office@quarry.example", Subject: "Offer for the stairs, 2nd version", Zone: "+0100",
			Text: `
Dear Ms Lindqvist,

as we discussed at the site I have changed the offer: oak instead of beech for the steps, the handrail on the left side only, and the landing in one piece. With these changes the price is 8,450 without tax. The wood can be here in three weeks, and two men need four days to build it in.

The drawing is in the attachment. If you agree, send me a short answer until the end of the month, since the saw mill keeps the planks for us until then.

With kind regards
Karl Berger
Berger Joinery
`,
			Attach: []Part{File("stairs-2.pdf", "application/pdf", pdf("Offer 2026-041: oak stairs"))},
		}),
		Hop(host, Exim, 0),
	)
}

// pdf is a small file that looks like a PDF with one line of text.
func pdf(text string) string {
	return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n4 0 obj<<>>stream\nBT /F1 12 Tf 72 770 Td (" +
		text + ") Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
}

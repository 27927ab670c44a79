package compose

// learnt: mail that is judged by what a receiver has learnt, of words and of addresses, and by nothing else. The receivers are strict, so that a few points hold it.
func learnt() []Case {
	return []Case{
		{
			Name: "words-hold-partner", Twin: "words-of-partner",
			What:    "A partner's honest offer in the words of advertisements, signed and from the right server; a strict receiver's classifier alone holds it.",
			Profile: strictProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{FromDesktop(clearance, partner, partnerMail), DKIM(partnerKey), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "classifier-misjudged", Not: []string{"real-spam", "heuristic-ordinary-words"}, Origin: "desk"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"bayes.spam", "dmarc.pass"}, Silent: []string{"auth.none", "words.pills", "words.money"}},
		},
		{
			Name: "words-of-partner", Twin: "words-hold-partner",
			What:    "The same offer to a receiver who holds mail at five points.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{FromDesktop(clearance, partner, partnerMail), DKIM(partnerKey), ViaPostfix},
			Truth:  Truth{Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"bayes.spam", "dmarc.pass"}},
		},
		{
			Name: "words-hold-own-user", Twin: "outgoing-invoice",
			What:    "A user of widget.com writes an honest offer to a partner; the strict classifier of the way out alone holds it.",
			Profile: widgetOutProfile + strictLine, SPF: "pass",
			Steps:  []Step{fromWidgetDesk(clearanceOut), outThroughPPE},
			Truth:  Truth{FalsePositive: true, Cause: "classifier-misjudged", Not: []string{"compromised-account", "forged-own-domain"}, Direction: "outbound", Origin: "own user"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"bayes.spam"}, Silent: []string{"spoof.own-domain", "words.pills"}},
		},
		{
			Name: "local-history-stale", Twin: "local-history-faded",
			What:    "The partner's server sent spam a week ago, which the receiver has learnt; the partner has mended it, and this short answer is honest.",
			Profile: strictProfile, History: "# learnt as spam\n203.0.113.20,spam,6,2026-02-26\n", SPF: "pass", DMARC: "pass",
			Steps:  []Step{FromDesktop(shortAnswer, partner, partnerMail), DKIM(partnerKey), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "local-history-stale", Not: []string{"real-spam", "listed-address"}, Origin: "desk"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"reputation.spam", "dmarc.pass"}, Silent: []string{"blocklist.listed-high", "bayes.spam"}},
		},
		{
			Name: "local-history-faded", Twin: "local-history-stale",
			What:    "The same answer where the spam came three months ago: the history has faded.",
			Profile: strictProfile, History: "# learnt as spam\n203.0.113.20,spam,6,2025-12-01\n", SPF: "pass", DMARC: "pass",
			Steps:  []Step{FromDesktop(shortAnswer, partner, partnerMail), DKIM(partnerKey), ViaPostfix},
			Truth:  Truth{Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"reputation.neutral", "dmarc.pass"}, Silent: []string{"reputation.spam"}},
		},
		{
			Name: "spam-by-its-words", Twin: "words-of-partner",
			What:    "An advertisement by software for bulk mail, from a rented server that no record speaks for and no list knows yet.",
			Profile: exampleProfile, SPF: "none", DMARC: "none",
			Steps: []Step{
				Publish(Domain{Name: "best-deals.example"}), At(rentedHost), Envelope("bounce@best-deals.example", "buyer@example.org"),
				Write(bulkOffer), Border(ownMX, Postfix, 0), Hop(ownIMAP, LMTP, 0), returnPath,
			},
			Truth:  Truth{Cause: "real-spam", Not: []string{"classifier-misjudged", "heuristic-ordinary-words"}, Origin: "rented server"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"bayes.spam", "auth.none"}, Silent: []string{"spf.pass", "blocklist.listed-high"}},
		},
	}
}

// strictLine is that of a receiver who would rather look twice.
const strictLine = "thresholds: {quarantine: 1.5, reject: 15}\n"

const strictProfile = exampleProfile + strictLine

var clearance = clearanceOf("Ines Carvalho <ines@partner.example>", "buyer@example.org", "Ines Carvalho\nPartner & Co.")

var clearanceOut = clearanceOf("Anna Roy <anna@widget.com>", "accounts@partner.example", "Anna Roy\nAccounts, Widget Company")

// clearanceOf is an honest offer in the words that advertisements have.
func clearanceOf(from, to, name string) Letter {
	return Letter{
		From: from, To: to, Subject: "Our special offer for your company", HTML: "auto",
		Text: `
Dear customer,

our company offers you the best price of the year: order today and receive free shipping on all orders, with our full guarantee. To order, simply visit our website, fill in the form with your name and address, and receive your products within ten days.

This special offer is for our business customers only. Your satisfaction is guaranteed. If you do not want to receive our offers, please reply and your address will be removed from our list.

` + name + "\n",
	}
}

var shortAnswer = Letter{From: "Ines Carvalho <ines@partner.example>", To: "buyer@example.org", Subject: "Tuesday", Text: "\nTuesday, yes.\n\nInes\n"}

var rentedHost = Host{Name: "srv81.rented.example", IP: "203.0.113.231"}

var bulkOffer = Letter{
	From: "BEST DEALS <kx7qz9v2b@best-deals.example>", To: "buyer@example.org", Subject: "ADV: SAVE $$$ NOW!!!   Act fast", HTML: "only",
	Text: `
Dear friend,

ACT NOW! This is a limited time offer! Click here to order our amazing product with our full guarantee! Call now, operators are standing by. You were selected to save up to 70% off retail prices!

Refinance your mortgage at the lowest rates, no credit check!

http://www.best-deals.example/offer

This is not spam. To be removed from our mailing list, click here: http://www.best-deals.example/remove
`,
	Above: []Field{{"Reply-To", "deals4you@mail.best-offers.example"}},
	Below: []Field{{"X-Mailer", "The Bat! (v1.52f) Business"}, {"X-Priority", "1"}},
}

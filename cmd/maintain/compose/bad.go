package compose

import "time"

// bad: mail that was caught for good reason. Nothing here may be released, and no rule may be offered for it.
func bad() []Case {
	freemail := Host{Name: "mail-out5.freemail.example", IP: "198.51.100.140"}
	return []Case{
		{
			Name: "plain-spam", Twin: "plain-good-newsletter",
			What:    "Pills, from a bot on a home line, with a forged sender that has no records.",
			Profile: exampleProfile, SPF: "none", DMARC: "none",
			Steps: []Step{
				Publish(Domain{Name: "cheap-meds.example"}), At(botHost), Envelope("sale@cheap-meds.example", "buyer@example.org"),
				Write(Letter{
					From: "Canadian Pharmacy <sale@cheap-meds.example>", To: "buyer@example.org", Subject: "BUY V1AGRA NOW - 80% OFF - NO PRESCRIPTION", HTML: "only",
					Text: `
Dear customer,

Order now from the number one online pharmacy: Viagra, Cialis and weight loss pills, no prescription, cheap prices, 100% free shipping. Limited time offer, act now!

http://203.0.113.201/shop

Guaranteed discount, lose 15 pounds in 7 days. Once in a lifetime!
`,
				}),
				Listed(botHost.IP, "zen.spamhaus.org", "127.0.0.4", "127.0.0.10"), ViaPostfix,
			},
			Truth:  Truth{Cause: "real-spam", Not: []string{"sender-without-authentication", "listed-address", "classifier-misjudged"}, Origin: "bot"},
			Expect: Expect{Decision: "reject", Speaks: []string{"auth.none", "blocklist.listed-high"}, Silent: []string{"spf.pass", "dkim.pass", "rule.allow"}},
		},
		{
			Name: "plain-phishing", Twin: "plain-good",
			What:    "A letter that presses for the mailbox password, as a service department that does not exist, through an abused web server.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "fail",
			Steps: []Step{
				Publish(Domain{Name: "bank.example", SPF: "v=spf1 ip4:203.0.113.60 ~all", DMARC: "v=DMARC1; p=quarantine", MX: Host{Name: "mx.bank.example", IP: "203.0.113.60"}}),
				At(Host{Name: "vps77.cheaphost.example", IP: "203.0.113.210"}), Envelope("security@bank.example", "buyer@example.org"),
				Write(phishing("Bank Security <security@bank.example>", "buyer@example.org")), Hop(Host{Name: "vps77.cheaphost.example", IP: "203.0.113.210"}, PostfixLocal("48"), 0),
				ViaPostfix,
			},
			Truth:  Truth{Cause: "real-phishing", Not: []string{"forwarder", "spf-include-missing", "dmarc-misaligned-service"}, Origin: "abused web server"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dmarc.fail-quarantine", "spf.softfail"}, Silent: []string{"dmarc.pass", "spf.pass", "rule.allow"}},
		},
		{
			Name: "lookalike-domain", Twin: "plain-good",
			What:    "A domain that looks like the partner's, registered last week, with SPF, DKIM and DMARC of its own, asks to pay to another account.",
			Profile: partnerProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				Publish(Domain{Name: "partrner.example", SPF: "v=spf1 ip4:203.0.113.211 -all", DMARC: "v=DMARC1; p=none", MX: Host{Name: "mail.partrner.example", IP: "203.0.113.211"}}),
				Publish(partner),
				At(Host{Name: "mail.partrner.example", IP: "203.0.113.211"}), Write(bankChange("Ines Carvalho <ines@partrner.example>", "buyer@example.org")),
				DKIM(Sign{Domain: "partrner.example", Selector: "mail", Key: "delta"}), ViaPostfix,
			},
			Truth:  Truth{Cause: "lookalike-domain", Not: []string{"first-contact", "classifier-misjudged"}, Origin: "stranger's server"},
			Expect: Expect{Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass", "words.payment-change"}, Silent: []string{"rule.allow", "auth.none"}},
		},
		{
			Name: "display-name-colleague", Twin: "colleague-private-account",
			What:    "A stranger with a free mailbox calls himself like the managing director and asks for gift cards.",
			Profile: staffProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				freeMailbox(freemail), Write(Letter{
					From: "Clara Vogt <director.clara.vogt77@freemail.example>", To: "buyer@example.org", Subject: "Quick favour",
					Text: `
Are you at your desk? I am in a conference and can only write.

I need you to purchase five gift cards for a client today, 100 each. Scratch the back and send me the codes by mail. I will reimburse you tonight. Please keep it to yourself, it is a surprise.

Clara Vogt
Managing Director
`,
				}),
				freemailOut(freemail), ViaPostfix,
			},
			Truth:  Truth{Cause: "display-name-colleague", Not: []string{"colleague-private-account", "classifier-misjudged"}, Origin: "free mailbox"},
			Expect: Expect{Speaks: []string{"dmarc.pass", "words.gift-cards"}, Silent: []string{"spoof.own-domain", "rule.allow"}},
		},
		{
			Name: "colleague-private-account", Twin: "display-name-colleague",
			What:    "The real managing director writes from her private mailbox since the office is without power; the filter takes it for an impostor.",
			Profile: staffProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				freeMailbox(freemail), Write(Letter{
					From: "Clara Vogt <clara.vogt@freemail.example>", To: "buyer@example.org", Subject: "No power in the office",
					Text: `
Good morning,

the street has no power until about eleven, so I write from home. Please tell the team to come in after that, and ask Tomas to call the carrier: the ramp will not open before.

I can be reached on my usual number.

Clara
`,
				}),
				freemailOut(freemail), ViaPostfix, SpamAssassin("LOCAL_FROM_NAME_STAFF=4.3", "FREEMAIL_FROM=0.001", "BAYES_50=0.8"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "colleague-private-account", Not: []string{"forged-own-domain", "display-name-colleague"}, Origin: "free mailbox"},
			Expect: Expect{Speaks: []string{"dmarc.pass"}, Silent: []string{"spoof.own-domain", "words.gift-cards"}},
		},
		{
			Name: "brand-impersonation", Twin: "brand-in-name-honest",
			What:    "A stranger with a free mailbox calls himself like a payment service and wants the reader to look at a payment behind a foreign link.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				freeMailbox(freemail), Write(Letter{
					From: "PayPal Service <paypal.service.4711@freemail.example>", To: "buyer@example.org", Subject: "Your payment is on hold", HTML: "auto",
					Text: `
Hello,

your payment of 249.90 to the Lighthouse Shop is on hold. If you did not order this, look at it today:

https://case-4711.cheaphost.example/pay

PayPal Service
`,
				}),
				freemailOut(freemail), ViaPostfix,
			},
			Truth:  Truth{Cause: "brand-impersonation", Not: []string{"real-spam", "classifier-misjudged"}, Origin: "free mailbox"},
			Expect: Expect{Speaks: []string{"dmarc.pass", "sender.borrowed-brand"}, Silent: []string{"spoof.own-domain", "rule.allow"}},
		},
		{
			Name: "brand-in-name-honest", Twin: "brand-impersonation",
			What:    "The partner's shop writes how the order was paid: the name holds that of the payment service beside its own, and the link is the partner's.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				FromDesktop(Letter{
					From: "Ines Carvalho - PayPal orders <ines@partner.example>", To: "buyer@example.org", Subject: "Your order is paid", HTML: "auto",
					Text: `
Good morning,

your order of Monday was paid with PayPal, thank you. It leaves the warehouse tomorrow; the papers are here:

https://www.partner.example/orders/4711

Ines Carvalho
`,
				}, partner, partnerMail), DKIM(partnerKey), ViaPostfix,
			},
			Truth:  Truth{Not: []string{"brand-impersonation", "risky-request"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.pass", "sender.borrowed-brand"}, Silent: []string{"spf.fail"}},
		},
		{
			Name: "compromised-partner", Twin: "plain-good",
			What:    "Somebody has the password of Ines Carvalho's mailbox: SPF, DKIM and DMARC pass, and the letter asks to log in to see a document.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				Publish(partner),
				At(Host{Name: "198-51-100-222.vpn.example", IP: "198.51.100.222", Helo: "[127.0.0.1]", Auth: "ines@partner.example"}),
				func(m *Mail) { m.Zone.Host(Host{Name: "198-51-100-222.vpn.example", IP: "198.51.100.222"}) },
				Write(sharedDocument), Hop(partnerMail, Postfix, time.Second), DKIM(partnerKey), ViaPostfix,
			},
			Truth:  Truth{Cause: "compromised-account", Not: []string{"classifier-misjudged", "first-contact", "lookalike-domain"}, Origin: "stolen mailbox"},
			Expect: Expect{Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"spf.fail", "auth.none", "rule.allow"}},
		},
		{
			Name: "forged-own-domain", Twin: "web-form-unlisted-server",
			What:    "A stranger's server sends as the accounts department of widget.com to its staff.",
			Profile: widgetProfile, SPF: "fail", DMARC: "fail",
			Steps: []Step{
				At(Host{Name: "vps77.cheaphost.example", IP: "203.0.113.210"}), Envelope("accounts@widget.com", "anna@widget.com"),
				Write(bankChange("Accounts <accounts@widget.com>", "anna@widget.com")), ViaPPE(widget),
			},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"web-form-unlisted-server", "web-form-hosting-pool", "marketing-service-own-domain", "signature-service-loop"}, Origin: "stranger's server"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain", "spf.fail", "dmarc.fail-quarantine"}, Silent: []string{"spf.pass", "rule.allow"}},
		},
		{
			Name: "forged-own-domain-form-copy", Twin: "web-form-hosting-pool",
			What:    "A stranger copies the web form's text and writes a Received line of the form's host under his own.",
			Profile: widgetProfile, SPF: "fail", DMARC: "fail",
			Steps: []Step{
				At(formHost), Envelope("forms@widget.com", "sales@widget.com"), Write(withLink(webFormLetter("widget.com"))),
				Hop(ppeOld, PPEExim("nobody"), 0),
				At(Host{Name: "vps77.cheaphost.example", IP: "203.0.113.210", Helo: "webhoster.someformservice.com"}), DNS(formHost.Name, "A", formHost.IP), ViaPPEExim(""),
			},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"web-form-unlisted-server", "web-form-hosting-pool"}, Origin: "stranger's server"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain", "path.forged-hop", "helo.mismatch"}, Silent: []string{"rule.allow", "spf.pass"}},
		},
	}
}

// phishing is a letter that presses for a login.
func phishing(from, to string) Letter {
	return Letter{
		From: from, To: to, Subject: "Your account will be closed today",
		HTML: `
<html><body>
<p>Dear customer,</p>
<p>we saw an unusual login. You must <b>verify your account</b> within 24 hours, or it will be suspended.</p>
<p><a href="http://203.0.113.210/bank/login.php">https://www.bank.example/login</a></p>
<p>Confirm your password immediately. This is the final notice.</p>
<p>Security Department</p>
</body></html>
`,
		Text: `
Dear customer,

we saw an unusual login. You must verify your account within 24 hours, or it will be suspended.

http://203.0.113.210/bank/login.php

Confirm your password immediately. This is the final notice.

Security Department
`,
	}
}

// bankChange asks to pay to another account.
func bankChange(from, to string) Letter {
	return Letter{
		From: from, To: to, Subject: "New bank details for open invoices", HTML: "auto",
		Text: `
Good morning,

we have changed our bank. Please use the new bank details below for the invoice of February and for all payments from now on; transfers to the old account come back.

Bank:     First Coast Trust
IBAN:     XX00 0000 0000 0000 0000 00
Name:     Partner Trading

The transfer is urgent, since the auditors close the books tonight. Confirm by mail when it is done. I am in meetings and cannot be called.

Kind regards
Accounts
`,
	}
}

var sharedDocument = Letter{
	From: "Ines Carvalho <ines@partner.example>", To: "buyer@example.org", Subject: "Ines Carvalho shared \"Price list 2026\" with you",
	HTML: `
<html><body>
<p>Ines Carvalho has shared a document with you.</p>
<p><b>Price list 2026 (confidential)</b></p>
<p><a href="https://docs-view.cheaphost.example/login?u=buyer">Open in OneDrive</a></p>
<p>The link expires in 24 hours. You must verify your identity with your mail password, access will expire otherwise.</p>
</body></html>
`,
	Text: `
Ines Carvalho has shared a document with you: Price list 2026 (confidential).

https://docs-view.cheaphost.example/login?u=buyer

The link expires in 24 hours. You must verify your identity with your mail password, access will expire otherwise.
`,
}

// withLink adds what the stranger is after to a copied letter.
func withLink(l Letter) Letter {
	l.Text += "\nThe visitor has sent a drawing, log in to see it:\nhttp://203.0.113.210/widget/login.php\n"
	return l
}

// freeMailbox is the web mail of a provider of free mailboxes.
func freeMailbox(out Host) Step {
	return On(
		Publish(Domain{Name: "freemail.example", SPF: "v=spf1 ip4:198.51.100.140/30 -all", DMARC: "v=DMARC1; p=none", MX: out}),
		At(Host{Name: "webmail.freemail.example", IP: "10.60.0.3"}),
	)
}

func freemailOut(out Host) Step {
	return On(Hop(out, PostfixPlain, time.Second), DKIM(Sign{Domain: "freemail.example", Selector: "fm3", Key: "bravo"}))
}

// staffProfile is example.org, which has told the names that strangers like to use.
const staffProfile = exampleProfile + "colleagues: [Clara Vogt]\n"

// partnerProfile is example.org, which has told who its partner is.
const partnerProfile = exampleProfile + "allowed-senders: [ines@partner.example]\n"

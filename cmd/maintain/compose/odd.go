package compose

import "time"

// odd: messages, copies and headers that are not quite as they should be, and mail that is held for its words.
func odd() []Case {
	return []Case{
		{
			Name: "two-from-fields", Twin: "plain-good",
			What:    "A letter with two From fields: the upper one is the partner's, the lower one the stranger's who sent it.",
			Profile: exampleProfile, SPF: "pass", DMARC: "",
			Steps: []Step{
				Publish(Domain{Name: "stranger.example", SPF: "v=spf1 ip4:203.0.113.210 -all", MX: Host{Name: "mail.stranger.example", IP: "203.0.113.210"}}), Publish(partner),
				At(Host{Name: "mail.stranger.example", IP: "203.0.113.210"}), Envelope("x@stranger.example", "buyer@example.org"),
				Write(bankChange("Ines Carvalho <ines@partner.example>", "buyer@example.org")), Trail("From", "x@stranger.example"),
				func(m *Mail) { m.Broken = true }, ViaPostfix,
			},
			Truth:  Truth{Cause: "real-phishing", Not: []string{"classifier-misjudged", "forwarder"}, Origin: "stranger's server"},
			Expect: Expect{Speaks: []string{"from.repeated"}, Silent: []string{"rule.allow", "from.several"}},
		},
		{
			Name: "dkim-good-lf-only", Twin: "plain-good",
			What:    "The good letter, saved by a program that wrote it with bare line feeds: hashed with CRLF, the signature still holds.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{atPartner(partnerMail), DKIM(partnerKey), ViaPostfix, func(m *Mail) { m.BareLF = true }},
			Truth:  Truth{Not: []string{"footer-after-signing", "reencoded-on-the-way"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.pass"}, Silent: []string{"dkim.body-changed"}},
		},
		{
			Name: "header-only-copy", Twin: "plain-good",
			What:    "Only the header of the good letter was handed over: the body half of the signature cannot be judged.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{atPartner(partnerMail), DKIM(partnerKey), ViaPostfix, func(m *Mail) { m.HeadOnly = true }},
			Truth:  Truth{Not: []string{"footer-after-signing", "reencoded-on-the-way"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass"}, Silent: []string{"dkim.body-changed", "dkim.signature-bad", "mime.empty"}},
		},
		{
			Name: "header-only-broken", Twin: "footer-after-signing",
			What:    "Only the header of the letter with the footer was handed over: the border recorded the broken body hash.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{signedThenTool(partnerText, FooterText(disclaimer)), ViaPostfix, func(m *Mail) { m.HeadOnly = true }},
			Truth:  Truth{FalsePositive: true, Cause: "footer-after-signing", Not: []string{"sender-without-authentication", "forwarder"}, Origin: "desk", Damage: "footer in text/plain"},
			Expect: Expect{Speaks: []string{"dmarc.fail-quarantine"}, Silent: []string{"dkim.header-changed", "dkim.signature-bad", "mime.empty"}},
		},
		{
			Name: "clock-wrong", Twin: "plain-good",
			What:    "The clock of the partner's server is nine hours fast, so the mail was sent after it arrived.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps: []Step{
				Wait(9 * time.Hour), onlySPF(partnerMail), Wait(-9 * time.Hour), ViaPostfix,
				SpamAssassin("DATE_IN_FUTURE_06_12=4.2", "BAYES_50=0.8", "HTML_MESSAGE=0.001"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "clock-wrong", Not: []string{"sender-without-ptr", "forged-own-domain"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"path.backwards"}, Silent: []string{"path.forged-hop", "path.delay", "spf.fail"}},
		},
		{
			Name: "long-queue", Twin: "clock-wrong",
			What:    "The partner's line was down for three hours; the mail is late, and every clock is right.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{atPartner(partnerMail), DKIM(partnerKey), Queue(3 * time.Hour), ViaPostfix},
			Truth:  Truth{Not: []string{"clock-wrong"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"path.delay", "dmarc.pass"}, Silent: []string{"path.backwards", "headers.date-odd"}},
		},
		{
			Name: "classifier-ham-odd-words", Twin: "plain-spam",
			What:    "A pharmacist's honest letter in HTML alone: the words are those of spam, the sender and the records are in order.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				FromDesktop(pharmacist, partner, partnerMail), DKIM(partnerKey), ViaPostfix,
				SpamAssassin("BAYES_99=3.5", "BAYES_999=0.2", "DRUGS_ERECTILE=1.8", "MIME_HTML_ONLY=0.7"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "classifier-misjudged", Not: []string{"real-spam", "footer-after-signing", "sender-without-authentication"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"dmarc.pass", "mime.html-only"}, Silent: []string{"spf.fail", "dkim.body-changed", "blocklist.listed-high"}},
		},
		{
			Name: "heuristic-ordinary-words", Twin: "plain-good",
			What:    "A colleague of the partner thanks for a gift card and asks whether to buy more for the jubilee: a rule takes it for fraud.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				FromDesktop(jubilee, partner, partnerMail), DKIM(partnerKey), ViaPostfix,
				SpamAssassin("LOCAL_GIFT_CARD=4.3", "BAYES_50=0.8", "HTML_MESSAGE=0.001"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "heuristic-ordinary-words", Not: []string{"display-name-colleague", "real-phishing", "compromised-account"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"dmarc.pass"}, Silent: []string{"spf.fail", "spoof.own-domain"}},
		},
		{
			Name: "cannot-tell", Twin: "header-only-copy",
			What:    "Four lines of a header in a chat: no Received line of the receiver, no signature, nobody's verdict. Whatever is said would be a guess.",
			Profile: exampleProfile,
			Steps: []Step{
				On(FromDesktop(partnerText, Domain{Name: "partner.example"}, partnerMail)), func(m *Mail) {
					m.HeadOnly, m.Broken, m.Zone = true, true, &Zone{}
					m.Fields = m.Fields[1:]
				},
			},
			Truth:  Truth{FalsePositive: true, Direction: "unknown", Cause: "cannot-tell", Not: []string{"sender-without-authentication", "footer-after-signing"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Silent: []string{"auth.none", "spf.none", "dmarc.none", "ptr.missing", "spoof.own-domain"}},
		},
	}
}

var pharmacist = Letter{
	From: "Ines Carvalho <ines@partner.example>", To: "buyer@example.org", Subject: "Your question about the recall", HTML: "only", Encoding: "quoted-printable",
	Text: `
Good morning,

the recall concerns two lots of sildenafil, which most people know as Viagra, and one lot of the weight loss powder that your canteen had on its shelf. Nothing that our online pharmacy shop sold last month is in it. If you have a packet at hand, compare the number on the flap with the list on our door.

Medicine on prescription may be brought back to the counter at any time, opened or not, and you will get the full price.

Kind regards
Ines Carvalho
`,
}

var jubilee = Letter{
	From: "Ines Carvalho <ines@partner.example>", To: "buyer@example.org", Subject: "Re: the jubilee", HTML: "auto",
	Text: `
Good evening,

Tomas was so pleased with the gift card that he has already spent half of it in the garden centre. Are you available on Tuesday to talk about the other two? I could buy them here in town, or we take vouchers for the climbing hall, which the apprentices would like better.

It is rather urgent now, the party is on Friday.

Ines
`,
	Above: []Field{{"In-Reply-To", "<20260227.771@example.org>"}, {"References", "<20260227.771@example.org>"}},
}

// pills is spam.
func pills(to string) Letter {
	return Letter{
		From: "Canadian Pharmacy <sale@cheap-meds.example>", To: to, Subject: "80% OFF TODAY ONLY", HTML: "only",
		Text: `
Order now: Viagra, Cialis, no prescription needed, cheap prices and 100% free shipping. Act now, limited time offer!

http://203.0.113.201/shop
`,
	}
}

// newsletter is a letter to many who asked for it, through a service that signs for the sender.
func newsletter(to string) Step {
	host := Host{Name: "news4.mailservice.example", IP: "198.51.100.92"}
	return On(
		Publish(Domain{Name: "gardeners.example", SPF: "v=spf1 include:spf.mailservice.example -all", DMARC: "v=DMARC1; p=quarantine", MX: Host{Name: "mail.gardeners.example", IP: "203.0.113.33"}}),
		Publish(Domain{Name: "mailservice.example"}),
		DNS("spf.mailservice.example", "TXT", "v=spf1 ip4:198.51.100.88/29 -all"),
		At(Host{Name: "worker-5.mailservice.example", IP: "10.3.0.9"}),
		Envelope("b-9102-"+addrLocal(to)+"@gardeners.example", to),
		Write(Letter{
			From: "The Gardeners' Club <news@gardeners.example>", To: to, Subject: "March: pruning, seeds, and the plant market", HTML: "auto", Encoding: "quoted-printable",
			CSS: "body{font-family:Georgia}p{max-width:560px}",
			Text: `
March in the garden

Prune the apple trees before the buds break, and leave the plums alone until summer. Tomatoes may go on the window sill from the middle of the month; peppers need another week and more warmth.

The plant market is on the last Saturday, from eight until the tables are empty. Members get a tray of lettuce for nothing. Bring pots.

https://www.gardeners.example/market

You get this letter since you are a member. To stop it, follow the link or answer with the word stop.

https://www.gardeners.example/stop?m=9102
`,
			Below: []Field{
				{"List-Id", "The Gardeners' Club <news.gardeners.example>"},
				{"List-Unsubscribe", "<https://www.gardeners.example/stop?m=9102>,\r\n <mailto:stop@gardeners.example?subject=9102>"},
				{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
				{"Precedence", "bulk"},
			},
		}),
		Hop(host, Localhost, time.Second),
		DKIM(Sign{Domain: "gardeners.example", Selector: "ms1", Key: "charlie"}),
	)
}

func addrLocal(addr string) string { return addr[:len(addr)-len(domainOf(addr))-1] }

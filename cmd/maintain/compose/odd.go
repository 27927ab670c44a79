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
			Expect: Expect{Decision: "deliver", Speaks: []string{"path.delay", "dmarc.pass"}, Silent: []string{"path.backwards", "path.date-odd"}},
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
			Name: "first-contact", Twin: "plain-good",
			What:    "A stranger's first honest letter with everything in order; Microsoft shows its first-contact tip and delivers to junk.",
			Profile: microsoftProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				FromDesktop(firstLetter, partner, partnerMail), DKIM(partnerKey),
				Microsoft(harbour, Verdict{SFV: "SPM", SCL: 5, CAT: "SPM", Dest: "J"}),
				Trail("X-MS-Exchange-EnableFirstContactSafetyTip", "Enable"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "first-contact", Not: []string{"lookalike-domain", "real-phishing", "sender-without-authentication"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "auth.none"}},
		},
		{
			Name: "microsoft-spam-verdict", Twin: "microsoft-forged-verdict",
			What:    "Microsoft 365 holds a newsletter as bulk: the fields at the end of the header are its own.",
			Profile: microsoftProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				newsletter("members@harbour.example"), Microsoft(harbour, Verdict{SFV: "SPM", SCL: 6, CAT: "BULK", Dest: "J", BCL: 7, Bulk: true}),
			},
			Truth:  Truth{FalsePositive: true, Cause: "bulk-level", Not: []string{"classifier-misjudged", "real-spam"}, Origin: "newsletter service"},
			Expect: Expect{Speaks: []string{"spf.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "auth.none"}},
		},
		{
			Name: "microsoft-forged-verdict", Twin: "microsoft-spam-verdict",
			What:    "A spammer has written Microsoft's fields into his mail, with a verdict of not spam; the receiver runs Postfix.",
			Profile: exampleProfile, SPF: "none", DMARC: "none",
			Steps: []Step{
				Publish(Domain{Name: "cheap-meds.example"}), At(botHost), Envelope("sale@cheap-meds.example", "buyer@example.org"),
				Write(pills("buyer@example.org")),
				Trail("X-MS-Exchange-Organization-SCL", "-1"),
				Trail("X-Forefront-Antispam-Report", "CIP:40.107.220.170;CTRY:US;LANG:en;SCL:-1;SRV:;IPV:CAL;SFV:SKN;CAT:NONE;DIR:INB;"),
				Trail("X-Spam-Status", "No, score=-12.4 required=5.0 tests=USER_IN_WELCOMELIST"),
				Listed(botHost.IP, "zen.spamhaus.org", "127.0.0.4"), ViaPostfix,
			},
			Truth:  Truth{Cause: "real-spam", Not: []string{"bulk-level", "classifier-misjudged", "sender-without-authentication"}, Origin: "bot"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"blocklist.listed-high", "auth.none"}, Silent: []string{"rule.allow", "spf.pass"}},
		},
		{
			Name: "microsoft-tenant-block", Twin: "microsoft-safe-sender",
			What:    "A good letter is in junk since somebody put the partner's domain on the tenant's block list: SFV says SKB.",
			Profile: microsoftProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{atPartnerTo("purchasing@harbour.example"), DKIM(partnerKey), Microsoft(harbour, Verdict{SFV: "SKB", SCL: 9, CAT: "SPM", Dest: "J"})},
			Truth:  Truth{FalsePositive: true, Cause: "own-block-entry", Not: []string{"classifier-misjudged", "real-spam", "first-contact"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"auth.none"}},
		},
		{
			Name: "microsoft-safe-sender", Twin: "microsoft-tenant-block",
			What:    "Spam lies in the inbox since the user has the sender among the safe senders: SFV says SFE.",
			Profile: microsoftProfile, SPF: "none", DMARC: "none",
			Steps: []Step{
				Publish(Domain{Name: "cheap-meds.example"}), At(botHost), Envelope("sale@cheap-meds.example", "members@harbour.example"), Write(pills("members@harbour.example")),
				Listed(botHost.IP, "zen.spamhaus.org", "127.0.0.4"),
				Microsoft(harbour, Verdict{SFV: "SFE", SCL: -1, CAT: "NONE", Dest: "I"}),
			},
			Truth:  Truth{Cause: "real-spam", Not: []string{"own-block-entry"}, Origin: "bot"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"blocklist.listed-high", "auth.none"}, Silent: []string{"spf.pass"}},
		},
		{
			Name: "microsoft-bulk-below", Twin: "microsoft-spam-verdict",
			What:    "The same newsletter with a bulk level under the threshold.",
			Profile: microsoftProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{newsletter("members@harbour.example"), Microsoft(harbour, Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "I", BCL: 3})},
			Truth:  Truth{Not: []string{"bulk-level", "classifier-misjudged"}, Origin: "newsletter service"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "auth.none"}},
		},
		{
			Name: "microsoft-mailbox-rule", Twin: "plain-good-microsoft",
			What:    "Microsoft found nothing (SFV:NSPM), and the letter lies in junk all the same: the user's own junk list moved it.",
			Profile: microsoftProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{atPartnerTo("purchasing@harbour.example"), DKIM(partnerKey), Microsoft(harbour, Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "J"})},
			Truth:  Truth{FalsePositive: true, Cause: "own-mailbox-rule", Not: []string{"own-block-entry", "classifier-misjudged", "first-contact"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"auth.none"}},
		},
		{
			Name: "similar-domain-honest", Twin: "lookalike-domain",
			What:    "An old firm's domain differs from the receiver's by one letter; Microsoft takes its honest letter for an impersonation (CAT:DIMP).",
			Profile: microsoftProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				FromDesktop(arbour, arbourDomain, arbourDomain.MX), DKIM(Sign{Domain: "arbour.example", Selector: "a1", Key: "delta"}),
				Microsoft(harbour, Verdict{SFV: "SPM", SCL: 8, CAT: "DIMP", Dest: "J", Extra: "SFTY:9.19;"}),
			},
			Truth:  Truth{FalsePositive: true, Cause: "similar-domain-honest", Not: []string{"forged-own-domain", "first-contact", "classifier-misjudged"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "auth.none"}},
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

var arbourDomain = Domain{Name: "arbour.example", SPF: "v=spf1 ip4:203.0.113.36 -all", DMARC: "v=DMARC1; p=reject", MX: Host{Name: "mail.arbour.example", IP: "203.0.113.36"}}

var arbour = Letter{
	From: "Tree Office <trees@arbour.example>", To: "purchasing@harbour.example", Subject: "The limes in Quay Street", HTML: "auto",
	Text: `
Dear neighbours,

on Wednesday and Thursday we cut the three limes in Quay Street. The pavement in front of your gate will be closed from eight to noon; deliveries can use the yard of the rope maker, who knows about it.

If you would like some of the wood, tell the foreman on the day.

Arbour Tree Care, since 1931
`,
}

// microsoftProfile is harbour.example with nothing but Microsoft 365.
const microsoftProfile = `# harbour.example: Microsoft 365 alone
domains: [harbour.example]
filter: microsoft-365
microsoft-365: {tenant: 6b1f7c1a-90f1-4d0e-9f51-3f1d2c6b8a10}
`

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

var firstLetter = Letter{
	From: "Ines Carvalho <ines@partner.example>", To: "purchasing@harbour.example", Subject: "Pallets for the harbour shop", HTML: "auto", Encoding: "quoted-printable",
	Text: `
Dear purchasing team,

Ms Weiss of example.org gave me your address. We repair pallets and deliver them along the coast, and she thought that your harbour shop might need forty a month. May I send you our prices, or come by when I am in town next week?

The attached page shows what we do. If it is of no use to you, forget this letter; I shall not write again.

Kind regards
Ines Carvalho
Partner & Co.
`,
	Attach: []Part{File("pallets.pdf", "application/pdf", pdf("Pallets repaired and delivered"))},
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

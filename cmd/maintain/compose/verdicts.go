package compose

// verdicts: what Microsoft 365 says of its own decision, and the same fields written by a stranger.
func verdicts() []Case {
	return []Case{
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
	}
}

// microsoftProfile is harbour.example with nothing but Microsoft 365.
const microsoftProfile = `# harbour.example: Microsoft 365 alone
domains: [harbour.example]
filter: microsoft-365
microsoft-365: {tenant: 6b1f7c1a-90f1-4d0e-9f51-3f1d2c6b8a10}
`

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

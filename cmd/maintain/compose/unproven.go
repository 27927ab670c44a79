package compose

import "time"

// unproven: mail whose cause is plain, and whose sender or purpose is not.
func unproven() []Case {
	return []Case{
		{
			Name: "forwarder-changes-words", Twin: "forwarder-signed",
			What:    "The club's server runs a translation over what it forwards, so the partner's signature no longer fits and nobody can undo it.",
			Profile: exampleProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{toClubSigned, forward(false), otherWords, ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "changed-after-signing", Not: []string{"footer-after-signing", "mailing-list", "reencoded-on-the-way"}, Origin: "desk", Damage: "words replaced"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.body-changed", "autopsy.unknown"}, Silent: []string{"dkim.pass", "autopsy.restored"}},
		},
		{
			Name: "own-scanner-unlisted", Twin: "own-scanner-listed",
			What:    "The scanner of a branch signs as widget.com and sends from the branch's line, which nobody put into the sending servers.",
			Profile: widgetProfile, SPF: "fail", DMARC: "pass",
			Steps:  []Step{scanner, ViaPPE(widget)},
			Truth:  Truth{FalsePositive: true, Cause: "own-server-unlisted", Not: []string{"forged-own-domain", "web-form-unlisted-server", "marketing-service-own-domain"}, Origin: "scanner"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain", "dmarc.pass", "dkim.pass"}, Silent: []string{"dkim.body-changed"}},
		},
		{
			Name: "own-scanner-listed", Twin: "own-scanner-unlisted",
			What:    "The same scan after the line was put into the sending servers.",
			Profile: widgetBranchProfile, SPF: "fail", DMARC: "pass",
			Steps:  []Step{scanner, ViaPPE(widget)},
			Truth:  Truth{Not: []string{"own-server-unlisted", "forged-own-domain"}, Origin: "scanner"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.pass", "dkim.pass"}, Silent: []string{"spoof.own-domain"}},
		},
		{
			Name: "bank-change-honest", Twin: "lookalike-domain",
			What:    "The partner has really changed its bank and says so; a rule on such words holds the letter.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				FromDesktop(bankNews, partner, partnerMail), DKIM(partnerKey), ViaPostfix,
				SpamAssassin("LOCAL_NEW_BANK=4.3", "BAYES_50=0.8", "HTML_MESSAGE=0.001"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "payment-details-changed", Not: []string{"lookalike-domain", "compromised-account", "real-phishing"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"words.payment-change", "dmarc.pass"}, Silent: []string{"spf.fail", "auth.none"}},
		},
		{
			Name: "carrier-login-honest", Twin: "own-login-honest",
			What:    "The partner really wants the pallets confirmed on the carrier's site, with the carrier's password; a rule on such words holds the letter.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				FromDesktop(confirmAt("https://track.carrier.example/confirm/7713"), partner, partnerMail), DKIM(partnerKey), ViaPostfix,
				SpamAssassin("LOCAL_PASSWORD_LINK=4.3", "BAYES_50=0.8"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "risky-request", Not: []string{"compromised-account", "real-phishing"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"dmarc.pass"}, Silent: []string{"spf.fail", "words.verify-account", "links.address"}},
		},
		{
			Name: "own-login-honest", Twin: "carrier-login-honest",
			What:    "The same letter with a link to the partner's own site.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				FromDesktop(confirmAt("https://portal.partner.example/confirm/7713"), partner, partnerMail), DKIM(partnerKey), ViaPostfix,
				SpamAssassin("LOCAL_PASSWORD_LINK=4.3", "BAYES_50=0.8"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "heuristic-ordinary-words", Not: []string{"compromised-account", "real-phishing", "risky-request"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"dmarc.pass"}, Silent: []string{"spf.fail", "words.verify-account", "links.address"}},
		},
	}
}

// scanner is an office machine of a branch, which signs.
func scanner(m *Mail) {
	r := site{org: widget, rcpt: "anna@widget.com"}
	On(
		At(Host{Name: "scan.branch.example", IP: "203.0.113.90"}), Envelope("scan@widget.com", r.rcpt), Write(scan(r)), Wait(time.Second),
		DKIM(Sign{Domain: "widget.com", Selector: "scan", Key: "echo"}),
	)(m)
}

// widgetBranchProfile has the branch's line among the sending servers.
const widgetBranchProfile = `# widget.com: Proofpoint Essentials in front of the mailboxes
domains: [widget.com]
sending-servers: [198.51.100.0/28, 203.0.113.90]
border: ["*.ppe-hosted.com"]
filter: proofpoint-essentials
`

var bankNews = Letter{
	From: "Ines Carvalho <ines@partner.example>", To: "buyer@example.org", Subject: "Our new bank from April", HTML: "auto",
	Text: `
Good morning,

from April on we are with another bank. The new account details are on every invoice, as our letter by post in February said; please use them for payment of what falls due then. Open invoices may still go to the old account, which stays open until summer.

Call us on the number in your books if you have any doubt.

Kind regards
Ines Carvalho
`,
}

// confirmAt asks for a password at a site, which honest people do, too.
func confirmAt(link string) Letter {
	return Letter{
		From: "Ines Carvalho <ines@partner.example>", To: "buyer@example.org", Subject: "Four pallets for Thursday",
		Text: `
Good morning,

four pallets of roof tiles stand ready. Please confirm the morning here, with the password that you chose in spring:

` + link + `

Without it the lorry takes another round first and comes in the afternoon.

Kind regards
Ines Carvalho
`,
	}
}

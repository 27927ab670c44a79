package compose

import "time"

// outgoing: mail of the organisation's own users, on its way out or to each other.
func outgoing() []Case {
	return []Case{
		{
			Name: "outgoing-invoice", Twin: "outgoing-user-held",
			What:    "A user of widget.com sends an invoice; Proofpoint Essentials scans it on the way out and has nothing against it.",
			Profile: widgetOutProfile, SPF: "pass",
			Steps:  []Step{invoice, outThroughPPE},
			Truth:  Truth{Direction: "outbound", Not: []string{"outgoing-user-held", "forged-own-domain", "web-form-unlisted-server"}, Origin: "own user"},
			Expect: Expect{Decision: "deliver", Silent: []string{"spoof.own-domain", "ptr.missing", "ptr.generic", "blocklist.policy", "spf.fail"}},
		},
		{
			Name: "outgoing-user-held", Twin: "outgoing-invoice",
			What:    "A reminder of the same user is held on the way out, since the engine takes the words about payment for fraud.",
			Profile: widgetOutProfile, SPF: "pass",
			Steps:  []Step{reminder, outThroughPPE},
			Truth:  Truth{FalsePositive: true, Cause: "outgoing-user-held", Not: []string{"forged-own-domain", "web-form-unlisted-server", "compromised-account"}, Direction: "outbound", Origin: "own user"},
			Expect: Expect{Speaks: []string{"words.payment-change"}, Silent: []string{"spoof.own-domain", "ptr.missing", "spf.fail", "blocklist.policy"}},
		},
		{
			Name: "outgoing-compromised-user", Twin: "outgoing-user-held",
			What:    "Somebody has the password of a user of widget.com and sends pills to strangers through the account, from a line abroad.",
			Profile: widgetOutProfile, SPF: "pass",
			Steps: []Step{
				stolenAccount, outThroughPPE,
			},
			Truth:  Truth{Cause: "compromised-account", Not: []string{"outgoing-user-held", "classifier-misjudged"}, Direction: "outbound", Origin: "stolen mailbox"},
			Expect: Expect{Silent: []string{"spoof.own-domain", "ptr.missing", "rule.allow"}},
		},
		{
			Name: "phone-on-hotel-network", Twin: "policy-list-at-border",
			What:    "A user of example.org writes from his phone in a hotel; the hotel's address is on two lists, but he has logged in.",
			Profile: exampleProfile,
			Steps: []Step{
				Publish(exorg), At(hotel("paul@example.org")), Write(phoneLetter),
				func(m *Mail) { m.Zone.Host(Host{Name: "guest.hotel.example", IP: "203.0.113.180", PTR: "-"}) },
				Listed("203.0.113.180", "zen.spamhaus.org", "127.0.0.10", "127.0.0.4"), Listed("203.0.113.180", "bl.spamcop.net", "127.0.0.2"),
				Border(ownMX, Postfix, time.Second),
			},
			Truth:  Truth{Direction: "outbound", Not: []string{"listed-address", "policy-list-wrong-hop", "sender-without-ptr"}, Origin: "own user on a phone"},
			Expect: Expect{Decision: "deliver", Silent: []string{"blocklist.policy", "blocklist.listed-high", "blocklist.listed-medium", "ptr.missing", "spf.fail", "spoof.own-domain", "helo.not-a-name"}},
		},
		{
			Name: "internal-mail", Twin: "forged-own-domain",
			What:    "One user of example.org writes to another from a desk in the office.",
			Profile: exampleProfile,
			Steps: []Step{
				Publish(exorg), At(Host{Name: "desk-3.example.org", IP: "10.20.1.3", PTR: "-", Helo: "[10.20.1.3]", Auth: "anna@example.org"}),
				Write(Letter{
					From: "Anna Weiss <anna@example.org>", To: "paul@example.org", Subject: "Keys of the store room", Zone: "+0100",
					Text: `
Paul,

the keys of the store room hang on the third hook again. Please bring them back before Friday, since the people from the insurance want to see the room.

Anna
`,
				}),
				Border(ownMX, Postfix, time.Second), Hop(ownIMAP, LMTP, time.Second), returnPath,
			},
			Truth:  Truth{Direction: "internal", Not: []string{"forged-own-domain", "web-form-unlisted-server", "sender-without-ptr"}, Origin: "own user"},
			Expect: Expect{Decision: "deliver", Silent: []string{"spoof.own-domain", "ptr.missing", "spf.fail", "helo.not-a-name"}},
		},
		{
			Name: "own-user-from-home", Twin: "forged-own-domain",
			What:    "A user of example.org writes to a colleague from home over the own server, logged in; the line is dynamic.",
			Profile: exampleProfile,
			Steps: []Step{
				Publish(exorg), At(Host{Name: "203-0-113-150.dyn.isp.example", IP: "203.0.113.150", Helo: "[192.168.1.23]", Auth: "paul@example.org"}),
				homeDNS(Host{Name: "203-0-113-150.dyn.isp.example", IP: "203.0.113.150"}), Listed("203.0.113.150", "zen.spamhaus.org", "127.0.0.10"),
				Write(phoneLetterTo("anna@example.org")),
				Border(ownMX, Postfix, time.Second), Hop(ownIMAP, LMTP, time.Second), returnPath,
			},
			Truth:  Truth{Direction: "internal", Not: []string{"forged-own-domain", "policy-list-wrong-hop", "listed-address"}, Origin: "own user at home"},
			Expect: Expect{Decision: "deliver", Silent: []string{"spoof.own-domain", "blocklist.policy", "ptr.generic", "spf.fail"}},
		},
	}
}

// widgetOutProfile is widget.com with filtering of outgoing mail.
const widgetOutProfile = `# widget.com: Proofpoint Essentials for both directions
domains: [widget.com]
sending-servers: [198.51.100.0/28]
border: ["*.ppe-hosted.com"]
filter: proofpoint-essentials
outbound-filtering: yes
`

// widgetMail is the mail server of widget.com.
var widgetMail = Host{Name: "mail.widget.com", IP: "198.51.100.3"}

// invoice is what the accounts department sends every month.
func invoice(m *Mail) {
	fromWidgetDesk(Letter{
		From: "Anna Roy <anna@widget.com>", To: "accounts@partner.example", Subject: "Invoice 2026-0311", Zone: "-0500", HTML: "auto",
		Text: `
Dear colleagues,

please find attached our invoice 2026-0311 for the four hundred type B widgets that left us on Monday. The sum is due within thirty days. The delivery note with your stamp is the second page.

Thank you for the order. The yellow ones will be back in stock in April.

Anna Roy
Accounts, Widget Company
`,
		Attach: []Part{File("invoice-2026-0311.pdf", "application/pdf", pdf("Invoice 2026-0311"))},
	})(m)
}

// reminder is an honest letter with the words of fraud in it.
func reminder(m *Mail) { fromWidgetDesk(reminderLetter)(m) }

var reminderLetter = Letter{
	From: "Anna Roy <anna@widget.com>", To: "accounts@partner.example", Subject: "Second reminder: invoice 2026-0207, our new bank details", Zone: "-0500", HTML: "auto",
	Text: `
Dear colleagues,

our invoice 2026-0207 has been open for forty days. As we wrote to you by post in January, we have changed our bank: please use the new bank details on the invoice for this payment. You can call me or Mr Okafor on the number that you have known for years to check them.

If the transfer is already under way, forget this letter.

Anna Roy
Accounts, Widget Company
`,
	Attach: []Part{File("invoice-2026-0207.pdf", "application/pdf", pdf("Invoice 2026-0207"))},
}

// fromWidgetDesk is a user of widget.com at a desk, logged in to the own server.
func fromWidgetDesk(l Letter) Step {
	return On(
		Publish(widget), Publish(partner),
		At(Host{Name: "desk-9.widget.com", IP: "10.10.2.9", PTR: "-", Helo: "[10.10.2.9]", Auth: addrOf(l.From)}),
		Write(l), Hop(widgetMail, Exim, time.Second), DKIM(Sign{Domain: "widget.com", Selector: "w1", Key: "echo"}),
	)
}

// stolenAccount is a stranger who logs in to the server of widget.com.
func stolenAccount(m *Mail) {
	On(
		Publish(widget), Publish(Domain{Name: "elsewhere.example"}),
		At(Host{Name: "198-51-100-222.vpn.example", IP: "198.51.100.222", Helo: "[127.0.0.1]", Auth: "anna@widget.com"}),
		Write(Letter{
			From: "Best Pharma <anna@widget.com>", To: "undisclosed@elsewhere.example", Subject: "Cheap Viagra without prescription", HTML: "only",
			Text: `
Order now: Viagra and Cialis, no prescription, cheap, 80% off. Act now!

http://203.0.113.201/shop
`,
		}),
		Hop(widgetMail, Exim, time.Second), DKIM(Sign{Domain: "widget.com", Selector: "w1", Key: "echo"}),
	)(m)
}

// outThroughPPE hands the message to the filter that scans what goes out. The copy is the one that the filter keeps.
func outThroughPPE(m *Mail) {
	m.Host = widgetMail
	Border(ppeMX, PPE, time.Second)(m)
	m.Add("X-Virus-Scanned", "Proofpoint Essentials engine")
	m.Add("X-MDID-O", "us5;ut7;"+m.ID(10, digits)+";"+m.ID(12, mixed)+";<"+m.MailFrom+">;"+m.ID(32, hexLower))
	m.Add("X-PPE-STACK", `{"stack":"us5"}`)
	m.Add("X-PPE-TRUSTED", "V=1;DIR=OUT;")
}

// hotel is a phone behind the address of a hotel.
func hotel(user string) Host {
	return Host{Name: "guest.hotel.example", IP: "203.0.113.180", PTR: "-", Helo: "[10.155.3.77]", Auth: user}
}

var phoneLetter = phoneLetterTo("ines@partner.example")

func phoneLetterTo(to string) Letter {
	return Letter{
		From: "Paul Weber <paul@example.org>", To: to, Subject: "Thursday", Zone: "+0100",
		Text: `
Thursday is fine, the fork lift is back from repair. I am on the road until Wednesday evening and read mail at breakfast only.

Please let the driver call the gate first.

Paul
-- 
Sent from a phone
`,
		Below: []Field{{"X-Mailer", "Phone Mail (22B91)"}},
	}
}

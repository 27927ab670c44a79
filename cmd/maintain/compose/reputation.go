package compose

import "time"

// reputation: addresses on lists, lists that cannot answer, and lists that vouch.
func reputation() []Case {
	listed := Truth{FalsePositive: true, Cause: "listed-address", Not: []string{"listed-shared-pool", "blocklist-blind", "sender-without-ptr"}, Origin: "desk"}
	pool := Host{Name: "o7.pool.mailservice.example", IP: "198.51.100.90"}
	home := Host{Name: "203-0-113-150.dyn.isp.example", IP: "203.0.113.150"}
	return []Case{
		{
			Name: "listed-ip", Twin: "delisted-ip",
			What:    "The partner's own server was abused last week and is still on a blocklist; the mail itself is fine.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{onlySPF(partnerMail), Listed(partnerMail.IP, "zen.spamhaus.org", "127.0.0.4"), Listed(partnerMail.IP, "bl.spamcop.net", "127.0.0.2"), ViaPostfix},
			Truth:  listed,
			Expect: Expect{Decision: "quarantine", Speaks: []string{"blocklist.listed-high", "spf.pass"}, Silent: []string{"blocklist.blind", "ptr.missing", "blocklist.policy"}},
		},
		{
			Name: "delisted-ip", Twin: "listed-ip",
			What:    "The same mail two weeks later: the lists have let the address go.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none", Start: "2026-03-17T09:00:00Z",
			Steps:  []Step{onlySPF(partnerMail), ViaPostfix},
			Truth:  Truth{Not: []string{"listed-address", "listed-shared-pool", "blocklist-blind"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass"}, Silent: []string{"blocklist.listed-high", "blocklist.listed-medium", "blocklist.blind"}},
		},
		{
			Name: "listed-shared-pool", Twin: "listed-ip",
			What:    "A shop's receipts go out through a service whose pool address is listed for what another customer did.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				receipt(pool), Listed(pool.IP, "zen.spamhaus.org", "127.0.0.3"), Listed(pool.IP, "bl.spamcop.net", "127.0.0.2"), ViaPostfix,
			},
			Truth:  Truth{FalsePositive: true, Cause: "listed-shared-pool", Not: []string{"listed-address", "blocklist-blind"}, Origin: "shop service"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"blocklist.listed-high", "dkim.pass"}, Silent: []string{"blocklist.blind"}},
		},
		{
			Name: "blocked-resolver", Twin: "listed-ip",
			What:    "The lists answer that the question came through a public resolver; nothing is known about the address.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps: []Step{
				onlySPF(partnerMail),
				blockedList("zen.spamhaus.org", "127.255.255.254", partnerMail.IP),
				blockedList("list.dnswl.org", "127.0.0.255", partnerMail.IP),
				ViaPostfix,
				SpamAssassin("LOCAL_ZEN_ANY_ANSWER=4.3", "RCVD_IN_ZEN_BLOCKED_OPENDNS=0.001", "URIBL_BLOCKED=0.001", "BAYES_50=0.8"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "blocklist-blind", Not: []string{"listed-address", "listed-shared-pool"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"blocklist.blind"}, Silent: []string{"blocklist.listed-high", "blocklist.listed-medium", "blocklist.welcome", "blocklist.policy"}},
		},
		{
			Name: "dead-list", Twin: "listed-ip",
			What:    "A list has been given up and answers everything with yes, its point that must never be listed included.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps: []Step{
				onlySPF(partnerMail),
				Listed("127.0.0.1", "bl.spamcop.net", "127.0.0.2"), Listed(partnerMail.IP, "bl.spamcop.net", "127.0.0.2"), ViaPostfix,
				SpamAssassin("RCVD_IN_BL_SPAMCOP_NET=4.3", "BAYES_50=0.8", "HTML_MESSAGE=0.001"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "blocklist-blind", Not: []string{"listed-address", "listed-shared-pool"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"blocklist.blind"}, Silent: []string{"blocklist.listed-medium", "blocklist.listed-high", "blocklist.listed-low"}},
		},
		{
			Name: "dnswl-listed", Twin: "delisted-ip",
			What:    "The partner's server is on a positive list with medium trust.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{onlySPF(partnerMail), Listed(partnerMail.IP, "list.dnswl.org", "127.0.5.2"), ViaPostfix},
			Truth:  Truth{Not: []string{"listed-address", "blocklist-blind"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"blocklist.welcome"}, Silent: []string{"blocklist.listed-high", "blocklist.blind"}},
		},
		{
			Name: "policy-list-wrong-hop", Twin: "policy-list-at-border",
			What:    "The author writes from home and logs in to the partner's server; the filter asked a policy list for the line at home instead of the server.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps: []Step{
				Publish(Domain{Name: "partner.example", SPF: partner.SPF, MX: partnerMail}),
				atHome(home), Listed(home.IP, "zen.spamhaus.org", "127.0.0.10"), homeDNS(home), ViaPostfix,
				SpamAssassin("RCVD_IN_PBL=4.3", "BAYES_50=0.8", "HTML_MESSAGE=0.001"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "policy-list-wrong-hop", Not: []string{"listed-address", "listed-shared-pool"}, Origin: "home line, logged in"},
			Expect: Expect{Speaks: []string{"spf.pass"}, Silent: []string{"blocklist.policy", "blocklist.listed-high", "ptr.generic"}},
		},
		{
			Name: "policy-list-at-border", Twin: "policy-list-wrong-hop",
			What:    "A machine on the same line sends by itself: the policy list is meant for exactly this.",
			Profile: exampleProfile, SPF: "fail", DMARC: "fail",
			Steps: []Step{
				Publish(Domain{Name: "partner.example", SPF: partner.SPF, DMARC: "v=DMARC1; p=none", MX: partnerMail}),
				At(home), Write(homeLetter), Listed(home.IP, "zen.spamhaus.org", "127.0.0.10", "127.0.0.4"), ViaPostfix,
			},
			Truth:  Truth{Cause: "real-spam", Not: []string{"policy-list-wrong-hop"}, Origin: "bot"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"blocklist.policy", "ptr.generic", "spf.fail"}, Silent: []string{"spf.pass"}},
		},
	}
}

// blockedList makes a list answer every question of this case with an error code, its test points included.
func blockedList(zone, code string, ips ...string) Step {
	return func(m *Mail) {
		for _, ip := range append([]string{"127.0.0.1", "127.0.0.2"}, ips...) {
			m.Zone.Drop(listName(ip, zone), "A")
			m.Zone.Add(listName(ip, zone), "A", code)
		}
	}
}

var homeLetter = Letter{
	From: "Ines Carvalho <ines@partner.example>", To: "buyer@example.org", Subject: "Thursday moves to Friday", HTML: "auto",
	Text: `
Good evening,

I am writing from home, since the carrier has just called: the lorry has a broken gear box, and your pallets will arrive on Friday instead of Thursday, at the same hour. Nothing else changes.

Sorry for the trouble.

Ines
`,
}

// atHome is an author on a home line who logs in to the server of the domain.
func atHome(home Host) Step {
	home.Auth = "ines@partner.example"
	home.Helo = "[192.168.1.23]"
	return On(At(home), Write(homeLetter), Hop(partnerMail, Postfix, time.Second))
}

// homeDNS publishes the name of a home line.
func homeDNS(h Host) Step { return func(m *Mail) { m.Zone.Host(h) } }

// receipt is the receipt of a shop that sends through a service with shared addresses.
func receipt(pool Host) Step {
	return On(
		Publish(Domain{Name: "shop.example", SPF: "v=spf1 include:spf.mailservice.example -all", DMARC: "v=DMARC1; p=none", MX: Host{Name: "mail.shop.example", IP: "203.0.113.32"}}),
		Publish(Domain{Name: "mailservice.example"}),
		DNS("spf.mailservice.example", "TXT", "v=spf1 ip4:198.51.100.88/29 -all"),
		DNS("bounces.shop.example", "CNAME", "u77.mailservice.example."),
		DNS("u77.mailservice.example", "TXT", "v=spf1 ip4:198.51.100.88/29 -all"),
		Envelope("b-4471-buyer=example.org@bounces.shop.example", ""),
		receiptLetter,
		Hop(pool, Localhost, time.Second),
		DKIM(Sign{Domain: "shop.example", Selector: "ms1", Key: "charlie"}),
		DKIM(Sign{Domain: "mailservice.example", Selector: "s2024", Key: "bravo"}),
	)
}

// receiptLetter is a shop's receipt, written on a machine of the service that it uses.
func receiptLetter(m *Mail) {
	On(
		At(Host{Name: "worker-3.mailservice.example", IP: "10.3.0.8"}),
		Write(Letter{
			From: "The Paper Shop <orders@shop.example>", To: "buyer@example.org", Subject: "Your receipt for order 20771", HTML: "auto", Encoding: "quoted-printable",
			Text: `
Thank you for your order

Order 20771 was packed this morning and goes out with the afternoon post: two reams of drawing paper A3, one box of charcoal, one eraser. The sum of 41.80 was paid by card.

https://www.shop.example/orders/20771

If something is missing or damaged, answer to this letter within two weeks and we shall replace it.
`,
			Below: []Field{{"X-Mailservice-ID", "u77-20771"}, {"Feedback-ID", "20771:u77:mailservice"}},
		}),
	)(m)
}

package compose

import (
	"strings"
	"time"
)

// records: faults in what a sender's domain publishes. The mail itself is honest.
func records() []Case {
	return append(spfRecords(), keyRecords()...)
}

// spfRecords: SPF that cannot be evaluated, or misses a service.
func spfRecords() []Case {
	held := SpamAssassin("LOCAL_SPF_PERMERROR=4.3", "BAYES_50=0.8", "HTML_MESSAGE=0.001")
	odd := func(cause string, not ...string) Truth {
		return Truth{FalsePositive: true, Cause: cause, Not: append(not, "sender-without-authentication"), Origin: "desk"}
	}
	return []Case{
		{
			Name: "spf-too-many-lookups", Twin: "spf-ten-lookups",
			What:    "The partner's SPF record needs eleven lookups, so receivers call it broken; the address would be listed at its end.",
			Profile: exampleProfile, SPF: "permerror", DMARC: "none",
			Steps:  []Step{spfOnly(chain(11)), ViaPostfix, held},
			Truth:  odd("spf-too-many-lookups", "spf-permerror", "spf-include-missing"),
			Expect: Expect{Speaks: []string{"spf.permerror"}, Silent: []string{"spf.fail", "spf.pass", "spf.none", "auth.none"}},
		},
		{
			Name: "spf-ten-lookups", Twin: "spf-too-many-lookups",
			What:    "The same record with one include less: ten lookups are allowed.",
			Profile: exampleProfile, SPF: "pass", DMARC: "none",
			Steps:  []Step{spfOnly(chain(10)), ViaPostfix},
			Truth:  Truth{Not: []string{"spf-too-many-lookups", "spf-permerror", "spf-include-missing"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass"}, Silent: []string{"spf.permerror", "spf.fail"}},
		},
		{
			Name: "spf-permerror", Twin: "plain-good",
			What:    "The partner's domain has two SPF records since somebody added one for a new service instead of extending the old.",
			Profile: exampleProfile, SPF: "permerror", DMARC: "none",
			Steps: []Step{
				spfOnly(DNS("partner.example", "TXT", "v=spf1 ip4:203.0.113.20 -all")), DNS("partner.example", "TXT", "v=spf1 include:spf.protection.outlook.com -all"),
				ViaPostfix, held,
			},
			Truth:  odd("spf-permerror", "spf-too-many-lookups", "spf-include-missing"),
			Expect: Expect{Speaks: []string{"spf.permerror"}, Silent: []string{"spf.fail", "spf.pass", "spf.none"}},
		},
		{
			Name: "spf-void-lookups", Twin: "spf-ten-lookups",
			What:    "Three includes of services that are gone: more than two lookups without an answer break the record.",
			Profile: exampleProfile, SPF: "permerror", DMARC: "none",
			Steps: []Step{
				spfOnly(DNS("partner.example", "TXT", "v=spf1 a:old1.partner.example a:old2.partner.example a:old3.partner.example ip4:203.0.113.20 -all")),
				ViaPostfix, held,
			},
			Truth:  odd("spf-permerror", "spf-too-many-lookups", "spf-include-missing"),
			Expect: Expect{Speaks: []string{"spf.permerror"}, Silent: []string{"spf.fail", "spf.pass"}},
		},
		{
			Name: "spf-include-missing", Twin: "spf-include-present",
			What:    "The shop sends its receipts through a service now, and nobody added the service to SPF; its key is not set up either.",
			Profile: exampleProfile, SPF: "fail", DMARC: "fail",
			Steps: []Step{
				shopMail("v=spf1 ip4:203.0.113.32 -all"), ViaPostfix,
			},
			Truth:  Truth{FalsePositive: true, Cause: "spf-include-missing", Not: []string{"forged-own-domain", "spf-permerror", "forwarder"}, Origin: "shop service"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spf.fail", "dmarc.fail-quarantine"}, Silent: []string{"spf.pass", "spoof.own-domain", "ptr.missing"}},
		},
		{
			Name: "spf-include-present", Twin: "spf-include-missing",
			What:    "The same receipt after the service was added to SPF.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				shopMail("v=spf1 ip4:203.0.113.32 include:spf.mailservice.example -all"), ViaPostfix,
			},
			Truth:  Truth{Not: []string{"spf-include-missing", "dmarc-misaligned-service"}, Origin: "shop service"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dmarc.pass"}, Silent: []string{"spf.fail"}},
		},
	}
}

// spfOnly is the partner's letter with an SPF record of its own making and nothing else.
func spfOnly(record Step) Step {
	return On(FromDesktop(deliveryLetter("buyer@example.org"), Domain{Name: "partner.example", MX: partnerMail}, partnerMail), record)
}

// chain publishes a record of n includes, the last of which lists the server.
func chain(n int) Step {
	return func(m *Mail) {
		var terms []string
		for i := range n {
			name := "spf" + string(rune('a'+i)) + ".partner.example"
			terms = append(terms, "include:"+name)
			record := "v=spf1 ip4:192.0.2.10 ?all"
			if i == n-1 {
				record = "v=spf1 ip4:203.0.113.20 ?all"
			}
			m.Zone.TXT(name, record)
		}
		m.Zone.TXT("partner.example", "v=spf1 "+strings.Join(terms, " ")+" -all")
	}
}

// shopMail is a receipt through the service with the shop's own domain in the envelope, signed by the service alone.
func shopMail(spf string) Step {
	pool := Host{Name: "o9.pool.mailservice.example", IP: "198.51.100.91"}
	return On(
		receiptLetter,
		Publish(Domain{Name: "shop.example", SPF: spf, DMARC: "v=DMARC1; p=quarantine", MX: Host{Name: "mail.shop.example", IP: "203.0.113.32"}}),
		Publish(Domain{Name: "mailservice.example"}),
		DNS("spf.mailservice.example", "TXT", "v=spf1 ip4:198.51.100.88/29 -all"),
		Hop(pool, Localhost, time.Second),
		DKIM(Sign{Domain: "mailservice.example", Selector: "s2024", Key: "bravo"}),
	)
}

// keyRecords: signatures that are right, with keys that are not.
func keyRecords() []Case {
	fault := func(name, cause, what, finding string, s Sign, broken string, to receiver) Case {
		return Case{
			Name: name, Twin: "plain-good", What: what,
			Profile: to.profile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{Addressed(to.mailbox), movedPartner(s, broken), to.via},
			Truth:  Truth{FalsePositive: true, Cause: cause, Not: []string{"footer-after-signing", "sender-without-authentication"}, Origin: "desk"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{finding, "dmarc.fail-quarantine"}, Silent: []string{"dkim.pass", "dkim.body-changed", "dkim.expired"}},
		}
	}
	key := partnerKey
	missing, revoked, short, weak, wrong := key, key, key, key, key
	missing.Record = "-"
	revoked.Record = "v=DKIM1; k=rsa; p="
	short.Key, short.Selector = "weak512", "old"
	weak.Key, weak.Selector = "weak768", "old2"
	wrong.Record = Key("delta").Record()
	test := key
	test.Record = "v=DKIM1; k=rsa; t=y; " + strings.TrimPrefix(key.Key.Bare(), "k=rsa; ")
	return []Case{
		fault("dkim-key-missing", "dkim-key-missing", "The partner's mail goes out over a new line that SPF does not list, and the selector of its signature was never published.", "dkim.key-missing", missing, "key", eximSite),
		fault("dkim-key-revoked", "dkim-key-revoked", "The same, but the key was published and then revoked with an empty p=.", "dkim.key-revoked", revoked, "key", googleSite),
		fault("dkim-key-short", "dkim-key-short", "The partner still signs with a key of 512 bits, which no receiver takes.", "dkim.key-weak", short, "key", microsoftSite),
		fault("dkim-key-768", "dkim-key-short", "The partner still signs with a key of 768 bits, which no receiver takes.", "dkim.key-weak", weak, "key", mimecastSite),
		fault("dkim-key-wrong", "dkim-key-wrong", "The published key is not the one that signs: the two were mixed up at the last change.", "dkim.header-changed", wrong, "header", ppeSite),
		{
			Name: "dkim-test-mode", Twin: "plain-good",
			What:    "The partner's key says t=y, so receivers may treat its mail as unsigned; the signature itself is good.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{atPartner(partnerMail), DKIM(test), ViaPostfix},
			Truth:  Truth{Not: []string{"dkim-key-missing", "footer-after-signing"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.pass", "dmarc.pass"}, Silent: []string{"dkim.key-missing", "dkim.body-changed"}},
		},
		{
			Name: "dkim-test-mode-broken", Twin: "dkim-test-mode",
			What:    "The key says t=y and the signature is broken by a footer; receivers are asked to ignore that, and DMARC fails all the same.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "fail",
			Steps:  []Step{movedPartner(test, ""), FooterText(disclaimer), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "footer-after-signing", Not: []string{"dkim-key-missing"}, Origin: "desk", Damage: "footer after signing"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.test-mode", "dkim.body-changed"}, Silent: []string{"dkim.key-missing", "dkim.pass"}},
		},
		{
			Name: "dkim-key-rotated", Twin: "dkim-key-wrong",
			What:    "At delivery the signature was good, as the border recorded; today the selector holds another key.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "pass",
			Steps: []Step{
				movedPartner(key, ""), ViaPostfix, Drop("mail2025._domainkey.partner.example", "TXT"), DNS("mail2025._domainkey.partner.example", "TXT", Key("delta").Record()),
				SnapshotAfter(200 * 24 * time.Hour),
			},
			Truth:  Truth{Not: []string{"dkim-key-wrong", "dkim-key-missing", "footer-after-signing"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.key-rotated"}, Silent: []string{"dkim.body-changed", "dkim.header-changed", "dkim.signature-bad"}},
		},
		{
			Name: "dkim-key-removed", Twin: "dkim-key-missing",
			What:    "At delivery the signature was good, as the border recorded; today the selector is gone.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "pass",
			Steps: []Step{
				movedPartner(key, ""), ViaPostfix, Drop("mail2025._domainkey.partner.example", "TXT"), SnapshotAfter(200 * 24 * time.Hour),
			},
			Truth:  Truth{Not: []string{"dkim-key-wrong", "dkim-key-missing", "footer-after-signing"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.key-rotated"}, Silent: []string{"dkim.key-missing", "dkim.body-changed"}},
		},
		{
			Name: "dkim-expired-in-queue", Twin: "dkim-queued-in-time",
			What:    "The partner's signatures live for a day; its line was down for two, and the mail waited in the queue.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "fail",
			Steps: []Step{
				movedPartner(expiring(key), ""), Queue(50 * time.Hour), func(m *Mail) { m.breakSigs("expired") }, ViaPostfix,
			},
			Truth:  Truth{FalsePositive: true, Cause: "dkim-expired-in-queue", Not: []string{"footer-after-signing", "dkim-key-missing"}, Origin: "desk"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.expired"}, Silent: []string{"dkim.pass", "dkim.body-changed", "path.backwards"}},
		},
		{
			Name: "dkim-queued-in-time", Twin: "dkim-expired-in-queue",
			What:    "The same signature after ten hours in the queue: it still held at delivery, whatever the clock says today.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "pass",
			Steps:  []Step{movedPartner(expiring(key), ""), Queue(10 * time.Hour), ViaPostfix},
			Truth:  Truth{Not: []string{"dkim-expired-in-queue", "footer-after-signing"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.pass", "dmarc.pass"}, Silent: []string{"dkim.expired"}},
		},
		{
			Name: "dkim-l-tag", Twin: "dkim-l-tag-footer",
			What:    "The partner signs with l= and nothing was added behind.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{atPartner(partnerMail), DKIM(lengthOf(key)), ViaPostfix},
			Truth:  Truth{Not: []string{"footer-after-signing"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.pass"}, Silent: []string{"dkim.body-changed", "dkim.syntax"}},
		},
		{
			Name: "dkim-l-tag-footer", Twin: "dkim-l-tag",
			What:    "The partner signs with l=, and a tool added a footer behind the signed part: the signature holds, but for the first part only.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				plainFromPartner, DKIM(lengthOf(key)), behindSigned(disclaimer), ViaPostfix,
			},
			Truth:  Truth{Not: []string{"footer-after-signing", "dkim-key-missing"}, Origin: "desk", Damage: "footer behind the signed length"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.length-tag"}, Silent: []string{"dkim.body-changed"}},
		},
		{
			Name: "dkim-l-tag-refused", Twin: "dkim-l-tag",
			What:    "The partner signs with l= from a line that SPF does not list, and the receiver refuses every signature with l=: nothing speaks for the mail there.",
			Profile: exampleProfile, SPF: "softfail", DMARC: "fail",
			Steps: []Step{
				movedPartner(lengthOf(key), ""), func(m *Mail) { m.breakSigs("length") }, ViaPostfix,
				SpamAssassin("DMARC_QUAR=4.2", "DKIM_INVALID=0.1", "BAYES_50=0.8"),
			},
			Truth:  Truth{FalsePositive: true, Cause: "dkim-length-tag", Not: []string{"footer-after-signing", "dkim-key-missing"}, Origin: "desk"},
			Expect: Expect{Speaks: []string{"dkim.length-tag"}, Silent: []string{"dkim.body-changed", "dkim.header-changed", "dkim.key-missing"}},
		},
		{
			Name: "dkim-ed25519-and-rsa", Twin: "plain-good",
			What:    "The partner signs twice, with Ed25519 and with RSA; a receiver that knows only one is served, too.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				atPartner(partnerMail), DKIM(key), DKIM(Sign{Domain: "partner.example", Selector: "ed2025", Key: "ed25519-partner"}), ViaPostfix,
			},
			Truth:  Truth{Not: []string{"footer-after-signing", "dkim-key-missing"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dkim.pass"}, Silent: []string{"dkim.key-missing", "dkim.body-changed", "dkim.syntax"}},
		},
	}
}

func expiring(s Sign) Sign { s.Expires = 24 * time.Hour; return s }
func lengthOf(s Sign) Sign { s.Length = true; return s }

// movedPartner is the partner's letter from a new line that its SPF record does not list, so that everything hangs on the signature.
func movedPartner(s Sign, broken string) Step {
	moved := Host{Name: "mail2.partner.example", IP: "203.0.113.24"}
	d := partner
	d.SPF = "v=spf1 ip4:203.0.113.20 ~all"
	return On(FromDesktop(deliveryLetter("buyer@example.org"), d, moved), DKIM(s), func(m *Mail) {
		if broken != "" {
			m.Sigs[0].spoil(broken)
		}
	})
}

// plainFromPartner is the partner's letter as one plain part.
func plainFromPartner(m *Mail) {
	l := deliveryLetter("buyer@example.org")
	l.HTML, l.Encoding = "", "7bit"
	FromDesktop(l, partner, partnerMail)(m)
}

// behindSigned adds text behind the signed length.
func behindSigned(text string) Step {
	return func(m *Mail) { m.After += "\r\n" + strings.ReplaceAll(text, "\n", "\r\n") + "\r\n" }
}

// SnapshotAfter says that the DNS was asked long after delivery.
func SnapshotAfter(d time.Duration) Step { return func(m *Mail) { m.Asked = d } }

const disclaimer = `This message and its attachments are meant for the addressee alone.
If you got it by mistake, delete it and tell the sender.
Partner & Co., registered in Porto, number 500 100 200`

package compose

// practices: senders whose server is set up badly, or whose domain states nothing. The seed's second and fifth point.
func practices() []Case {
	silentAll := []string{"spf.fail", "dkim.body-changed", "dmarc.fail"}
	good := func(relay Host, extra ...Step) Step {
		d := partner
		d.MX = relay
		return On(FromDesktop(deliveryLetter("buyer@example.org"), d, relay), On(extra...))
	}
	noName, other, word, literal := partnerMail, partnerMail, partnerMail, partnerMail
	noName.PTR = "-"
	other.Helo = "srv-exch01.partner.example"
	word.Helo = "EXCHANGE01"
	literal.Helo = "[203.0.113.20]"
	return []Case{
		{
			Name: "no-ptr", Twin: "plain-good",
			What:    "The partner's server has no PTR record; everything else is right.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{good(noName, DKIM(partnerKey), ViaPostfix)},
			Truth:  Truth{Cause: "sender-without-ptr", Not: []string{"sender-without-authentication"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"ptr.missing", "dmarc.pass"}, Silent: append(silentAll, "ptr.unconfirmed")},
		},
		{
			Name: "ptr-helo-mismatch", Twin: "plain-good",
			What:    "The partner's server says its inside name in HELO, which leads nowhere; the PTR record is right.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{good(other, DKIM(partnerKey), ViaPostfix)},
			Truth:  Truth{Cause: "ptr-helo-mismatch", Not: []string{"sender-without-ptr"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"helo.mismatch"}, Silent: append(silentAll, "ptr.missing", "helo.not-a-name")},
		},
		{
			Name: "helo-not-a-name", Twin: "ptr-helo-mismatch",
			What:    "The partner's server says a single word in HELO.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{good(word, DKIM(partnerKey), ViaPostfix)},
			Truth:  Truth{Cause: "ptr-helo-mismatch", Not: []string{"sender-without-ptr"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"helo.not-a-name"}, Silent: append(silentAll, "ptr.missing")},
		},
		{
			Name: "helo-address-literal", Twin: "helo-not-a-name",
			What:    "The partner's server says its own address in brackets in HELO.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{good(literal, DKIM(partnerKey), ViaPostfix)},
			Truth:  Truth{Cause: "ptr-helo-mismatch", Not: []string{"sender-without-ptr"}, Origin: "desk"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"helo.not-a-name"}, Silent: append(silentAll, "ptr.missing")},
		},
	}
}

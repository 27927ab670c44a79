package compose

// plain: mail of every day, good and bad.
func plain() []Case {
	return []Case{
		{
			Name: "plain-good",
			What: "A partner's ordinary letter with SPF, DKIM and DMARC in order.",
			SPF:  "pass", DMARC: "pass", Profile: exampleProfile,
			Steps: []Step{
				FromDesktop(deliveryLetter("buyer@example.org"), partner, partnerMail),
				DKIM(partnerKey), ViaPostfix,
			},
			Truth:  Truth{Origin: "desk", Not: []string{"footer-after-signing"}},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dkim.pass", "dmarc.pass"}, Silent: []string{"dkim.body-changed", "auth.none", "ptr.missing", "helo.mismatch", "path.backwards"}},
		},
	}
}

// deliveryLetter is an ordinary letter of partner.example.
func deliveryLetter(to string) Letter {
	return Letter{
		From: "Ines Carvalho <ines@partner.example>", To: to, Subject: "Delivery on Thursday",
		Zone: "+0000", HTML: "auto", Encoding: "quoted-printable",
		Text: `
Good morning,

the two pallets for your workshop leave our warehouse tomorrow evening, so the carrier should be at your gate on Thursday between eight and ten. The driver needs a fork lift; if yours is still being repaired, call me before noon and I shall send the small lorry with the tail lift instead.

The papers are the same as last time. Please sign the second copy and give it back to the driver.

Kind regards
Ines Carvalho
Dispatch, Partner & Co.
`,
	}
}

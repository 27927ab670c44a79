package compose

import "time"

// ruled: web forms, campaigns and signature services after somebody made a rule or a list entry, and forgeries that try to use it.
func ruled() []Case {
	return []Case{
		{
			Name: "web-form-hosting-pool-ruled", Twin: "web-form-hosting-pool-rule-forged",
			What:    "The form on the hosting pool, with a rule that asks for the form's address, its recipient and the verified name of the host.",
			Profile: widgetProfile + rulesLine, Rules: poolRule, SPF: "fail", DMARC: "fail",
			Steps:  []Step{poolForm(formHostTwo), DNS(formHost.Name, "A", formHost.IP), ViaPPEExim("nobody")},
			Truth:  Truth{Not: []string{"web-form-unlisted-server", "forged-own-domain"}, Origin: "web form"},
			Expect: Expect{Decision: "deliver", Stage: "rules", Speaks: []string{"spoof.own-domain", "rule.allow"}, Silent: []string{"ptr.missing"}},
		},
		{
			Name: "web-form-hosting-pool-rule-forged", Twin: "web-form-hosting-pool-ruled",
			What:    "A stranger who knows the rule says the host's name in HELO and copies its Received line; the verified name is another.",
			Profile: widgetProfile + rulesLine, Rules: poolRule, SPF: "fail", DMARC: "fail",
			Steps: []Step{
				At(formHost), Envelope("forms@widget.com", "sales@widget.com"), Write(withLink(webFormLetter("widget.com"))), Hop(ppeOld, PPEExim("nobody"), 0),
				At(Host{Name: "vps77.cheaphost.example", IP: "203.0.113.210", Helo: "webhoster.someformservice.com"}), DNS(formHost.Name, "A", formHost.IP), ViaPPEExim(""),
			},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"web-form-unlisted-server", "web-form-hosting-pool"}, Origin: "stranger's server"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain", "path.forged-hop"}, Silent: []string{"rule.allow"}},
		},
		{
			Name: "web-form-safe-sender", Twin: "web-form-unlisted-server",
			What:    "The form on the fixed address, whose sender somebody put on the list of allowed senders.",
			Profile: widgetProfile + "allowed-senders: [forms@widget.com]\n", SPF: "fail", DMARC: "fail",
			Steps:  []Step{webForm(formHost, "www-data"), ViaPPE(widget)},
			Truth:  Truth{Not: []string{"web-form-unlisted-server", "forged-own-domain"}, Origin: "web form"},
			Expect: Expect{Decision: "deliver", Stage: "lists", Speaks: []string{"spoof.own-domain"}, Silent: []string{"ptr.missing", "helo.mismatch", "rule.allow"}},
		},
		{
			Name: "marketing-mailchimp-ruled", Twin: "marketing-mailchimp-own-domain",
			What:    "The campaign with the organisation's own key, and a rule that asks for an aligned signature.",
			Profile: widgetProfile + rulesLine, Rules: campaignRule, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				campaign("Widget Company <news@widget.com>", "anna@widget.com"), throughMailchimp,
				DKIM(Sign{Domain: "widget.com", Selector: "k2", Key: "charlie"}), ViaPPE(widget),
			},
			Truth:  Truth{Not: []string{"marketing-service-own-domain", "forged-own-domain"}, Origin: "newsletter service"},
			Expect: Expect{Decision: "deliver", Stage: "rules", Speaks: []string{"dmarc.pass", "spoof.own-domain", "rule.allow"}, Silent: []string{"spf.fail"}},
		},
		{
			Name: "marketing-mailchimp-rule-forged", Twin: "marketing-mailchimp-ruled",
			What:    "Another customer of the service sends as widget.com through the same host, without its key.",
			Profile: widgetProfile + rulesLine, Rules: campaignRule, SPF: "pass", DMARC: "fail",
			Steps:  []Step{campaignOf(bankChange("Widget Company <news@widget.com>", "anna@widget.com")), throughMailchimp, ViaPPE(widget)},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"marketing-service-own-domain", "signature-service-loop"}, Origin: "other customer of the service"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain", "spf.pass", "words.payment-change"}, Silent: []string{"rule.allow", "dmarc.pass"}},
		},
		{
			Name: "outgoing-open-sesame", Twin: "outgoing-user-held",
			What:    "The reminder of the user of widget.com once more, with the phrase in the signature that an outgoing rule lets pass.",
			Profile: widgetOutProfile + rulesLine, Rules: sesameRule, SPF: "pass",
			Steps:  []Step{sesame, outThroughPPE},
			Truth:  Truth{Direction: "outbound", Not: []string{"outgoing-user-held", "forged-own-domain"}, Origin: "own user"},
			Expect: Expect{Decision: "deliver", Stage: "rules", Speaks: []string{"words.payment-change", "rule.allow"}, Silent: []string{"spoof.own-domain", "ptr.missing"}},
		},
		{
			Name: "inbound-open-sesame", Twin: "outgoing-open-sesame",
			What:    "A stranger quotes the signature with the phrase in a letter to widget.com: the rule is for outgoing mail alone.",
			Profile: widgetOutProfile + rulesLine, Rules: sesameRule, SPF: "fail", DMARC: "fail",
			Steps: []Step{
				At(Host{Name: "vps77.cheaphost.example", IP: "203.0.113.210"}), Envelope("anna@widget.com", "sales@widget.com"),
				Write(withPhrase(bankChange("Anna Roy <anna@widget.com>", "sales@widget.com"))), ViaPPE(widget),
			},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"outgoing-user-held", "web-form-unlisted-server"}, Origin: "stranger's server"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain"}, Silent: []string{"rule.allow"}},
		},
	}
}

const rulesLine = "rules: [rules.yaml]\n"

const poolRule = `rules:
  - name: web-form
    scope: company
    direction: inbound
    when:
      sender: forms@widget.com
      recipient: sales@widget.com
      border-host: webhoster.someformservice.com
    action: allow
    ticket: "4711"
    reason: web form on a hosting pool
    expires: 2027-03-01
`

const campaignRule = `rules:
  - name: campaigns
    scope: company
    direction: inbound
    when:
      sender: news@widget.com
      dkim: widget.com
    action: allow
    ticket: "4712"
    reason: newsletter through Mailchimp, signed with our key
    expires: 2027-03-01
`

const sesameRule = `rules:
  - name: open-sesame
    scope: company
    direction: outbound
    when:
      sender: "*@widget.com"
      phrase: the yellow ones are never in stock
    action: allow
    ticket: "4713"
    reason: signed mail was held on its way out
    expires: 2027-03-01
`

// sesame is the reminder with the phrase under it.
func sesame(m *Mail) {
	fromWidgetDesk(withPhrase(reminderLetter))(m)
}

func withPhrase(l Letter) Letter {
	l.Text += "\nThe yellow ones are never in stock.\n"
	return l
}

// campaignOf is another letter on the machine where campaigns are written.
func campaignOf(l Letter) Step {
	return On(At(Host{Name: "app.campaigns.example", IP: "10.9.0.4"}), Write(l), Wait(time.Second))
}

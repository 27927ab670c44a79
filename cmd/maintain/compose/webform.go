package compose

import "time"

// webForms: the seed's first cause. A form of the organisation's own site writes to its staff as its own domain.
func webForms() []Case {
	return []Case{
		{
			Name: "web-form-unlisted-server", Twin: "web-form-listed-server",
			What:    "The contact form of widget.com runs on a web host with a fixed address that nobody put into the sending servers.",
			Profile: widgetProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{webForm(formHost, "www-data"), ViaPPE(widget)},
			Truth:  Truth{FalsePositive: true, Cause: "web-form-unlisted-server", Not: []string{"forged-own-domain", "marketing-service-own-domain"}, Origin: "web form"},
			Expect: Expect{Decision: "quarantine", Stage: "anti-spoof", Speaks: []string{"spoof.own-domain", "spf.fail", "dkim.none"}, Silent: []string{"ptr.missing", "helo.mismatch", "auth.none", "spf.pass"}},
		},
		{
			Name: "web-form-listed-server", Twin: "web-form-unlisted-server",
			What:    "The same form runs on a server of widget.com, which is one of the sending servers.",
			Profile: widgetProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{webForm(ownWeb, "www-data"), ViaPPE(widget)},
			Truth:  Truth{Not: []string{"web-form-unlisted-server", "web-form-hosting-pool", "forged-own-domain"}, Origin: "web form"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.pass", "dmarc.pass"}, Silent: []string{"spoof.own-domain", "spf.fail"}},
		},
		{
			Name: "web-form-hosting-pool", Twin: "web-form-unlisted-server", Start: "2020-02-21T18:39:20Z",
			What:    "The form runs on a hosting pool, so each message comes from another address; the line is that of Exim with ident=nobody.",
			Profile: widgetProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{poolForm(formHost), ViaPPEExim("nobody")},
			Truth:  Truth{FalsePositive: true, Cause: "web-form-hosting-pool", Not: []string{"forged-own-domain"}, Origin: "web form"},
			Expect: Expect{Decision: "quarantine", Stage: "anti-spoof", Speaks: []string{"spoof.own-domain"}, Silent: []string{"ptr.missing", "helo.mismatch"}},
		},
		{
			Name: "web-form-hosting-pool-second", Twin: "web-form-hosting-pool", Start: "2020-02-24T10:12:41Z",
			What:    "The same form three days later: the same host name, another address.",
			Profile: widgetProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{poolForm(formHostTwo), DNS(formHost.Name, "A", formHost.IP), ViaPPEExim("nobody")},
			Truth:  Truth{FalsePositive: true, Cause: "web-form-hosting-pool", Not: []string{"forged-own-domain"}, Origin: "web form"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain"}, Silent: []string{"ptr.missing", "helo.mismatch"}},
		},
	}
}

// webForm is a script that calls sendmail on a web server with Postfix.
func webForm(h Host, user string) Step {
	return On(
		At(h),
		Envelope("forms@widget.com", "sales@widget.com"),
		Write(webFormLetter("widget.com")),
		Stamp("X-PHP-Originating-Script", "33:contact.php"),
		Hop(h, PostfixLocal("33"), 0),
	)
}

// poolForm is a script on a web host that runs Exim and tells the user's name as nobody.
func poolForm(h Host) Step {
	return On(
		At(h),
		Envelope("forms@widget.com", "sales@widget.com"),
		Write(webFormLetter("widget.com")),
		Trail("X-AntiAbuse", "This header was added to track abuse, please include it with any abuse report"),
		Trail("X-AntiAbuse", "Primary Hostname - "+h.Name),
		Trail("X-Source-Dir", "widget.com:/public_html/contact"),
		Hop(h, EximLocal("nobody"), 0),
		Wait(time.Second),
	)
}

package compose

import "time"

// webForms: a form of the organisation's own site writes to its staff as its own domain.
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
		{
			Name: "web-form-visitor-address", Twin: "web-form-unlisted-server",
			What:    "The form writes the address that the visitor typed into From; the visitor's provider asks to reject what it did not send.",
			Profile: widgetProfile, SPF: "none", DMARC: "fail",
			Steps:  []Step{visitorForm(formHost), DNS("mailbox.example", "TXT", "v=spf1 ip4:203.0.113.5 -all"), DNS("_dmarc.mailbox.example", "TXT", "v=DMARC1; p=reject"), ViaPPE(widget)},
			Truth:  Truth{FalsePositive: true, Cause: "web-form-visitor-address", Not: []string{"web-form-unlisted-server", "dmarc-misaligned-service", "forged-own-domain"}, Origin: "web form"},
			Expect: Expect{Decision: "reject", Stage: "authentication", Speaks: []string{"dmarc.fail-reject"}, Silent: []string{"spoof.own-domain", "ptr.missing"}},
		},
		{
			Name: "web-form-ident-line", Twin: "web-form-ident-unverified", Start: "2020-02-21T18:39:20Z",
			What:    "Only the header of a form's message was copied: its script talks to the MX by itself, so nothing but ident=nobody in the line of Exim tells of it.",
			Profile: widgetProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{identForm(formHost), DNS(formHost.Name, "A", formHost.IP)},
			Truth:  Truth{FalsePositive: true, Cause: "web-form-unlisted-server", Not: []string{"forged-own-domain"}, Origin: "web form"},
			Expect: Expect{Speaks: []string{"spoof.own-domain"}, Silent: []string{"ptr.missing", "helo.mismatch"}},
		},
		{
			Name: "web-form-ident-unverified", Twin: "web-form-ident-line", Start: "2020-02-21T18:39:20Z",
			What:    "A stranger's machine without a name introduces itself as the form's host, and its identd says nobody, too.",
			Profile: widgetProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{identForm(Host{Name: formHost.Name, IP: "203.0.113.210", PTR: "-"}), DNS(formHost.Name, "A", formHost.IP)},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"web-form-hosting-pool"}, Origin: "stranger's server"},
			Expect: Expect{Speaks: []string{"spoof.own-domain", "ptr.missing"}, Silent: []string{"rule.allow", "spf.pass"}},
		},
		{
			Name: "web-form-ident-access-line", Twin: "web-form-ident-line", Start: "2020-02-21T18:39:20Z",
			What:    "The same from an access line: its name is true and made of its address, so that no site of anybody's runs there.",
			Profile: widgetProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{identForm(Host{Name: "203-0-113-150.dyn.isp.example", IP: "203.0.113.150"})},
			Truth:  Truth{Cause: "forged-own-domain", Not: []string{"web-form-hosting-pool"}, Origin: "access line"},
			Expect: Expect{Speaks: []string{"spoof.own-domain", "ptr.generic"}, Silent: []string{"rule.allow", "spf.pass"}},
		},
	}
}

// identForm is a script that talks to the MX itself; what was kept is the header.
func identForm(h Host) Step {
	return On(At(h), Envelope("forms@widget.com", "sales@widget.com"), Write(webFormLetter("widget.com")), ViaPPEExim("nobody"), func(m *Mail) { m.HeadOnly = true })
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

// visitorForm is the same form, which takes its visitor for the author.
func visitorForm(h Host) Step {
	letter := webFormLetter("widget.com")
	letter.From = "Marie Tremblay <marie.tremblay@mailbox.example>"
	return On(
		At(h),
		Envelope("www-data@"+h.Name, "sales@widget.com"),
		Write(letter),
		Stamp("X-PHP-Script", "www.widget.com/contact.php for 192.0.2.188"),
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

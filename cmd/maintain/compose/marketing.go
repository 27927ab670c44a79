package compose

import (
	"fmt"
	"time"
)

// marketing: services that send newsletters as the organisation, to its own staff among others.
func marketing() []Case {
	own := Truth{FalsePositive: true, Cause: "marketing-service-own-domain", Not: []string{"forged-own-domain", "spf-include-missing", "web-form-unlisted-server"}, Origin: "newsletter service"}
	return []Case{
		{
			Name: "marketing-mailchimp-own-domain", Twin: "marketing-mailchimp-other-domain",
			What:    "A campaign goes out through Mailchimp as widget.com and reaches a colleague; SPF of the envelope domain is right, the signature is the service's own.",
			Profile: widgetProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{campaign("Widget Company <news@widget.com>", "anna@widget.com"), throughMailchimp, ViaPPE(widget)},
			Truth:  own,
			Expect: Expect{Decision: "quarantine", Stage: "anti-spoof", Speaks: []string{"spoof.own-domain", "spf.pass", "dkim.pass"}, Silent: []string{"spf.fail", "auth.none", "ptr.missing"}},
		},
		{
			Name: "marketing-mailchimp-signed-own-domain", Twin: "marketing-mailchimp-own-domain",
			What:    "The same campaign, but widget.com has set up its own key at Mailchimp, so DMARC passes; the anti-spoofing step still looks at the address alone.",
			Profile: widgetProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				campaign("Widget Company <news@widget.com>", "anna@widget.com"), throughMailchimp,
				DKIM(Sign{Domain: "widget.com", Selector: "k2", Key: "charlie"}), ViaPPE(widget),
			},
			Truth:  own,
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain", "dmarc.pass", "dkim.pass"}, Silent: []string{"dkim.none", "spf.fail"}},
		},
		{
			Name: "marketing-mailchimp-other-domain", Twin: "marketing-mailchimp-own-domain",
			What:    "A campaign of another company through the same host, signed with its own key: nobody's own domain is used.",
			Profile: widgetProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				Publish(partner), campaign("Partner News <news@partner.example>", "anna@widget.com"), throughMailchimp,
				DKIM(Sign{Domain: "partner.example", Selector: "k2", Key: "charlie"}), ViaPPE(widget),
			},
			Truth:  Truth{Not: own.Not, Origin: "newsletter service"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.pass"}, Silent: []string{"spoof.own-domain", "spf.fail"}},
		},
		{
			Name: "marketing-constant-contact-own-domain", Twin: "marketing-constant-contact-other-domain",
			What:    "An invitation goes out through Constant Contact as widget.com and is caught at widget.com.",
			Profile: widgetProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{campaign("Widget Events <events@widget.com>", "sales@widget.com"), throughConstantContact, ViaPPE(widget)},
			Truth:  own,
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spoof.own-domain", "spf.pass", "dkim.pass"}, Silent: []string{"spf.fail", "auth.none"}},
		},
		{
			Name: "marketing-constant-contact-other-domain", Twin: "marketing-constant-contact-own-domain",
			What:    "An invitation of another company through Constant Contact.",
			Profile: widgetProfile, SPF: "pass", DMARC: "pass",
			Steps: []Step{
				Publish(partner), campaign("Partner Events <events@partner.example>", "sales@widget.com"), throughConstantContact,
				DKIM(Sign{Domain: "partner.example", Selector: "cc1", Key: "charlie"}), ViaPPE(widget),
			},
			Truth:  Truth{Not: own.Not, Origin: "newsletter service"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.pass"}, Silent: []string{"spoof.own-domain", "spf.fail"}},
		},
	}
}

// campaign is a newsletter in HTML with a text alternative.
func campaign(from, to string) Step {
	return On(
		At(Host{Name: "app.campaigns.example", IP: "10.9.0.4"}),
		Write(Letter{
			From: from, To: to, Subject: "Spring at the workshop: new colours, open day on 18 April",
			HTML: "auto", Encoding: "quoted-printable", CSS: "body{font-family:Arial;background:#f4f4f4}p{max-width:600px;margin:12px auto}",
			Text: `
Spring at the workshop

Four new colours leave the paint shop this month: moss, slate, brick and a yellow that we argued about for weeks. The colour chart is on our site, and a printed one lies in every parcel from now on.

On Saturday 18 April we open the doors from ten to four. There is coffee, the big press runs at eleven and at two, and children may paint a widget and take it home. Let us know how many you are, so that there is enough cake.

https://www.partner.example/open-day

You get this letter because you asked for it at our counter or on our site. If you no longer want it, one click is enough:

https://www.partner.example/unsubscribe
`,
		}),
	)
}

// throughMailchimp sends the campaign through a host of the service, which signs for itself.
func throughMailchimp(m *Mail) {
	m.Zone.Own("rsgsv.net")
	id := m.ID(10, hexLower)
	m.MailFrom = fmt.Sprintf("bounce-mc.us14_%s-%s@mail12.atl11.rsgsv.net", m.ID(8, digits), id)
	m.Set("Message-ID", "<"+m.ID(20, hexLower)+"."+id+"@mail12.atl11.rsgsv.net>")
	m.Trail([]Field{
		{"X-Mailer", "MailChimp Mailer - **CID" + id + "**"},
		{"X-Campaign", "mailchimp" + id},
		{"X-campaignid", "mailchimp" + id},
		{"X-MC-User", m.ID(25, hexLower)},
		{"Feedback-ID", m.ID(8, digits) + ":" + m.ID(8, digits) + ".5412:us14:mc"},
		{"List-ID", m.ID(25, hexLower) + "mc list <" + m.ID(25, hexLower) + "." + m.ID(7, digits) + ".list-id.mcsv.net>"},
		{"List-Unsubscribe", "<https://campaigns.example/unsubscribe?u=" + id + ">,\r\n <mailto:unsubscribe-" + id + "@mailin.mcsv.net?subject=unsubscribe>"},
		{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
		{"X-Auto-Response-Suppress", "OOF, AutoReply"},
	}...)
	m.Zone.TXT("mail12.atl11.rsgsv.net", "v=spf1 ip4:198.51.100.40 -all")
	m.Zone.Says("_dmarc.net", "TXT", "NXDOMAIN")
	Hop(mailchimp, Localhost, time.Second)(m)
	DKIM(mailchimpKey)(m)
}

// throughConstantContact sends it through a host of the other service.
func throughConstantContact(m *Mail) {
	m.Zone.Own("ccsend.com", "constantcontact.com")
	m.MailFrom = "A" + m.ID(22, mixed) + "_" + m.ID(10, digits) + "_" + m.ID(22, mixed) + "@in.constantcontact.com"
	m.Set("Message-ID", "<"+m.ID(10, digits)+"."+m.ID(13, digits)+"."+m.ID(9, digits)+".0.901JL.2002@synd.ccsend.com>")
	m.Trail([]Field{
		{"X-Mailer", "Roving Constant Contact 2012 (http://www.constantcontact.com)"},
		{"X-Roving-ID", m.ID(13, digits) + ".117"},
		{"X-Roving-CampaignId", "5b7c2a10-" + m.ID(4, hexLower) + "-4d0e-9f51-" + m.ID(12, hexLower)},
		{"X-Return-Path-Hint", m.MailFrom},
		{"List-Unsubscribe", "<https://visitor.constantcontact.com/do?p=un&m=" + m.ID(16, mixed) + ">"},
		{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
	}...)
	m.Zone.TXT("in.constantcontact.com", "v=spf1 ip4:198.51.100.44 -all")
	m.Zone.Says("_dmarc.com", "TXT", "NXDOMAIN")
	Hop(constant, Localhost, time.Second)(m)
	DKIM(constantKey)(m)
}

// Localhost is a hop on one machine: the sending program hands the message to its own mail server.
func Localhost(l Line) string {
	return fmt.Sprintf("from localhost (localhost [127.0.0.1])\r\n\tby %s (Postfix) with ESMTP id %s\r\n\tfor <%s>; %s",
		l.By, l.M.ID(11, hexUpper), l.M.Rcpt, l.date())
}

package main

// template is a rule to fill in.
type template struct{ name, title, text string }

func templateNames() []string {
	var out []string
	for _, t := range templates {
		out = append(out, t.name)
	}
	return out
}

func templateNamed(name string) (template, bool) {
	for _, t := range templates {
		if t.name == name {
			return t, true
		}
	}
	return template{}, false
}

// templates are the rules that people ask for most. Each is a rule file of its own.
var templates = []template{
	{"web-form", "a form on a web site that sends as your own domain", `rules:
  - name: web-form
    scope: company
    direction: inbound
    when:
      sender: forms@example.com            # From, as the form writes it
      recipient: sales@example.com
      border-host: host.example.net        # verified name of the web server; better: dkim, or border-ip
    action: allow
    ticket: "0000"
    reason: web form, sends from the web host
    owner: postmaster@example.com
    installed: 2026-01-01
    expires: 2027-01-01
    tests:
      match: [mail/web-form.eml]           # forged copies of it are tried by themselves
`},
	{"newsletter", "a service that sends as your own domain", `rules:
  - name: newsletter
    direction: inbound
    when:
      sender: news@example.com
      dkim: example.com                    # have the service sign with your domain
    action: allow
    ticket: "0000"
    reason: newsletter to our own people
    owner: marketing@example.com
    installed: 2026-01-01
    expires: 2027-01-01
    tests:
      match: [mail/newsletter.eml]
`},
	{"partner", "a partner whose mail is caught", `rules:
  - name: partner
    direction: inbound
    when:
      sender: "@example.net"
      dkim: example.net
    action: allow
    ticket: "0000"
    reason: partner, until its mail is no longer caught
    owner: postmaster@example.com
    installed: 2026-01-01
    expires: 2026-04-01
    tests:
      match: [mail/partner.eml]
`},
	{"signature-loop", "your own mail that comes back from a signature service", `rules:
  - name: signature-loop
    direction: inbound
    when:
      sender: "@example.com"
      dkim: example.com
      border-host: .outbound.protection.outlook.com
    action: allow
    ticket: "0000"
    reason: internal mail leaves for the signature service and comes back
    owner: postmaster@example.com
    installed: 2026-01-01
    expires: 2027-01-01
    tests:
      match: [mail/loop.eml]
`},
	{"outgoing-user", "one of your people whose mail is held, until the vendor mends it", `rules:
  - name: outgoing-user
    scope: {user: ada@example.com}
    direction: outbound
    when:
      sender: ada@example.com
      own-sender: yes
    action: allow
    ticket: "0000"
    reason: reported to the vendor, temporary
    owner: postmaster@example.com
    installed: 2026-01-01
    expires: 2026-02-01
    tests:
      match: [mail/outgoing.eml]
`},
	{"phrase", "a phrase in the signatures of your people, for outgoing mail", `rules:
  - name: phrase
    direction: outbound
    when:
      sender: "@example.com"
      phrase: copper lantern thistle       # any words that nobody else writes
    action: allow
    ticket: "0000"
    reason: outgoing mail with our signature
    owner: postmaster@example.com
    installed: 2026-01-01
    expires: 2027-01-01
    tests:
      match: [mail/signed.eml]
`},
}

package compose

import (
	"fmt"
	"time"
)

// listsAndForwarders: the mail takes a way round, by a host that neither wrote it nor receives it in the end.
func listsAndForwarders() []Case {
	return []Case{
		{
			Name: "mailing-list-footer-and-tag", Twin: "mailing-list-rewrites-from",
			What:    "A Mailman list puts its tag before the subject and its footer behind the text, and leaves the author's From as it was.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{toList(partnerText), throughMailman(false), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "mailing-list", Not: []string{"footer-after-signing", "forwarder", "own-gateway-changes-mail"}, Origin: "desk", Damage: "list tag and footer"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.signature-bad", "dmarc.fail-quarantine", "spf.pass"}, Silent: []string{"dkim.pass", "spoof.own-domain", "dkim.key-missing"}},
		},
		{
			Name: "mailing-list-footer-only", Twin: "mailing-list-rewrites-from",
			What:    "Another list adds only a footer.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{toList(partnerText), throughMailmanPlain, ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "mailing-list", Not: []string{"footer-after-signing", "forwarder"}, Origin: "desk", Damage: "list footer"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"dkim.body-changed", "dmarc.fail-quarantine"}, Silent: []string{"dkim.pass", "dkim.header-changed"}},
		},
		{
			Name: "mailing-list-rewrites-from", Twin: "mailing-list-footer-and-tag",
			What:    "The same list after its owner switched on the rewriting of From and its own signature.",
			Profile: exampleProfile, SPF: "pass", DMARC: "pass",
			Steps:  []Step{toList(partnerText), throughMailman(true), ViaPostfix},
			Truth:  Truth{Not: []string{"mailing-list", "footer-after-signing"}, Origin: "desk", Damage: "list tag and footer, From rewritten"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"dmarc.pass"}, Silent: []string{"dmarc.fail-quarantine", "spf.fail"}},
		},
		{
			Name: "mailing-list-arc", Twin: "mailing-list-footer-and-tag",
			What:    "The list seals what it saw before it changed the letter, and Microsoft 365 believes the seal (compauth reason 130).",
			Profile: microsoftProfile, SPF: "pass", DMARC: "fail",
			Steps: []Step{
				toList(partnerText), throughMailman(false), Envelope("", "members@harbour.example"), listSeal,
				Microsoft(harbour, Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "I", CompAuth: "pass reason=130"}),
			},
			Truth:  Truth{Not: []string{"mailing-list", "footer-after-signing", "forwarder"}, Origin: "desk", Damage: "list tag and footer"},
			Expect: Expect{Speaks: []string{"arc.pass", "spf.pass"}, Silent: []string{"arc.fail", "dkim.pass", "spoof.own-domain"}},
		},
		{
			Name: "mailing-list-arc-broken", Twin: "mailing-list-arc",
			What:    "The list seals the letter before it adds its tag and footer, so the seal vouches for nothing.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{toList(partnerText), listSeal, throughMailman(false), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "mailing-list", Not: []string{"footer-after-signing", "forwarder"}, Origin: "desk", Damage: "list tag and footer after sealing"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"arc.fail", "dmarc.fail-quarantine"}, Silent: []string{"arc.pass", "dkim.pass"}},
		},
		{
			Name: "forwarder-no-srs", Twin: "forwarder-srs",
			What:    "A member's old club address forwards to example.org without SRS: the club's host is not in the partner's SPF; the partner does not sign.",
			Profile: exampleProfile, SPF: "fail", DMARC: "fail",
			Steps:  []Step{toClub, forward(false), ViaPostfix},
			Truth:  Truth{FalsePositive: true, Cause: "forwarder", Not: []string{"spf-include-missing", "footer-after-signing", "mailing-list", "real-phishing"}, Origin: "desk", Damage: "forwarded"},
			Expect: Expect{Decision: "quarantine", Speaks: []string{"spf.fail", "dmarc.fail-quarantine"}, Silent: []string{"dkim.body-changed", "ptr.missing"}},
		},
		{
			Name: "forwarder-srs", Twin: "forwarder-no-srs",
			What:    "The club rewrites the envelope sender, so SPF passes, but for the club: DMARC has nothing that is aligned.",
			Profile: exampleProfile, SPF: "pass", DMARC: "fail",
			Steps:  []Step{toClub, forward(true), ViaPostfix, SpamAssassin("DMARC_QUAR=4.2", "BAYES_50=0.8", "HTML_MESSAGE=0.001")},
			Truth:  Truth{FalsePositive: true, Cause: "forwarder", Not: []string{"spf-include-missing", "footer-after-signing", "dmarc-misaligned-service"}, Origin: "desk", Damage: "forwarded with SRS"},
			Expect: Expect{Speaks: []string{"spf.pass", "dmarc.fail-quarantine"}, Silent: []string{"spf.fail", "dkim.body-changed"}},
		},
		{
			Name: "forwarder-signed", Twin: "forwarder-no-srs",
			What:    "The same way for a letter that the partner has signed: the signature survives, and DMARC passes.",
			Profile: exampleProfile, SPF: "fail", DMARC: "pass",
			Steps:  []Step{toClubSigned, forward(false), ViaPostfix},
			Truth:  Truth{Not: []string{"forwarder", "spf-include-missing"}, Origin: "desk", Damage: "forwarded"},
			Expect: Expect{Decision: "deliver", Speaks: []string{"spf.fail", "dkim.pass", "dmarc.pass"}, Silent: []string{"dkim.body-changed"}},
		},
	}
}

// toList is a letter to a mailing list.
func toList(l Letter) Step {
	l.To, l.Subject = "Workshop list <workshop@lists.example.net>", "Fork lift for hire?"
	return On(FromDesktop(l, partner, partnerMail), DKIM(partnerKey))
}

var listHost = Host{Name: "lists.example.net", IP: "198.51.100.110"}

// throughMailman takes the letter through a list with tag and footer; a list that rewrites From signs for itself, too.
func throughMailman(rewrite bool) Step {
	return func(m *Mail) {
		listHop(m)
		SubjectTag("[Workshop]")(m)
		ListFooter(listFooter)(m)
		if rewrite {
			m.Set("From", "Ines Carvalho via Workshop <workshop@lists.example.net>")
			m.breakHeader("From")
			m.Trail(Field{"Reply-To", "Ines Carvalho <ines@partner.example>"})
		}
		listFields(m)
		if rewrite {
			DKIM(Sign{Domain: "lists.example.net", Selector: "list", Key: "delta"})(m)
		}
	}
}

// listSeal is the seal of the list over what it has seen.
var listSeal = Seal(Sign{Domain: "lists.example.net", Selector: "arc", Key: "delta"}, "lists.example.net",
	"dkim=pass header.d=partner.example header.s=mail2025;\r\n\tspf=pass smtp.mailfrom=ines@partner.example;\r\n\tdmarc=pass header.from=partner.example", "none")

// throughMailmanPlain is a list that adds only a footer.
func throughMailmanPlain(m *Mail) {
	listHop(m)
	ListFooter(listFooter)(m)
	listFields(m)
}

func listHop(m *Mail) {
	Publish(Domain{Name: "lists.example.net", SPF: "v=spf1 ip4:198.51.100.110 -all", DMARC: "v=DMARC1; p=none", MX: listHost})(m)
	Hop(listHost, Postfix, 2*time.Second)(m)
	Hop(listHost, Localhost, 4*time.Second)(m)
	m.MailFrom, m.Rcpt = "workshop-bounces@lists.example.net", "buyer@example.org"
}

func listFields(m *Mail) {
	m.Trail([]Field{
		{"X-BeenThere", "workshop@lists.example.net"},
		{"X-Mailman-Version", "2.1.39"},
		{"Precedence", "list"},
		{"List-Id", "Talk among workshops <workshop.lists.example.net>"},
		{"List-Unsubscribe", "<https://lists.example.net/options/workshop>,\r\n <mailto:workshop-request@lists.example.net?subject=unsubscribe>"},
		{"List-Post", "<mailto:workshop@lists.example.net>"},
		{"Errors-To", m.MailFrom},
		{"Sender", "\"Workshop\" <workshop-bounces@lists.example.net>"},
	}...)
}

const listFooter = `_______________________________________________
Workshop mailing list
Workshop@lists.example.net
https://lists.example.net/listinfo/workshop
`

var clubHost = Host{Name: "mx.oldclub.example", IP: "198.51.100.120"}

// toClub is a letter to an address that forwards.
func toClub(m *Mail) {
	l := deliveryLetter("b.member@oldclub.example")
	FromDesktop(l, partner, partnerMail)(m)
}

func toClubSigned(m *Mail) {
	toClub(m)
	DKIM(partnerKey)(m)
}

// forward sends the message on to the member's other address.
func forward(srs bool) Step {
	return func(m *Mail) {
		Publish(Domain{Name: "oldclub.example", SPF: "v=spf1 ip4:198.51.100.120 -all", MX: clubHost})(m)
		Hop(clubHost, Exim, 2*time.Second)(m)
		if srs {
			m.MailFrom = fmt.Sprintf("SRS0=Kp3x=7Q=partner.example=ines@%s", "oldclub.example")
		}
		m.Rcpt = "buyer@example.org"
		m.Add("X-Forwarded-To", "buyer@example.org")
	}
}

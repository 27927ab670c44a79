package compose

import (
	"fmt"
	"math/rand"
	"strings"
	"time"
)

// Quarantine returns a quarantine of several organisations: honest mail, phishing and spam, as many of each as asked. Every message has words, a
// recipient and a time of its own; senders, hosts and services come again, and the bad ones use those of the good ones. The same seed makes the
// same quarantine. As in Composition, the cause of a message is what happened to it.
func Quarantine(honest, phishing, spam int, seed int64) []Case {
	r := rand.New(rand.NewSource(seed))
	var out []Case
	add := func(n int, kinds []kind) {
		total := 0
		for _, k := range kinds {
			total += k.share
		}
		for i := range n {
			at := i * total / n // the shares are met exactly, whatever the seed
			k := 0
			for at >= kinds[k].share {
				at -= kinds[k].share
				k++
			}
			out = append(out, kinds[k].compose(r, len(out)))
		}
	}
	add(honest, honestKinds)
	add(phishing, phishingKinds)
	add(spam, spamKinds)
	return out
}

// kind makes messages of one kind.
type kind struct {
	name  string
	share int // of the messages of its sort
	sites func(customer) bool
	make  func(*rand.Rand, customer) situation
}

func (k kind) compose(r *rand.Rand, n int) Case {
	var fit []customer
	for _, c := range customers {
		if k.sites == nil || k.sites(c) {
			fit = append(fit, c)
		}
	}
	c := fit[r.Intn(len(fit))]
	c.rcpt = pick(r, []string{"anna", "ben", "office", "sales", "carla", "dirk", "purchasing", "eva"}) + "@" + c.org.Name
	s := k.make(r, c)
	s.name = fmt.Sprintf("%s-%d", k.name, n)
	out := c.compose(s)
	out.Start = start.Add(-time.Duration(r.Intn(30*24*3600)) * time.Second).Format(time.RFC3339)
	return out
}

// customer is a site that gets such mail.
type customer struct{ site }

func newCustomer(name string, org Domain, profile string, via func(situation) Step) customer {
	return customer{site{name: name, org: org, profile: profile + partnersKnown, via: via, scores: name == "scored"}}
}

// The customers. What they state of their partners and colleagues is what their admins would.
var customers = []customer{
	newCustomer("own", exorg, exampleProfile, plainVia(ViaPostfix)),
	newCustomer("scored", exorg, exampleProfile, func(s situation) Step { return On(ViaPostfix, points(s)) }),
	newCustomer("exim", quarry, quarryProfile, plainVia(ViaExim)),
	newCustomer("essentials", widget, widgetProfile, plainVia(ViaPPE(widget))),
	newCustomer("essentials-second", vineyard, vineyardProfile, plainVia(ViaPPE(vineyard))),
	newCustomer("mimecast", bakery, bakeryProfile, plainVia(ViaMimecast)),
	newCustomer("microsoft", harbour, microsoftProfile, func(s situation) Step { return Microsoft(harbour, s.microsoft()) }),
	newCustomer("google", meadow, meadowProfile, plainVia(ViaGoogle)),
}

var vineyard = Domain{Name: "vineyard.example", SPF: "v=spf1 ip4:198.51.100.16/28 -all", DMARC: "v=DMARC1; p=quarantine", MX: ppeMX}

const vineyardProfile = `# vineyard.example: Proofpoint Essentials in front of the mailboxes
domains: [vineyard.example]
sending-servers: [198.51.100.16/28]
border: ["*.ppe-hosted.com"]
filter: proofpoint-essentials
`

// partnersKnown is what every one of them states besides: a colleague, partners, and one sender whom somebody once blocked.
const partnersKnown = "colleagues: [Clara Vogt]\nallowed-senders: [ines@joinery.example, henrik@foundry.example, lotte@weavers.example, pavel@printworks.example]\nblocked-senders: [yard@shipwrights.example]\n"

// firm is an honest sender.
type firm struct {
	domain string
	people []string
	number int // of its addresses
	key    Key
}

var firms = []firm{
	{"joinery.example", []string{"Ines Moura <ines@joinery.example>", "Rui Prado <rui@joinery.example>"}, 100, "alpha"},
	{"foundry.example", []string{"Henrik Dahl <henrik@foundry.example>", "Orders <orders@foundry.example>"}, 102, "bravo"},
	{"weavers.example", []string{"Lotte Brandt <lotte@weavers.example>"}, 104, "charlie"},
	{"printworks.example", []string{"Pavel Novak <pavel@printworks.example>", "Proofs <proofs@printworks.example>"}, 106, "delta"},
	{"sawmill.example", []string{"Aino Laine <aino@sawmill.example>"}, 108, "alpha"},
	{"tannery.example", []string{"Colm Byrne <colm@tannery.example>", "Dispatch <dispatch@tannery.example>"}, 110, "bravo"},
	{"brewers.example", []string{"Sofia Lind <sofia@brewers.example>"}, 112, "charlie"},
	{"nursery.example", []string{"Emil Haas <emil@nursery.example>", "Greta Haas <greta@nursery.example>"}, 114, "delta"},
	{"dairy.example", []string{"Ruben Costa <ruben@dairy.example>"}, 116, "alpha"},
	{"shipwrights.example", []string{"Nadia Ferri <nadia@shipwrights.example>"}, 118, "bravo"},
	{"pottery.example", []string{"Oskar Wiik <oskar@pottery.example>"}, 120, "charlie"},
	{"glassworks.example", []string{"Marta Reis <marta@glassworks.example>", "Samples <samples@glassworks.example>"}, 122, "delta"},
}

func (f firm) host() Host {
	return Host{Name: "mail." + f.domain, IP: fmt.Sprintf("203.0.113.%d", f.number)}
}
func (f firm) second() Host {
	return Host{Name: "out2." + f.domain, IP: fmt.Sprintf("203.0.113.%d", f.number+1)}
}
func (f firm) sign() Sign { return Sign{Domain: f.domain, Selector: "mail2025", Key: f.key} }

// publishes is what the firm publishes: its own server alone is in SPF.
func (f firm) publishes() Domain {
	return Domain{Name: f.domain, SPF: "v=spf1 ip4:" + f.host().IP + " ~all", DMARC: "v=DMARC1; p=quarantine", MX: f.host()}
}

// of returns one of the firms from..to: kinds of trouble have firms of their own, as in life.
func of(r *rand.Rand, from, to int) firm { return firms[from+r.Intn(to-from)] }

func (f firm) letter(r *rand.Rand, to string) Letter { return businessLetter(r, pick(r, f.people), to) }

// from sends a letter out of the firm's server.
func (f firm) from(l Letter) Step { return FromDesktop(l, f.publishes(), f.host()) }

// moved sends it out of the second server, which SPF does not list.
func (f firm) moved(l Letter) Step { return FromDesktop(l, f.publishes(), f.second()) }

// held is honest mail that fails DMARC.
func held(cause, spf string, steps ...Step) situation {
	return situation{spf: spf, dmarc: "fail", cause: cause, good: true, points: dmarcPoints, steps: steps}
}

// scoredBy is honest mail that only a filter with points of its own stops.
func scoredBy(cause, test, spf, dmarc string, steps ...Step) situation {
	return situation{spf: spf, dmarc: dmarc, cause: cause, good: true, points: test, steps: steps}
}

func atScored(c customer) bool     { return c.scores }
func saysListed(c customer) bool   { return c.scores || c.name == "microsoft" } // others do not say that a listed address was their reason
func notGoogle(c customer) bool    { return c.name != "google" }
func stateDomains(c customer) bool { return c.name != "google" && c.name != "mimecast" }

// honestKinds is mail that nobody should have held, with some that nobody did.
var honestKinds = []kind{
	{name: "signed", share: 10, make: func(r *rand.Rand, c customer) situation {
		f := of(r, 0, 12)
		return situation{spf: "pass", dmarc: "pass", good: true, steps: []Step{f.from(f.letter(r, c.rcpt)), DKIM(f.sign())}}
	}},
	{name: "footer", share: 12, sites: notGoogle, make: func(r *rand.Rand, c customer) situation {
		f := of(r, 0, 3)
		return held("footer-after-signing", "softfail", f.from(f.letter(r, c.rcpt)), DKIM(f.sign()), Hop(f.second(), PostfixPlain, time.Second), FooterText(disclaimer), FooterHTML(disclaimerHTML))
	}},
	{name: "key-missing", share: 5, make: func(r *rand.Rand, c customer) situation { return badKey(r, c, firms[3], "dkim-key-missing", "-") }},
	{name: "key-revoked", share: 4, make: func(r *rand.Rand, c customer) situation {
		return badKey(r, c, firms[4], "dkim-key-revoked", "v=DKIM1; k=rsa; p=")
	}},
	{name: "moved", share: 8, make: func(r *rand.Rand, c customer) situation {
		f := of(r, 5, 7)
		return held("spf-include-missing", "softfail", f.moved(f.letter(r, c.rcpt)))
	}},
	{name: "strict", share: 6, make: func(r *rand.Rand, c customer) situation {
		f := firms[7]
		d := f.publishes()
		d.DMARC += "; adkim=s; aspf=s"
		l := f.letter(r, c.rcpt)
		return held("dmarc-strict-alignment", "pass", Envelope(addrLocal(addrOf(l.From))+"@mail."+f.domain, ""), FromDesktop(l, d, f.host()), DNS("mail."+f.domain, "TXT", "v=spf1 ip4:"+f.host().IP+" -all"),
			DKIM(Sign{Domain: "mail." + f.domain, Selector: "m1", Key: f.key}))
	}},
	{name: "forwarded", share: 8, make: func(r *rand.Rand, c customer) situation {
		f := of(r, 8, 10)
		return held("forwarder", "fail", f.from(f.letter(r, "member@oldclub.example")), forward(false), Envelope("", c.rcpt))
	}},
	{name: "list", share: 6, make: func(r *rand.Rand, c customer) situation {
		f := of(r, 9, 12)
		l := f.letter(r, "Workshop list <workshop@lists.example.net>")
		l.HTML, l.Encoding = "", "7bit"
		return held("mailing-list", "pass", f.from(l), DKIM(f.sign()), throughMailmanPlain, Envelope("", c.rcpt))
	}},
	{name: "help-desk", share: 7, make: func(r *rand.Rand, c customer) situation {
		f := of(r, 10, 12)
		return held("dmarc-misaligned-service", "pass", Publish(f.publishes()), desk(businessLetter(r, "Support <support@"+f.domain+">", c.rcpt), r))
	}},
	{name: "shop", share: 5, make: func(r *rand.Rand, c customer) situation {
		return held("spf-include-missing", "fail", pooled(businessLetter(r, "The Paper Shop <orders@shop.example>", c.rcpt), r, "shop.example"))
	}},
	{name: "form", share: 6, sites: stateDomains, make: func(r *rand.Rand, c customer) situation {
		return scoredBy("web-form-unlisted-server", "LOCAL_SPOOF=4.5", "fail", "fail", At(shopForms), Envelope("forms@"+c.org.Name, c.rcpt), Write(formLetter(r, c)), Hop(shopForms, EximLocal("shop"), 0))
	}},
	{name: "form-pool", share: 6, sites: stateDomains, make: func(r *rand.Rand, c customer) situation {
		return scoredBy("web-form-hosting-pool", "LOCAL_SPOOF=4.5", "fail", "fail", At(formHost), Envelope("forms@"+c.org.Name, c.rcpt), Write(formLetter(r, c)),
			Trail("X-AntiAbuse", "Primary Hostname - "+formHost.Name), Trail("X-Source-Dir", c.org.Name+":/public_html/contact"), Hop(formHost, EximLocal("nobody"), 0))
	}},
	{name: "campaign", share: 6, sites: stateDomains, make: func(r *rand.Rand, c customer) situation {
		through := throughMailchimp
		if c.name == "exim" || c.name == "microsoft" {
			through = throughConstantContact
		}
		return scoredBy("marketing-service-own-domain", "LOCAL_SPOOF=4.5", "pass", "fail", campaignLetter(r, "The Company <news@"+c.org.Name+">", c.rcpt), through)
	}},
	{name: "no-ptr", share: 3, sites: atScored, make: func(r *rand.Rand, c customer) situation {
		f := firms[4]
		h := Host{Name: "relay." + f.domain, IP: "203.0.113.90", PTR: "-"}
		return scoredBy("sender-without-ptr", "RDNS_NONE=4.3", "pass", "none", FromDesktop(f.letter(r, c.rcpt), Domain{Name: f.domain, SPF: "v=spf1 ip4:" + h.IP + " -all", MX: h}, h))
	}},
	{name: "helo", share: 3, sites: atScored, make: func(r *rand.Rand, c customer) situation {
		f := firms[5]
		h := f.host()
		h.Helo = "EXCHANGE01"
		return scoredBy("ptr-helo-mismatch", "HELO_NO_DOMAIN=4.3", "pass", "none", FromDesktop(f.letter(r, c.rcpt), Domain{Name: f.domain, SPF: "v=spf1 ip4:" + h.IP + " -all", MX: h}, h))
	}},
	{name: "no-authentication", share: 3, sites: atScored, make: func(r *rand.Rand, c customer) situation {
		f := firms[6]
		return scoredBy("sender-without-authentication", "KAM_LAZY_DOMAIN_SECURITY=4.3", "none", "none", FromDesktop(f.letter(r, c.rcpt), Domain{Name: f.domain, MX: f.host()}, f.host()))
	}},
	{name: "misjudged", share: 5, sites: atScored, make: func(r *rand.Rand, c customer) situation {
		f := of(r, 5, 8)
		return scoredBy("classifier-misjudged", "BAYES_99=4.5", "pass", "pass", f.from(f.letter(r, c.rcpt)), DKIM(f.sign()))
	}},
	{name: "listed", share: 3, sites: saysListed, make: func(r *rand.Rand, c customer) situation {
		f := firms[8]
		h := Host{Name: "mail." + f.domain, IP: "203.0.113.126"}
		return situation{spf: "pass", dmarc: "none", cause: "listed-address", good: true, points: "RCVD_IN_ZEN=4.3", verdict: spam, steps: []Step{
			FromDesktop(f.letter(r, c.rcpt), Domain{Name: f.domain, SPF: "v=spf1 ip4:" + h.IP + " -all", MX: h}, h), Listed(h.IP, "zen.spamhaus.org", "127.0.0.4"), Listed(h.IP, "bl.spamcop.net", "127.0.0.2")}}
	}},
	{name: "blocked", share: 2, sites: stateDomains, make: func(r *rand.Rand, c customer) situation {
		f := firms[9]
		l := businessLetter(r, "Yard <yard@"+f.domain+">", c.rcpt)
		s := situation{spf: "pass", dmarc: "pass", cause: "own-block-entry", good: true, steps: []Step{f.from(l), DKIM(f.sign())}}
		if c.name == "microsoft" {
			s.verdict = Verdict{SFV: "SKB", SCL: 9, CAT: "SPM", Dest: "J"}
		}
		return s
	}},
}

// badKey is a letter out of the second server, with a signature whose key is not there.
func badKey(r *rand.Rand, c customer, f firm, cause, record string) situation {
	s := f.sign()
	s.Record = record
	return held(cause, "softfail", f.moved(f.letter(r, c.rcpt)), DKIM(s), func(m *Mail) { m.Sigs[0].spoil("key") })
}

// desk sends a letter out of the ticket system in the cloud, as whoever its customer is.
func desk(l Letter, r *rand.Rand) Step {
	l.Below = []Field{{"X-Desk-Ticket", fmt.Sprint(1000 + r.Intn(80000))}, {"Auto-Submitted", "auto-generated"}}
	return On(
		Publish(Domain{Name: "deskservice.example", SPF: "v=spf1 ip4:198.51.100.128/28 -all"}), At(Host{Name: "app-11.deskservice.example", IP: "10.8.0.11"}),
		Envelope(fmt.Sprintf("bounce+%d@deskservice.example", r.Intn(100000)), ""), Write(l), Hop(deskHost, Localhost, time.Second),
		DKIM(Sign{Domain: "deskservice.example", Selector: "desk", Key: "bravo"}))
}

// pooled sends a letter out of the pool of the mail service, as whoever its customer is; from has no record of it in SPF.
func pooled(l Letter, r *rand.Rand, from string) Step {
	n := r.Intn(4)
	pool := Host{Name: fmt.Sprintf("o%d.pool.mailservice.example", 8+n), IP: fmt.Sprintf("198.51.100.%d", 90+n)}
	return On(
		At(Host{Name: "worker-3.mailservice.example", IP: "10.3.0.8"}), Write(l),
		Publish(Domain{Name: from, SPF: "v=spf1 ip4:203.0.113.32 -all", DMARC: "v=DMARC1; p=quarantine", MX: Host{Name: "mail." + from, IP: "203.0.113.32"}}),
		Publish(Domain{Name: "mailservice.example"}), DNS("spf.mailservice.example", "TXT", "v=spf1 ip4:198.51.100.88/29 -all"),
		Hop(pool, Localhost, time.Second), DKIM(Sign{Domain: "mailservice.example", Selector: "s2024", Key: "bravo"}))
}

var shopForms = Host{Name: "forms3.webshop-builder.example", IP: "203.0.113.12"}

// formLetter is what a visitor wrote into the form of the customer's site.
func formLetter(r *rand.Rand, c customer) Letter {
	l := webFormLetter(c.org.Name)
	b := businessLetter(r, pick(r, slots["name"]), c.rcpt)
	l.To = c.rcpt
	l.Text = "\nA visitor has filled in the form \"" + b.Subject + "\" on www." + c.org.Name + ".\n\nName:     " + pick(r, slots["name"]) + "\nMessage:\n" + b.Text +
		"\nSent on behalf of the visitor. Please answer to the address above.\n"
	return l
}

// campaignLetter is a newsletter of the customer's own.
func campaignLetter(r *rand.Rand, from, to string) Step {
	b := businessLetter(r, "The Company", to)
	return On(At(Host{Name: "app.campaigns.example", IP: "10.9.0.4"}), Write(Letter{
		From: from, To: to, Subject: "News from the workshop: " + b.Subject, HTML: "auto", Encoding: "quoted-printable", CSS: "p{max-width:600px}",
		Text: b.Text + "\nYou get this letter because you asked for it at our counter. One click ends it:\n\nhttps://www.partner.example/unsubscribe\n",
	}))
}

var phish = Verdict{SFV: "SPM", SCL: 8, CAT: "PHSH", Dest: "J"}

// fraudBy is mail that was made to cheat.
func fraudBy(cause, spf, dmarc string, steps ...Step) situation {
	return situation{spf: spf, dmarc: dmarc, cause: cause, points: "LOCAL_FRAUD=4.5", verdict: phish, steps: steps}
}

// vps is a rented machine: there are many, and each sends for a while.
func vpsOf(r *rand.Rand) Host {
	n := r.Intn(12)
	return Host{Name: fmt.Sprintf("vps%d.cheaphost.example", 70+n), IP: fmt.Sprintf("203.0.113.%d", 205+n)}
}

// stranger sends from a rented machine, as whom he likes.
func stranger(r *rand.Rand, l Letter) Step {
	h := vpsOf(r)
	return On(At(h), Envelope(addrOf(l.From), addrOf(l.To)), Write(l), Hop(h, PostfixLocal("48"), 0))
}

// thread makes a letter an answer to one that was stolen.
func thread(r *rand.Rand, f firm, l Letter) Letter {
	old := f.letter(r, l.To)
	l.Subject = "Re: " + old.Subject
	l.Text += "\n> " + strings.ReplaceAll(strings.TrimSpace(old.Text), "\n", "\n> ") + "\n"
	l.Above = []Field{{"In-Reply-To", fmt.Sprintf("<%d.771@%s>", r.Intn(100000), f.domain)}}
	return l
}

// phishingKinds are frauds, of which many look like the honest mail above.
var phishingKinds = []kind{
	{name: "own-bank-change", share: 8, sites: stateDomains, make: func(r *rand.Rand, c customer) situation {
		return fraudBy("forged-own-domain", "fail", "fail", stranger(r, lureLetter(r, "bank", "Accounts <accounts@"+c.org.Name+">", c.rcpt)))
	}},
	{name: "own-login", share: 8, sites: stateDomains, make: func(r *rand.Rand, c customer) situation {
		return fraudBy("forged-own-domain", "fail", "fail", stranger(r, lureLetter(r, "login", "IT Department <it@"+c.org.Name+">", c.rcpt)))
	}},
	{name: "own-as-form", share: 4, sites: stateDomains, make: func(r *rand.Rand, c customer) situation { // says that it is the form
		return fraudBy("forged-own-domain", "fail", "fail", stranger(r, lureLetter(r, "login", "\"Web form\" <forms@"+c.org.Name+">", c.rcpt)))
	}},
	{name: "own-on-form-host", share: 3, sites: stateDomains, make: func(r *rand.Rand, c customer) situation { // another customer of the form's host
		return fraudBy("forged-own-domain", "fail", "fail", At(formHost), Envelope("it@"+c.org.Name, c.rcpt), Write(lureLetter(r, "login", "IT Department <it@"+c.org.Name+">", c.rcpt)),
			Hop(formHost, EximLocal("nobody"), 0))
	}},
	{name: "bank", share: 10, make: func(r *rand.Rand, c customer) situation {
		bank := Domain{Name: "bank.example", SPF: "v=spf1 ip4:203.0.113.60 ~all", DMARC: "v=DMARC1; p=quarantine", MX: Host{Name: "mx.bank.example", IP: "203.0.113.60"}}
		return fraudBy("real-phishing", "softfail", "fail", Publish(bank), stranger(r, lureLetter(r, "login", "Bank Security <security@bank.example>", c.rcpt)))
	}},
	{name: "partner-document", share: 7, make: func(r *rand.Rand, c customer) situation { // forged partner whose own mail is held, too
		f := of(r, 0, 8)
		return fraudBy("real-phishing", "softfail", "fail", Publish(f.publishes()), stranger(r, lureLetter(r, "document", pick(r, f.people), c.rcpt)))
	}},
	{name: "partner-thread", share: 7, make: func(r *rand.Rand, c customer) situation { // with a stolen thread below
		f := of(r, 0, 8)
		return fraudBy("real-phishing", "softfail", "fail", Publish(f.publishes()), stranger(r, thread(r, f, lureLetter(r, "document", pick(r, f.people), c.rcpt))))
	}},
	{name: "desk-customer", share: 4, make: func(r *rand.Rand, c customer) situation { // another customer of the ticket system
		from := fmt.Sprintf("Support <support@account-desk%d.example>", r.Intn(5))
		return fraudBy("real-phishing", "pass", "none", Publish(Domain{Name: domainOf(addrOf(from))}), desk(lureLetter(r, "login", from, c.rcpt), r))
	}},
	{name: "pool-customer", share: 5, make: func(r *rand.Rand, c customer) situation { // the address pool of the shop
		from := fmt.Sprintf("Parcel Service <notice@parcel-desk%d.example>", r.Intn(5))
		return fraudBy("real-phishing", "fail", "fail", pooled(lureLetter(r, "login", from, c.rcpt), r, domainOf(addrOf(from))))
	}},
	{name: "lookalike", share: 9, sites: stateDomains, make: func(r *rand.Rand, c customer) situation {
		f := of(r, 0, 4)
		d := f.domain[:4] + f.domain[3:] // one letter twice
		h := Host{Name: "mail." + d, IP: fmt.Sprintf("203.0.113.%d", 150+f.number%20)}
		l := lureLetter(r, "bank", strings.Replace(f.people[0], "@"+f.domain, "@"+d, 1), c.rcpt)
		return fraudBy("lookalike-domain", "pass", "pass", Publish(Domain{Name: d, SPF: "v=spf1 ip4:" + h.IP + " -all", DMARC: "v=DMARC1; p=none", MX: h}), Publish(f.publishes()), At(h), Write(l),
			DKIM(Sign{Domain: d, Selector: "mail", Key: "delta"}))
	}},
	{name: "colleague", share: 9, make: func(r *rand.Rand, c customer) situation {
		out := Host{Name: "mail-out5.freemail.example", IP: "198.51.100.140"}
		return fraudBy("display-name-colleague", "pass", "pass", freeMailbox(out), Write(lureLetter(r, "gift", fmt.Sprintf("Clara Vogt <director.office%d@freemail.example>", r.Intn(900)), c.rcpt)), freemailOut(out))
	}},
	{name: "stolen-mailbox", share: 3, make: func(r *rand.Rand, c customer) situation {
		f := firms[11]
		l := thread(r, f, lureLetter(r, "document", f.people[0], c.rcpt))
		h := Host{Name: "198-51-100-222.vpn.example", IP: "198.51.100.222", Helo: "[127.0.0.1]", Auth: addrOf(f.people[0])}
		return fraudBy("compromised-account", "pass", "pass", Publish(f.publishes()), homeDNS(Host{Name: h.Name, IP: h.IP}), At(h), Write(l), Hop(f.host(), Postfix, time.Second), DKIM(f.sign()))
	}},
}

// spamFor is spam.
func spamFor(spf, dmarc string, steps ...Step) situation {
	return situation{spf: spf, dmarc: dmarc, cause: "real-spam", points: "LOCAL_SPAM=6", verdict: spam, steps: steps}
}

func spamLetter(r *rand.Rand, from, to string) Letter {
	return lureLetter(r, pick(r, []string{"pills", "casino"}), from, to)
}

// spamKinds are advertisements that nobody asked for; some come from services that good mail comes from.
var spamKinds = []kind{
	{name: "bot-listed", share: 12, make: func(r *rand.Rand, c customer) situation {
		h := bot(r)
		return spamFor("none", "none", botMail(r, c, h), Listed(h.IP, "zen.spamhaus.org", "127.0.0.4", "127.0.0.10"))
	}},
	{name: "bot-fresh", share: 8, make: func(r *rand.Rand, c customer) situation { return spamFor("none", "none", botMail(r, c, bot(r))) }},
	{name: "rented", share: 8, make: func(r *rand.Rand, c customer) situation {
		d := fmt.Sprintf("best-offer%d.example", r.Intn(9))
		return spamFor("none", "none", Publish(Domain{Name: d}), stranger(r, spamLetter(r, "Best Offers <deal@"+d+">", c.rcpt)))
	}},
	{name: "campaign-service", share: 6, make: func(r *rand.Rand, c customer) situation {
		d := fmt.Sprintf("winners%d.example", r.Intn(6))
		l := spamLetter(r, "Winners Club <club@"+d+">", c.rcpt)
		return spamFor("pass", "none", Publish(Domain{Name: d}), At(Host{Name: "app.campaigns.example", IP: "10.9.0.4"}), Write(l), throughMailchimp)
	}},
	{name: "pool-service", share: 6, make: func(r *rand.Rand, c customer) situation {
		d := fmt.Sprintf("meds-outlet%d.example", r.Intn(6))
		return spamFor("fail", "fail", pooled(spamLetter(r, "Meds Outlet <sale@"+d+">", c.rcpt), r, d))
	}},
}

func bot(r *rand.Rand) Host {
	n := 160 + r.Intn(40)
	name := fmt.Sprintf("203-0-113-%d.dyn.isp.example", n)
	return Host{Name: name, IP: fmt.Sprintf("203.0.113.%d", n), Helo: name}
}

func botMail(r *rand.Rand, c customer, h Host) Step {
	d := fmt.Sprintf("cheap-meds%d.example", r.Intn(9))
	return On(Publish(Domain{Name: d}), At(h), Envelope("sale@"+d, c.rcpt), Write(spamLetter(r, "Canadian Pharmacy <sale@"+d+">", c.rcpt)))
}

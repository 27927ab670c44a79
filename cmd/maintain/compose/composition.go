package compose

import (
	"fmt"
	"strings"
	"time"
)

// Composition returns several hundred messages: what somebody wrote, the way that it took, what was done to it on the way, and who received
// it, each with each. The cause of a sample is what really happened to it, as the steps that made it say; it is empty where nothing stops
// the message.
func Composition() []Case {
	var out []Case
	for _, r := range sites {
		for _, s := range situations(r) {
			if s.only == nil || s.only(r) {
				out = append(out, r.compose(s))
			}
		}
	}
	return append(out, behindGateways()...)
}

// behindGateways are receivers with two filters in a row.
func behindGateways() []Case {
	var out []Case
	add := func(name, cause, profile string, steps ...Step) {
		out = append(out, Case{Name: "gateway/" + name, What: "A sample of the composition.", Profile: profile, SPF: "pass", DMARC: "pass", Steps: steps,
			Truth: Truth{FalsePositive: cause != "", Cause: cause, Origin: name}})
	}
	junk, inbox := Verdict{SFV: "SPM", SCL: 5, CAT: "SPOOF", Dest: "J", Hidden: true}, Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "I", Hidden: true}
	seen := inbox
	seen.Client = &partnerMail
	for _, l := range texts("purchasing@harbour.example") {
		from := FromDesktop(l.Letter, partner, partnerMail)
		front := On(Border(ppeMX, PPE, time.Second), Stamp("X-Virus-Scanned", "Proofpoint Essentials engine"), atFront)
		judged := realSPF("fail", "fail")
		add(l.name+"/front-hides", "gateway-hides-client-ip", frontProfile, from, front, judged, Microsoft(harbour, junk), realSPF("pass", "pass"))
		add(l.name+"/front-skipped", "", frontProfile, from, front, Microsoft(harbour, seen))
		add(l.name+"/banner", "own-gateway-changes-mail", harbourProfile, from, DKIM(partnerKey), Border(gateway, Postfix, time.Second), judged,
			SubjectTag("[EXTERNAL]"), BannerText(externalBanner), Microsoft(harbour, junk), realSPF("pass", "pass"))
		add(l.name+"/banner-later", "", exampleProfile, readdressed(l, "buyer@example.org"), DKIM(partnerKey), ViaPostfix, SubjectTag("[EXTERNAL]"), BannerText(externalBanner))
	}
	return out
}

func readdressed(l text, rcpt string) Step {
	l.To = rcpt
	return FromDesktop(l.Letter, partner, partnerMail)
}

// site is an organisation that receives mail, with its filter.
type site struct {
	name    string
	org     Domain
	rcpt    string
	profile string
	via     func(situation) Step
	scores  bool // the filter writes its own points into the header
}

// situation is what happened to a message before the site got it.
type situation struct {
	name       string
	spf, dmarc string
	cause      string // what stops it; empty: nothing
	good       bool
	steps      []Step
	points     string // the test by which a filter that scores stops it; empty: it does not
	verdict    Verdict
	only       func(site) bool
	profile    string // lines that the site's profile has besides
}

// compose makes the case. A defect that only a filter's points make into a cause is none where the filter writes no points.
func (r site) compose(s situation) Case {
	cause := s.cause
	if s.points != "" && strings.HasPrefix(s.points, "=") {
		s.points = s.points[1:]
		if !r.scores {
			cause = ""
		}
	}
	return Case{
		Name: r.name + "/" + s.name, What: "A sample of the composition.", Profile: r.profile + s.profile, SPF: s.spf, DMARC: s.dmarc,
		Steps: append(append([]Step{}, s.steps...), r.via(s)),
		Truth: Truth{FalsePositive: s.good && cause != "", Cause: cause, Origin: s.name},
	}
}

// plainVia is a receiver that writes no verdict.
func plainVia(step Step) func(situation) Step { return func(situation) Step { return step } }

var sites = []site{
	{name: "postfix", org: exorg, rcpt: "buyer@example.org", profile: exampleProfile, via: plainVia(ViaPostfix)},
	{name: "spamassassin", org: exorg, rcpt: "buyer@example.org", profile: exampleProfile, scores: true, via: func(s situation) Step {
		return On(ViaPostfix, points(s))
	}},
	{name: "exim", org: quarry, rcpt: "office@quarry.example", profile: quarryProfile, via: plainVia(ViaExim)},
	{name: "proofpoint", org: widget, rcpt: "anna@widget.com", profile: widgetProfile, via: plainVia(ViaPPE(widget))},
	{name: "google", org: meadow, rcpt: "office@meadow.example", via: plainVia(ViaGoogle)},
	{name: "mimecast", org: bakery, rcpt: "orders@bakery.example", via: plainVia(ViaMimecast)},
	{name: "microsoft", org: harbour, rcpt: "purchasing@harbour.example", profile: microsoftProfile, via: func(s situation) Step {
		return Microsoft(harbour, s.microsoft())
	}},
}

// points is what SpamAssassin of the site wrote: the test that names the reason, or nothing worth a word.
func points(s situation) Step {
	if s.points == "" {
		return SpamAssassin("BAYES_50=0.8", "HTML_MESSAGE=0.001")
	}
	return SpamAssassin(s.points, "BAYES_50=0.8", "HTML_MESSAGE=0.001")
}

// microsoft is its verdict: spoofing where DMARC fails under a policy, else what the situation says, else nothing.
func (s situation) microsoft() Verdict {
	switch {
	case s.verdict.SFV != "":
		return s.verdict
	case s.dmarc == "fail" && s.cause != "":
		return Verdict{SFV: "SPM", SCL: 5, CAT: "SPOOF", Dest: "J"}
	}
	return Verdict{SFV: "NSPM", SCL: 1, CAT: "NONE", Dest: "I"}
}

// situations lists what can have happened to mail for a site.
func situations(r site) []situation {
	var out []situation
	for _, l := range texts(r.rcpt) {
		out = append(out, changedMail(l)...)
		out = append(out, detours(r, l)...)
		out = append(out, keyFaults(l)...)
		out = append(out, named(l.name, servers(l))...)
	}
	out = append(out, senders(r)...)
	out = append(out, fraud(r)...)
	return append(out, ownDomain(r)...)
}

// text is a letter with a name.
type text struct {
	name string
	Letter
}

// texts are letters in the forms that mail programs write.
func texts(rcpt string) []text {
	both, french := deliveryLetter(rcpt), partnerFrench
	french.To = rcpt
	packed := plainOf(both)
	packed.Encoding = "base64"
	return []text{{"plain", plainOf(both)}, {"both", both}, {"french", french}, {"base64", packed}}
}

const dmarcPoints = "DMARC_QUAR=4.2"

// changedMail: the partner's letter, signed and then perhaps changed on its way out.
func changedMail(l text) []situation {
	footer := On(FooterText(disclaimer), FooterHTML(disclaimerHTML))
	other := "base64"
	if l.Encoding == "base64" {
		other = "quoted-printable"
	}
	sent := func(d Domain, steps ...Step) []Step {
		return append([]Step{FromDesktop(l.Letter, d, partnerMail)}, steps...)
	}
	list := []situation{
		{name: "signed", spf: "pass", dmarc: "pass", steps: sent(partner, DKIM(partnerKey))},
		{name: "signed-simple", spf: "pass", dmarc: "pass", steps: sent(partner, DKIM(simple(partnerKey)))},
		{name: "unsigned", spf: "pass", dmarc: "pass", steps: sent(partner)},
		{name: "footer", spf: "softfail", dmarc: "fail", cause: "footer-after-signing", points: dmarcPoints, steps: []Step{signedThenTool(l.Letter, footer)}},
		{name: "footer-in-spf", spf: "pass", dmarc: "pass", steps: []Step{signedThenTool(l.Letter, footer), listTool}},
		{name: "footer-first", spf: "softfail", dmarc: "pass", steps: []Step{toolThenSigned(l.Letter, footer)}},
		{name: "reencoded", spf: "softfail", dmarc: "fail", cause: "reencoded-on-the-way", points: dmarcPoints, steps: []Step{signedThenTool(l.Letter, Reencode(other))}},
		{name: "footer-and-reencoded", spf: "softfail", dmarc: "fail", cause: "footer-after-signing", points: dmarcPoints, steps: []Step{signedThenTool(l.Letter, footer, Reencode(other))}},
		{name: "strict", spf: "pass", dmarc: "fail", cause: "dmarc-strict-alignment", points: dmarcPoints, steps: strict(l, "; adkim=s; aspf=s")},
		{name: "relaxed", spf: "pass", dmarc: "pass", steps: strict(l, "")},
	}
	return named(l.name, list)
}

// simple is the canonicalisation that stands no change.
func simple(s Sign) Sign { s.Canon = "simple/simple"; return s }

// strict is the letter out of a sub-domain.
func strict(l text, tags string) []Step {
	d := Domain{Name: "partner.example", SPF: partner.SPF, DMARC: "v=DMARC1; p=quarantine" + tags, MX: partnerMail}
	return []Step{Envelope("ines@mail.partner.example", ""), FromDesktop(l.Letter, d, partnerMail), DNS("mail.partner.example", "TXT", "v=spf1 ip4:203.0.113.20 -all"),
		DKIM(Sign{Domain: "mail.partner.example", Selector: "m1", Key: "alpha"})}
}

// named marks every situation of a letter, and that its sender is honest.
func named(letter string, list []situation) []situation {
	for i := range list {
		list[i].name, list[i].good = letter+"/"+list[i].name, true
	}
	return list
}

// detours: the letter goes round by a list or a forwarder.
func detours(r site, l text) []situation {
	to := func(s Step) Step { return On(s, Envelope("", r.rcpt)) }
	clubLetter := l.Letter
	clubLetter.To = "b.member@oldclub.example"
	club := FromDesktop(clubLetter, partner, partnerMail)
	list := []situation{
		{name: "forwarded", spf: "fail", dmarc: "fail", cause: "forwarder", points: dmarcPoints, steps: []Step{club, to(forward(false))}},
		{name: "forwarded-srs", spf: "pass", dmarc: "fail", cause: "forwarder", points: dmarcPoints, steps: []Step{club, to(forward(true))}},
		{name: "forwarded-signed", spf: "fail", dmarc: "pass", steps: []Step{club, DKIM(partnerKey), to(forward(false))}},
		{name: "forwarded-changed", spf: "fail", dmarc: "fail", cause: "changed-after-signing", points: dmarcPoints, steps: []Step{club, DKIM(partnerKey), to(forward(false)), otherWords}},
	}
	if l.HTML == "" && l.Encoding != "base64" { // Mailman adds a part to other letters; appended text alone is what it does to these
		list = append(list,
			situation{name: "list", spf: "pass", dmarc: "fail", cause: "mailing-list", points: dmarcPoints, steps: []Step{toList(l.Letter), to(throughMailman(false))}},
			situation{name: "list-footer", spf: "pass", dmarc: "fail", cause: "mailing-list", points: dmarcPoints, steps: []Step{toList(l.Letter), to(throughMailmanPlain)}},
			situation{name: "list-rewrites-from", spf: "pass", dmarc: "pass", steps: []Step{toList(l.Letter), to(throughMailman(true))}})
	}
	return named(l.name, list)
}

// otherWords changes words all over the text, which no search undoes.
func otherWords(m *Mail) {
	for _, p := range m.Root.leaves() {
		p.Text = strings.NewReplacer("e", "é", "Thursday", "Friday", "a", "o").Replace(p.Text)
	}
	m.breakBody()
}

// keyFaults: the letter from a line that SPF does not list, so that all hangs on the signature.
func keyFaults(l text) []situation {
	missing, revoked, short, weak, wrong := partnerKey, partnerKey, partnerKey, partnerKey, partnerKey
	missing.Record = "-"
	revoked.Record = "v=DKIM1; k=rsa; p="
	short.Key, short.Selector = "weak512", "old"
	weak.Key, weak.Selector = "weak768", "old2"
	wrong.Record = Key("delta").Record()
	fault := func(name, cause string, s Sign, broken string, more ...Step) situation {
		return situation{name: name, spf: "softfail", dmarc: "fail", cause: cause, points: dmarcPoints, steps: append([]Step{movedLetter(l, &s, broken)}, more...)}
	}
	list := []situation{
		fault("key-missing", "dkim-key-missing", missing, "key"),
		fault("key-revoked", "dkim-key-revoked", revoked, "key"),
		fault("key-512", "dkim-key-short", short, "key"),
		fault("key-768", "dkim-key-short", weak, "key"),
		fault("key-wrong", "dkim-key-wrong", wrong, "header"),
		fault("expired", "dkim-expired-in-queue", expiring(partnerKey), "", Queue(50*time.Hour), func(m *Mail) { m.breakSigs("expired") }),
		{name: "queued-in-time", spf: "softfail", dmarc: "pass", steps: []Step{movedLetter(l, ptr(expiring(partnerKey)), ""), Queue(10 * time.Hour)}},
		{name: "moved-signed", spf: "softfail", dmarc: "pass", steps: []Step{movedLetter(l, &partnerKey, "")}},
		{name: "moved-unsigned", spf: "softfail", dmarc: "fail", cause: "spf-include-missing", points: dmarcPoints, steps: []Step{movedLetter(l, nil, "")}},
	}
	return named(l.name, list)
}

func ptr(s Sign) *Sign { return &s }

// movedLetter is the letter from a new line of the partner.
func movedLetter(l text, s *Sign, broken string) Step {
	d := partner
	d.SPF = "v=spf1 ip4:203.0.113.20 ~all"
	return On(FromDesktop(l.Letter, d, Host{Name: "mail2.partner.example", IP: "203.0.113.24"}), func(m *Mail) {
		if s == nil {
			return
		}
		DKIM(*s)(m)
		if broken != "" {
			m.Sigs[0].spoil(broken)
		}
	})
}

// servers: the letter from a server or domain that is set up badly. Most such faults cost points alone.
func servers(l text) []situation {
	noName, other, word, noNameTool := partnerMail, partnerMail, partnerMail, toolHost
	noName.PTR, noNameTool.PTR = "-", "-"
	other.Helo = "srv-exch01.partner.example"
	word.Helo = "EXCHANGE01"
	from := func(relay Host, d Domain) Step { return FromDesktop(l.Letter, d, relay) }
	spf := func(relay Host) Step {
		return from(relay, Domain{Name: "partner.example", SPF: partner.SPF, MX: relay})
	}
	bare := func(record Step) Step {
		return On(from(partnerMail, Domain{Name: "partner.example", MX: partnerMail}), record)
	}
	return []situation{
		{name: "no-ptr", spf: "pass", dmarc: "none", cause: "sender-without-ptr", points: "=RDNS_NONE=4.3", steps: []Step{spf(noName)}},
		{name: "helo-other", spf: "pass", dmarc: "none", cause: "ptr-helo-mismatch", points: "=KHOP_HELO_FCRDNS=4.3", steps: []Step{spf(other)}},
		{name: "helo-word", spf: "pass", dmarc: "none", cause: "ptr-helo-mismatch", points: "=HELO_NO_DOMAIN=4.3", steps: []Step{spf(word)}},
		{name: "no-ptr-but-signed", spf: "pass", dmarc: "pass", steps: []Step{from(noName, partner), DKIM(partnerKey)}},
		{name: "footer-and-no-ptr", spf: "softfail", dmarc: "fail", cause: "footer-after-signing", points: dmarcPoints, steps: []Step{
			from(partnerMail, softPartner), DKIM(partnerKey), Hop(noNameTool, PostfixPlain, time.Second), FooterText(disclaimer), FooterHTML(disclaimerHTML)}},
		{name: "key-missing-and-helo", spf: "pass", dmarc: "pass", steps: []Step{from(other, partner), DKIM(unpublished)}},
		{name: "no-authentication", spf: "none", dmarc: "none", cause: "sender-without-authentication", points: "=KAM_LAZY_DOMAIN_SECURITY=4.3", steps: []Step{bare(On())}},
		{name: "eleven-lookups", spf: "permerror", dmarc: "none", cause: "spf-too-many-lookups", points: "=LOCAL_SPF_PERMERROR=4.3", steps: []Step{bare(chain(11))}},
		{name: "ten-lookups", spf: "pass", dmarc: "none", steps: []Step{bare(chain(10))}},
		{name: "two-records", spf: "permerror", dmarc: "none", cause: "spf-permerror", points: "=LOCAL_SPF_PERMERROR=4.3", steps: []Step{
			bare(DNS("partner.example", "TXT", "v=spf1 ip4:203.0.113.20 -all")), DNS("partner.example", "TXT", "v=spf1 include:spf.protection.outlook.com -all")}},
		{name: "clock", spf: "pass", dmarc: "none", cause: "clock-wrong", points: "=DATE_IN_FUTURE_06_12=4.2", steps: []Step{Wait(9 * time.Hour), spf(partnerMail), Wait(-9 * time.Hour)}},
		{name: "listed", spf: "pass", dmarc: "none", cause: "listed-address", points: "RCVD_IN_ZEN=4.3", verdict: spam, steps: []Step{
			spf(partnerMail), Listed(partnerMail.IP, "zen.spamhaus.org", "127.0.0.4"), Listed(partnerMail.IP, "bl.spamcop.net", "127.0.0.2")}},
		{name: "blind", spf: "pass", dmarc: "none", cause: "blocklist-blind", points: "=LOCAL_ZEN_ANY_ANSWER=4.3", steps: []Step{
			spf(partnerMail), blockedList("zen.spamhaus.org", "127.255.255.254", partnerMail.IP)}},
		{name: "blocked-sender", spf: "pass", dmarc: "pass", cause: "own-block-entry", only: atMicrosoft, verdict: Verdict{SFV: "SKB", SCL: 9, CAT: "SPM", Dest: "J"}, steps: []Step{from(partnerMail, partner), DKIM(partnerKey)}},
		{name: "blocked-in-profile", spf: "pass", dmarc: "pass", cause: "own-block-entry", only: notMicrosoft, profile: "blocked-senders: [ines@partner.example]\n", steps: []Step{from(partnerMail, partner), DKIM(partnerKey)}},
	}
}

// unpublished is a key that nobody finds; SPF speaks for the mail.
var unpublished = Sign{Domain: "partner.example", Selector: "forgotten", Key: "alpha", Record: "-"}

// senders: services that send for a domain, and mail that a filter judges by its words.
func senders(r site) []situation {
	from := func(l Letter) Step { return FromDesktop(addressed(l, r), partner, partnerMail) }
	list := []situation{
		{name: "shop-not-in-spf", spf: "fail", dmarc: "fail", cause: "spf-include-missing", points: dmarcPoints, only: atExampleOrg, steps: []Step{shopMail("v=spf1 ip4:203.0.113.32 -all")}},
		{name: "shop-in-spf", spf: "pass", dmarc: "pass", only: atExampleOrg, steps: []Step{shopMail("v=spf1 ip4:203.0.113.32 include:spf.mailservice.example -all")}},
		{name: "help-desk", spf: "pass", dmarc: "fail", cause: "dmarc-misaligned-service", points: dmarcPoints, only: atExampleOrg, steps: []Step{helpDesk("partner.example", "v=DMARC1; p=quarantine")}},
		{name: "help-desk-aligned", spf: "pass", dmarc: "pass", only: atExampleOrg, steps: []Step{
			helpDesk("partner.example", "v=DMARC1; p=quarantine"), DKIM(Sign{Domain: "partner.example", Selector: "desk", Key: "charlie"})}},
		{name: "sub-domain", spf: "none", dmarc: "fail", cause: "dmarc-subdomain-policy", points: "DMARC_REJECT=4.2", only: atExampleOrg, steps: []Step{alarm("v=DMARC1; p=none; sp=reject")}},
		{name: "newsletter", spf: "pass", dmarc: "pass", steps: []Step{newsletter(r.rcpt)}},
		{name: "newsletter-bulk", spf: "pass", dmarc: "pass", cause: "bulk-level", only: atMicrosoft, verdict: Verdict{SFV: "SPM", SCL: 6, CAT: "BULK", Dest: "J", BCL: 7, Bulk: true}, steps: []Step{newsletter(r.rcpt)}},
		{name: "odd-words", spf: "pass", dmarc: "pass", cause: "classifier-misjudged", points: "=BAYES_99=4.5", steps: []Step{from(pharmacist), DKIM(partnerKey)}},
		{name: "gift-card-thanks", spf: "pass", dmarc: "pass", cause: "heuristic-ordinary-words", points: "=LOCAL_GIFT_CARD=4.5", steps: []Step{from(jubilee), DKIM(partnerKey)}},
	}
	for i := range list {
		list[i].good = true
	}
	return list
}

var spam = Verdict{SFV: "SPM", SCL: 6, CAT: "SPM", Dest: "J"}

func atExampleOrg(r site) bool { return r.org.Name == exorg.Name }
func atMicrosoft(r site) bool  { return r.name == "microsoft" }
func notMicrosoft(r site) bool { return r.name != "microsoft" && r.profile != "" }

func addressed(l Letter, r site) Letter { l.To = r.rcpt; return l }

// fraud: nothing of this may be released.
func fraud(r site) []situation {
	phish := Verdict{SFV: "SPM", SCL: 8, CAT: "PHSH", Dest: "J"}
	vps := Host{Name: "vps77.cheaphost.example", IP: "203.0.113.210"}
	bank := Domain{Name: "bank.example", SPF: "v=spf1 ip4:203.0.113.60 ~all", DMARC: "v=DMARC1; p=quarantine", MX: Host{Name: "mx.bank.example", IP: "203.0.113.60"}}
	stolen := On(Publish(partner), At(Host{Name: "198-51-100-222.vpn.example", IP: "198.51.100.222", Helo: "[127.0.0.1]", Auth: "ines@partner.example"}),
		homeDNS(Host{Name: "198-51-100-222.vpn.example", IP: "198.51.100.222"}), Write(addressed(sharedDocument, r)), Hop(partnerMail, Postfix, time.Second), DKIM(partnerKey))
	pillsMail := On(Publish(Domain{Name: "cheap-meds.example"}), At(botHost), Envelope("sale@cheap-meds.example", r.rcpt), Write(pills(r.rcpt)))
	return []situation{
		{name: "phishing", spf: "softfail", dmarc: "fail", cause: "real-phishing", points: "DMARC_QUAR=4.2", verdict: phish, steps: []Step{
			Publish(bank), At(vps), Envelope("security@bank.example", r.rcpt), Write(phishing("Bank Security <security@bank.example>", r.rcpt)), Hop(vps, PostfixLocal("48"), 0)}},
		{name: "pills", spf: "none", dmarc: "none", cause: "real-spam", points: "DRUGS_ERECTILE=6", verdict: spam, steps: []Step{pillsMail, Listed(botHost.IP, "zen.spamhaus.org", "127.0.0.4")}},
		{name: "pills-fresh-bot", spf: "none", dmarc: "none", cause: "real-spam", points: "DRUGS_ERECTILE=6", verdict: spam, steps: []Step{pillsMail}},
		{name: "bot", spf: "fail", dmarc: "fail", cause: "real-spam", points: "RCVD_IN_PBL=4.5", verdict: spam, steps: []Step{
			Publish(Domain{Name: "partner.example", SPF: partner.SPF, DMARC: "v=DMARC1; p=none", MX: partnerMail}), At(Host{Name: "203-0-113-150.dyn.isp.example", IP: "203.0.113.150"}),
			Write(addressed(homeLetter, r)), Listed("203.0.113.150", "zen.spamhaus.org", "127.0.0.10", "127.0.0.4")}},
		{name: "stolen-mailbox", spf: "pass", dmarc: "pass", cause: "compromised-account", steps: []Step{stolen}},
		{name: "own-domain-bank-change", spf: "fail", dmarc: "fail", cause: "forged-own-domain", points: "LOCAL_SPOOF=4.5", steps: []Step{
			At(vps), Envelope("accounts@"+r.org.Name, r.rcpt), Write(bankChange("Accounts <accounts@"+r.org.Name+">", r.rcpt))}},
		{name: "own-domain-login", spf: "fail", dmarc: "fail", cause: "forged-own-domain", points: "LOCAL_SPOOF=4.5", steps: []Step{
			At(vps), Envelope("it@"+r.org.Name, r.rcpt), Write(phishing("IT Department <it@"+r.org.Name+">", r.rcpt))}},
		{name: "own-domain-script", spf: "fail", dmarc: "fail", cause: "forged-own-domain", points: "LOCAL_SPOOF=4.5", steps: []Step{
			At(vps), Envelope("it@"+r.org.Name, r.rcpt), Write(phishing("IT Department <it@"+r.org.Name+">", r.rcpt)), Hop(vps, PostfixLocal("33"), 0)}},
	}
}

// ownDomain: the organisation's own mail from outside. Most receivers know it only where they know their own domains.
func ownDomain(r site) []situation {
	form := func(h Host, local Step, marks ...Step) []Step {
		l := webFormLetter(r.org.Name)
		l.To = r.rcpt
		return append(append([]Step{At(h), Envelope("forms@"+r.org.Name, r.rcpt), Write(l)}, marks...), local)
	}
	shop := Host{Name: "forms3.webshop-builder.example", IP: "203.0.113.12"}
	list := []situation{
		{name: "form", spf: "fail", dmarc: "fail", cause: "web-form-unlisted-server", points: "LOCAL_SPOOF=4.5", steps: form(formHost, Hop(formHost, PostfixLocal("33"), 0), Stamp("X-PHP-Originating-Script", "33:contact.php"))},
		{name: "form-shop", spf: "fail", dmarc: "fail", cause: "web-form-unlisted-server", points: "LOCAL_SPOOF=4.5", steps: form(shop, Hop(shop, EximLocal("shop"), 0))},
		{name: "form-pool", spf: "fail", dmarc: "fail", cause: "web-form-hosting-pool", points: "LOCAL_SPOOF=4.5", steps: form(formHost, Hop(formHost, EximLocal("nobody"), 0),
			Trail("X-AntiAbuse", "Primary Hostname - "+formHost.Name), Trail("X-Source-Dir", r.org.Name+":/public_html/contact"))},
		{name: "form-pool-moves", spf: "fail", dmarc: "fail", cause: "web-form-hosting-pool", points: "LOCAL_SPOOF=4.5", only: notMicrosoft, steps: append(form(formHostTwo, Hop(formHostTwo, EximLocal("nobody"), 0),
			Trail("X-AntiAbuse", "Primary Hostname - "+formHost.Name)), DNS(formHost.Name, "A", formHost.IP))},
		{name: "mailchimp", spf: "pass", dmarc: "fail", cause: "marketing-service-own-domain", points: "LOCAL_SPOOF=4.5", steps: []Step{campaign("The Company <news@"+r.org.Name+">", r.rcpt), throughMailchimp}},
		{name: "constant-contact", spf: "pass", dmarc: "fail", cause: "marketing-service-own-domain", points: "LOCAL_SPOOF=4.5", steps: []Step{campaign("The Company <events@"+r.org.Name+">", r.rcpt), throughConstantContact}},
		{name: "mailchimp-own-key", spf: "pass", dmarc: "pass", cause: "marketing-service-own-domain", only: atProofpoint, steps: []Step{
			campaign("The Company <news@"+r.org.Name+">", r.rcpt), throughMailchimp, DKIM(Sign{Domain: r.org.Name, Selector: "k2", Key: "charlie"})}},
		{name: "own-signed-printer", spf: "fail", dmarc: "pass", cause: "own-server-unlisted", only: atProofpoint, steps: []Step{
			At(Host{Name: "scan.branch.example", IP: "203.0.113.90"}), Envelope("scan@"+r.org.Name, r.rcpt), Write(scan(r)), DKIM(Sign{Domain: r.org.Name, Selector: "scan", Key: "echo"})}},
	}
	for i := range list {
		list[i].good = true
		if r.name == "google" && strings.Contains(list[i].name, "own-key") {
			list[i].cause = ""
		}
	}
	return list
}

func atProofpoint(r site) bool { return r.name == "proofpoint" }

// scan is what an office machine sends.
func scan(r site) Letter {
	return Letter{From: "Scanner <scan@" + r.org.Name + ">", To: r.rcpt, Subject: "Scan 2026-03-03 09:00",
		Text:   fmt.Sprintf("\nThe scanner of the branch has sent a document of 2 pages to %s.\n\nDevice: branch, first floor\nPages:  2\n", r.rcpt),
		Attach: []Part{File("scan.pdf", "application/pdf", pdf("Scan"))}}
}

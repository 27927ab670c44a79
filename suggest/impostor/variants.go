package impostor

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// variant is one way of forging. forge changes a draft; false: it makes no sense for this message.
type variant struct {
	name     string
	attacker suggest.Attacker
	note     string
	forge    func(*forger, *draft) bool
}

// variants are all ways of forging, in the order of the table that is shown: what the peer says, where it comes from, what it signs,
// what it writes, and those who are inside.
var variants = []variant{
	{"other-address", suggest.Outsider, "the same author, sent from the attacker's own server", func(*forger, *draft) bool { return true }},

	{"helo-is-host", suggest.Outsider, "introduces itself with the name of the genuine host", func(f *forger, d *draft) bool { d.env.Helo = f.host; return true }},
	{"helo-is-host-no-name", suggest.Outsider, "the same, from an address without a name", func(f *forger, d *draft) bool {
		d.env.Helo, d.env.RDNS = f.host, ""
		return true
	}},
	{"helo-is-address", suggest.Outsider, "introduces itself as the genuine address in brackets", heloAddress},
	{"helo-is-mx", suggest.Outsider, "introduces itself as our own border host", func(f *forger, d *draft) bool { d.env.Helo = f.hop.By; return f.hop.By != "" }},
	{"helo-holds-clause", suggest.Outsider, "introduces itself with the genuine host and address as a border would write them", heloClause},
	{"sender-at-host", suggest.Outsider, "envelope sender at the genuine host", func(f *forger, d *draft) bool { d.env.MailFrom = "x@" + f.host; return true }},
	{"sender-quotes-clause", suggest.KnowsRule, "envelope sender whose quoted local part holds the genuine Received clause of our border", senderClause},
	{"sender-null", suggest.Outsider, "the null envelope sender", func(f *forger, d *draft) bool { d.env.MailFrom = ""; return f.genuine.MailFrom != "" }},

	{"name-unconfirmed", suggest.Outsider, "the attacker's address has the genuine name, but the name does not lead back", nameUnconfirmed},
	{"name-with-suffix", suggest.Outsider, "verified name that begins with the genuine one", func(f *forger, d *draft) bool {
		d.env.RDNS = f.host + "." + evilDomain
		d.env.Helo = d.env.RDNS
		return true
	}},
	{"name-look-alike", suggest.Outsider, "verified name that ends like the genuine one", func(f *forger, d *draft) bool {
		d.env.RDNS = f.lookalikeHost()
		d.env.Helo = d.env.RDNS
		return true
	}},
	{"address-look-alike", suggest.Outsider, "introduces itself with an address that holds the genuine one", addressLookAlike},

	{"received-of-host", suggest.Outsider, "a Received line of the attacker's own that names the genuine host", func(f *forger, d *draft) bool {
		return d.top("Received", fmt.Sprintf("from %s (%s [%s])\r\n\tby relay.%s (Postfix) with ESMTP id 4Xk9d1Xq", f.host, f.host, f.genuine.IP, evilDomain))
	}},
	{"received-by-host", suggest.Outsider, "a Received line as if the genuine host had taken the message", func(f *forger, d *draft) bool {
		return d.top("Received", fmt.Sprintf("from localhost (localhost [127.0.0.1])\r\n\tby %s (Postfix) with ESMTP id 4Xk9d1Xr", f.host))
	}},
	{"received-by-our-mx", suggest.KnowsRule, "a Received line of the attacker's own that imitates our border's: the genuine host, handed to our MX", receivedByUs},
	{"received-copy", suggest.KnowsRule, "a copy of our border's genuine Received line below the delivery point", func(f *forger, d *draft) bool {
		return f.line != "" && d.top("Received", f.borderField())
	}},
	{"path-copy", suggest.KnowsRule, "copies of all genuine Received lines below the delivery point", pathCopy},

	{"signature-copied", suggest.Outsider, "the genuine DKIM signature over another text", signatureCopied},
	{"signature-header-changed", suggest.Outsider, "the genuine message and signature with another subject", signatureHeader},
	{"signature-of-attacker", suggest.Outsider, "a DKIM signature of the attacker's own domain that verifies", func(_ *forger, d *draft) bool { return d.sign(evilDomain) }},
	{"signature-look-alike", suggest.Outsider, "a DKIM signature that verifies, of a domain that ends like the author's", func(f *forger, d *draft) bool { return d.sign(f.lookalike()) }},

	{"from-twice", suggest.Outsider, "two From fields: the attacker's, signed, and the genuine author's", fromTwice},
	{"from-two-addresses", suggest.Outsider, "one From field with two addresses", func(f *forger, d *draft) bool {
		return f.hasFrom() && d.replace("From", f.from+", boss@"+evilDomain)
	}},
	{"from-in-name", suggest.Outsider, "the genuine address as display name of the attacker's", func(f *forger, d *draft) bool {
		return f.hasFrom() && d.replace("From", fmt.Sprintf("%q <boss@%s>", f.from, evilDomain))
	}},
	{"from-in-comment", suggest.Outsider, "the genuine address in a comment behind the attacker's", func(f *forger, d *draft) bool {
		return f.hasFrom() && d.replace("From", "boss@"+evilDomain+" ("+f.from+")")
	}},
	{"from-group", suggest.Outsider, "group syntax that holds the genuine address and the attacker's", func(f *forger, d *draft) bool {
		return f.hasFrom() && d.replace("From", "Team: "+f.from+", boss@"+evilDomain+";")
	}},
	{"from-case", suggest.Outsider, "the genuine address in other case", func(f *forger, d *draft) bool {
		return f.hasFrom() && d.replace("From", "<"+strings.ToUpper(f.from)+">")
	}},
	{"from-folded", suggest.Outsider, "the genuine address behind a fold and an encoded display name", func(f *forger, d *draft) bool {
		return f.hasFrom() && d.replace("From", "=?utf-8?q?The_boss?=\r\n\t<"+f.from+">")
	}},
	{"resent-from", suggest.Outsider, "the genuine address in Resent-From; From is somebody else", otherAuthor("Resent-From")},
	{"x-envelope-from", suggest.Outsider, "the genuine address in X-Envelope-From; From is somebody else", otherAuthor("X-Envelope-From")},
	{"sender-field", suggest.Outsider, "the genuine address in Sender; From is somebody else", otherAuthor("Sender")},
	{"reply-to", suggest.Outsider, "the genuine address in Reply-To; From is somebody else", otherAuthor("Reply-To")},

	{"results-forged", suggest.Outsider, "Authentication-Results of our border, written by the attacker", resultsForged},
	{"received-spf-forged", suggest.Outsider, "a Received-SPF pass for the genuine address, written by the attacker", func(f *forger, d *draft) bool {
		return d.top("Received-SPF", fmt.Sprintf("pass (%s: domain of %s designates %s) client-ip=%s; helo=%s;", f.hop.By, f.genuine.MailFrom, f.genuine.IP, f.genuine.IP, f.host))
	}},
	{"host-in-subject", suggest.Outsider, "genuine host and address in the subject", func(f *forger, d *draft) bool {
		return d.replace("Subject", fmt.Sprintf("Information from %s [%s]", f.host, f.genuine.IP))
	}},
	{"host-in-field", suggest.Outsider, "genuine host and address in a field of the attacker's own", func(f *forger, d *draft) bool {
		return d.top("X-Note", fmt.Sprintf("%s [%s]", f.host, f.genuine.IP))
	}},
	{"host-encoded", suggest.Outsider, "genuine host as an encoded word in another field", func(f *forger, d *draft) bool {
		return d.top("X-Note", "=?utf-8?q?"+strings.ReplaceAll(f.host, "_", "=5F")+"?=")
	}},
	{"host-in-body", suggest.Outsider, "genuine host and address in the text", func(f *forger, d *draft) bool {
		d.body = fmt.Sprintf("Sent by %s [%s]\r\n%s", f.host, f.genuine.IP, forgedBody)
		return true
	}},
	{"line-in-field", suggest.KnowsRule, "our border's genuine line in a field of the attacker's own", func(f *forger, d *draft) bool {
		return f.line != "" && d.top("X-Note", f.borderField())
	}},
	{"text-of-rule", suggest.KnowsRule, "every text that the rule looks for, in the fields and the body where it looks", textOfRule},
	{"phrase-in-reply", suggest.Outsider, "a reply from outside that quotes the whole genuine message", phraseInReply},

	{"same-host", suggest.Insider, "another customer of the same host writes the same author", func(f *forger, d *draft) bool { return f.sit(d) }},
	{"same-host-other-sender", suggest.Insider, "the same, with an envelope sender of its own", func(f *forger, d *draft) bool {
		d.env.MailFrom = "other@" + f.org
		return f.sit(d)
	}},
	{"neighbour-host", suggest.Insider, "another host of the same service or network", neighbourHost},
	{"other-tenant", suggest.Insider, "another tenant of the same provider, with the genuine tenant's id copied", otherTenant},
	{"same-service-signed", suggest.Insider, "another customer of the service: the service signs with its own domain, as always", sameServiceSigned},
	{"own-user", suggest.Insider, "another user of your own, on the same way out", ownUser},
}

func (f *forger) hasFrom() bool { return f.from != "" }

func heloAddress(f *forger, d *draft) bool {
	d.env.Helo = "[" + f.genuine.IP.String() + "]"
	return f.genuine.IP.IsValid()
}

func heloClause(f *forger, d *draft) bool {
	d.env.Helo = fmt.Sprintf("%s(%s[%s])", f.host, f.host, f.genuine.IP)
	return f.genuine.IP.IsValid()
}

func senderClause(f *forger, d *draft) bool {
	clause := strings.ReplaceAll(f.clause(), `"`, "'")
	d.env.MailFrom = `"` + strings.ReplaceAll(clause, `\`, "") + `"@` + evilDomain
	return true
}

// clause is what our border writes of the genuine peer, on one line.
func (f *forger) clause() string {
	if line, _, ok := strings.Cut(f.line, ";"); ok {
		return strings.Join(strings.Fields(line), " ")
	}
	return fmt.Sprintf("from %s (%s [%s]) by %s", f.host, f.host, f.genuine.IP, f.hop.By)
}

func nameUnconfirmed(f *forger, d *draft) bool {
	d.env.RDNS = ""
	reverse := hostRecords(suggest.Envelope{IP: d.env.IP, RDNS: f.host})
	if len(reverse) < 2 {
		return false
	}
	d.zone = append(d.zone, reverse[1])
	d.env.Helo = f.host
	return true
}

// addressLookAlike uses an address of which the genuine one is a part: 203.0.113.1 stands in 203.0.113.10.
func addressLookAlike(f *forger, d *draft) bool {
	d.env.Helo = fmt.Sprintf("[%s0]", f.genuine.IP)
	return f.genuine.IP.Is4()
}

func receivedByUs(f *forger, d *draft) bool {
	h := f.borderHop(f.genuine, false)
	h.ID = "FA267DC8135"
	return d.top("Received", f.dialect.Write(h))
}

// borderField is the value of the genuine line of the border with its folds.
func (f *forger) borderField() string {
	t := f.r.Input.Trace
	for _, field := range f.m.Fields {
		if t.Border >= 0 && field.Span == t.Hops[t.Border].Span {
			_, value, _ := strings.Cut(f.raw(field), ":")
			return strings.TrimSpace(value)
		}
	}
	return f.line
}

func pathCopy(f *forger, d *draft) bool {
	received := f.genuineFields("Received")
	d.fields = append(received[:len(received):len(received)], d.fields...)
	return len(received) > 0
}

func signatureCopied(f *forger, d *draft) bool {
	sigs := f.genuineFields("DKIM-Signature")
	d.fields = append(sigs[:len(sigs):len(sigs)], d.fields...)
	return len(sigs) > 0
}

// signatureHeader leaves the body as it was signed, and all fields but the subject. It is left out where the subject is not signed:
// then nothing is broken.
func signatureHeader(f *forger, d *draft) bool {
	sigs := f.genuineFields("DKIM-Signature")
	if len(sigs) == 0 {
		return false
	}
	for _, s := range sigs {
		if !strings.Contains(strings.ToLower(strings.Join(strings.Fields(s), "")), ":subject") {
			return false
		}
	}
	d.fields = append(sigs[:len(sigs):len(sigs)], d.fields...)
	for _, field := range f.m.Fields {
		if strings.HasPrefix(strings.ToLower(field.Name), "content-") {
			d.fields = append(d.fields, f.raw(field))
		}
	}
	d.body = string(f.m.Bytes(f.m.Body))
	return d.replace("Subject", "Pay this today")
}

// fromTwice signs with the attacker's own From, the lower one, as a lazy verifier takes it.
func fromTwice(f *forger, d *draft) bool {
	if !f.hasFrom() {
		return false
	}
	d.replace("From", f.from, "boss@"+evilDomain)
	return d.sign(evilDomain)
}

func otherAuthor(field string) func(*forger, *draft) bool {
	return func(f *forger, d *draft) bool {
		if !f.hasFrom() {
			return false
		}
		d.replace("From", "The boss <boss@"+f.lookalike()+">")
		return d.replace(field, f.from)
	}
}

func resultsForged(f *forger, d *draft) bool {
	_, domain, _ := strings.Cut(f.from, "@")
	return d.top("Authentication-Results", fmt.Sprintf("%s;\r\n\tspf=pass smtp.mailfrom=%s;\r\n\tdkim=pass header.d=%s header.i=@%s;\r\n\tdmarc=pass header.from=%s",
		first(f.hop.By, "mx.recipient.example"), f.genuine.MailFrom, first(domain, evilDomain), first(domain, evilDomain), first(domain, evilDomain)))
}

// textOfRule writes what the rules look for, as far as it is merely written.
func textOfRule(f *forger, d *draft) bool {
	any := false
	for _, r := range f.known {
		for _, h := range r.When.Headers {
			for _, text := range h.Contains {
				name := h.Name
				if name == "" {
					name = "X-Note"
				}
				any = d.top(name, oneLine(text))
			}
		}
		for _, s := range r.When.Subject {
			any = d.replace("Subject", oneLine(s))
		}
		for _, s := range r.When.Phrase {
			any = true
			d.body += oneLine(s) + "\r\n"
		}
		for _, s := range r.When.TenantAsWritten {
			any = d.replace("X-MS-Exchange-CrossTenant-Id", oneLine(s))
		}
	}
	return any
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// phraseInReply is what an honest partner or a thief of a mailbox sends back: From is theirs, the text quotes ours.
func phraseInReply(f *forger, d *draft) bool {
	body := strings.ReplaceAll(f.text(), "\r\n", "\n")
	if body == "" || f.r.Facts.Direction == rules.Inbound && len(f.phrases()) == 0 {
		return false
	}
	d.body = forgedBody + "> " + strings.ReplaceAll(strings.TrimRight(body, "\n"), "\n", "\r\n> ") + "\r\n"
	for _, p := range f.phrases() {
		d.body += oneLine(p) + "\r\n"
	}
	d.env.MailFrom = "boss@" + evilDomain
	return true
}

// maxQuoted bounds what of the genuine text a reply quotes: a signature stands at the end of the first part.
const maxQuoted = 64 << 10

func (f *forger) text() string {
	if f.r.Facts.Body == nil {
		return ""
	}
	text, _ := f.r.Facts.Body()
	return text[:min(len(text), maxQuoted)]
}

func (f *forger) phrases() []string {
	var out []string
	for _, r := range f.known {
		out = append(out, r.When.Phrase...)
	}
	return out
}

// sit lets the attacker send from the genuine host itself.
func (f *forger) sit(d *draft) bool {
	d.env.IP, d.env.RDNS, d.env.Helo = f.genuine.IP, f.genuine.RDNS, f.genuine.Helo
	return f.genuine.IP.IsValid() && f.r.Facts.Direction == rules.Inbound
}

func neighbourHost(f *forger, d *draft) bool {
	n := neighbour(f.genuine.IP)
	if !n.IsValid() || f.genuine.RDNS == "" || f.r.Facts.Direction != rules.Inbound {
		return false
	}
	label, rest, _ := strings.Cut(f.genuine.RDNS, ".")
	if rest == "" || f.genuine.RDNS == f.org {
		label, rest = "other", f.org
	}
	d.env.IP, d.env.RDNS = n, label+"-2."+rest
	d.env.Helo = d.env.RDNS
	return true
}

// otherTenant needs a provider whose hosts send for everybody. All fields of the genuine message that name the tenant are public.
func otherTenant(f *forger, d *draft) bool {
	p := providers.ByHost(f.host)
	if p == nil || !p.Shared && len(p.Outbound) == 0 {
		return false
	}
	if !neighbourHost(f, d) {
		return false
	}
	d.replace("X-MS-Exchange-CrossTenant-AuthAs", "Internal")
	return true
}

// sameServiceSigned is the other customer whose mail the service signs: with the domains of the genuine message that are not the
// author's own. Where all signatures are the author's, no other customer gets one.
func sameServiceSigned(f *forger, d *draft) bool {
	if !f.sit(d) {
		return false
	}
	any := false
	for _, s := range f.r.Facts.DKIM {
		if s.Status == "pass" && !s.Aligned {
			any = d.sign(s.Domain) || any
		}
	}
	return any
}

// ownUser is a colleague: what a rule for one sender must not let through, and a rule for the company does.
func ownUser(f *forger, d *draft) bool {
	if f.r.Facts.OwnSender.Known != rules.Yes || !f.hasFrom() {
		return false
	}
	_, domain, _ := strings.Cut(f.from, "@")
	d.env.IP, d.env.RDNS, d.env.Helo = f.genuine.IP, f.genuine.RDNS, f.genuine.Helo
	d.env.MailFrom = "other-user@" + domain
	d.replace("From", "other-user@"+domain)
	d.body, d.login = f.text()+"\r\n"+strings.Join(f.phrases(), "\r\n")+"\r\n", true
	return f.genuine.IP.IsValid()
}

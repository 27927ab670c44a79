package render

import (
	"cmp"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/suggest"
)

// TicketOptions say for whom a ticket is written.
type TicketOptions struct {
	To       string // "user", "admin", "sender" or "vendor"
	Number   string // of the ticket; empty: none
	Redact   bool   // pseudonyms for people
	Markdown bool   // otherwise plain text

	// Suggest is what to set in the filter, for the admin; nil: nothing is proposed.
	Suggest *suggest.Report
}

// Ticket writes the text to send to one party about e. Hosts and links of mail that must not be released, or that somebody has to ask about,
// are defanged. Names in it are what the message says of itself: nothing of it becomes markup.
func Ticket(w io.Writer, e *explain.Explanation, t TicketOptions, o Options) error {
	tk := &ticket{e: e, in: e.Report.Input, TicketOptions: t, desk: newDesk(e, o), hide: func(s string) string { return s }}
	tk.prepare()
	switch t.To {
	case "admin":
		tk.admin()
	case "sender":
		tk.sender()
	case "vendor":
		tk.vendor()
	default:
		tk.user()
	}
	doc := tk.doc.each(tk.hide)
	text := doc.plain()
	if t.Markdown {
		text = doc.markdown()
	}
	_, err := io.WriteString(w, text)
	return err
}

type ticket struct {
	TicketOptions
	e    *explain.Explanation
	in   *analyze.Input
	desk desk
	doc  document
	hide func(string) string // redacts and defangs
	show func(eml.Field) string
}

// prepare chooses what is done to every text before it is printed.
func (t *ticket) prepare() {
	m := t.in.Message
	t.show = func(f eml.Field) string { return f.Name + ": " + oneLine(m.Unfold(f)) }
	var steps []func(string) string
	if t.Redact {
		r := newRedactor(t.in)
		t.desk.Subject = subjectToken(t.desk.Subject)
		t.show = func(f eml.Field) string { return oneLine(r.field(m, f)) }
		steps = append(steps, r.apply)
	}
	if t.e.Verdict == explain.DoNotRelease || t.e.Verdict == explain.AskTheSender && t.To != "sender" { // a record to publish must stay exact
		steps = append(steps, func(s string) string { return defang(s, t.in.Profile) })
	}
	t.hide = func(s string) string {
		for _, f := range steps {
			s = f(s)
		}
		return s
	}
}

// oneLine is a folded value with single blanks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// about names the message in the words of its sender; people who run mail servers get what they need to find it in their logs.
func (t *ticket) about() {
	when := "Delivered: "
	if t.in.Direction == rules.Outbound {
		when = "Sent: "
	}
	rows := []string{"From: " + t.desk.From, "To: " + t.desk.To, "Subject: " + t.desk.Subject, when + t.desk.When}
	if t.To != "user" {
		rows = append(rows, "Message-ID: "+t.desk.ID)
		if s := handover(t.in.Trace.Handover); s != "" {
			rows = append(rows, strings.ToUpper(s[:1])+s[1:])
		}
	}
	if t.To == "admin" {
		rows = append(rows, "Caught by: "+t.desk.Caught)
	}
	t.doc.list(rows...)
}

func (t *ticket) ref() string {
	if t.Number == "" {
		return ""
	}
	return "Ticket " + t.Number + ": "
}

// user writes to the person who misses a message, or got one that is dangerous: polite, and no word that only mail admins know.
func (t *ticket) user() {
	switch t.e.Verdict {
	case explain.DoNotRelease:
		t.doc.head(t.ref() + "please leave this message alone")
		t.doc.para("Hello,")
		t.doc.para("thank you for asking about this message:")
		t.about()
		t.userDanger()
	case explain.AskTheSender:
		t.doc.head(t.ref() + "one question about this message")
		t.doc.para("Hello,")
		t.doc.para("thank you for asking about this message:")
		t.about()
		t.doc.para("We cannot tell yet whether it is genuine. Would you call the sender, and ask whether it is from them? Please use a telephone number that " +
			"you had before, and none that stands in the message.")
		t.doc.para("Tell us the answer here. If it is theirs, you get it at once; if not, please do not click on anything in it, and do not answer it.")
	default:
		t.doc.head(t.ref() + "your message was held by mistake")
		t.doc.para("Hello,")
		t.doc.para("thank you for telling us about this message:")
		t.about()
		t.userGood()
	}
	t.doc.para("Kind regards")
}

func (t *ticket) userDanger() {
	if t.in.Direction == rules.Outbound {
		t.doc.para("It was sent from your account, and it looks as if somebody else wrote it. We have to make sure that nobody else has your password: " +
			"please change it now, and call us.")
		return
	}
	why := "It was stopped for a good reason: it is very likely a fraud."
	if t.e.View.Filter.Infected {
		why = "Our virus scanner stopped it: what is attached may harm your computer."
	}
	t.doc.para(why + " Please do not ask for its release, do not answer it, and do not click on anything in it.")
	t.doc.para("If you have clicked on a link, opened an attachment, paid money or typed in a password, tell us now, whatever the hour. Nobody will blame you, and the " +
		"sooner we know the more can be saved.")
	t.doc.para("If you know the sender and wait for something from them, please call, on a number that you had before. Do not use one from the message.")
}

// userGood says why it was held and what happens next. Who holds what is said in words that need no knowledge of mail.
func (t *ticket) userGood() {
	if t.in.Direction == rules.Outbound {
		t.doc.para("The message is all right. Our filter took it for something that it is not, on its way out.")
		t.doc.para("We are seeing to it that it goes out, and that the next one does. Should it happen again, tell us. You need not send it a second time.")
		return
	}
	t.doc.para("The message is all right. " + t.plainCause())
	switch t.e.First.WhoFixes {
	case explain.You:
		t.doc.para("We are changing that on our side, so the next one should come through. You need not do anything.")
	case explain.SenderAdmin, explain.IPProvider, explain.Service:
		t.doc.para("Only the sender's side can put that right; we are telling them what to change. Until then one of their messages may be held again: tell us, and you get it.")
	case explain.List, explain.Forwarder:
		t.doc.para("We are telling those who run it. Until they have changed it a message may be held again: tell us, and you get it.")
	case explain.Vendor:
		t.doc.para("We are reporting it to the maker of our filter, who learns from such reports. Should it happen again, tell us, and you get it.")
	default:
		t.doc.para("Should it happen again, tell us, and you get it.")
	}
}

// jargon are words that mean nothing to people who only write mail. A cause that needs one of them is told in other words.
var jargon = []string{"spf", "dkim", "dmarc", "arc", "ptr", "helo", "ehlo", "dns", "mx", "mta", "ip", "smtp", "hash", "header", "envelope", "alignment", "aligned", "selector",
	"record", "records", "relay", "signature", "signatures", "signed", "signing", "signs", "canonicalisation", "blocklist", "blocklists", "listed", "lists", "sub-domain", "domain",
	"domains", "reverse", "srs", "border", "gateway", "snapshot", "classifier", "encoding", "include", "key", "authenticate", "authentication", "tenant", "anti-spoofing"}

func hasJargon(s string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		if slices.Contains(jargon, w) {
			return true
		}
	}
	return strings.ContainsAny(s, "[]=:") || isAddressIn(s)
}

func isAddressIn(s string) bool {
	return slices.ContainsFunc(strings.Fields(s), func(w string) bool {
		_, err := netip.ParseAddr(strings.Trim(w, ".,;()"))
		return err == nil
	})
}

func (t *ticket) plainCause() string {
	if s := t.desk.Cause; !hasJargon(s) {
		return s
	}
	switch t.e.First.WhoFixes {
	case explain.You:
		return "Our filter did not know yet that this sender may write to you in this way."
	case explain.SenderAdmin:
		return "The sender's mail system is set up in a way that makes filters doubt where its messages come from."
	case explain.IPProvider:
		return "The computer that the sender's mail comes from is not entered properly with its provider."
	case explain.Service:
		return "It was sent through a service that is not yet allowed to write in the sender's name."
	case explain.List:
		return "It came through a mailing list that changes messages on the way, which makes filters doubt them."
	case explain.Forwarder:
		return "It was forwarded on its way to you, and so it looked as if somebody else had sent it."
	}
	return "Our filter took it for something that it is not."
}

// admin writes for whoever runs the filter: the verdict, the evidence, and what to set where.
func (t *ticket) admin() {
	e, d := t.e, t.e.First
	t.doc.head(t.ref() + string(e.Verdict) + ", " + t.desk.Sure + ": " + d.Cause.Name)
	t.doc.para(t.desk.Cause)
	t.about()
	t.doc.head("What to do")
	t.doc.list(t.adminSteps()...)
	t.clickPath()
	t.argument("What speaks for it", d.For)
	t.argument("What speaks against it", d.Against)
	if len(d.WhatIf) > 0 {
		t.doc.head("What would change the decision")
		var rows []string
		for _, w := range d.WhatIf {
			rows = append(rows, changeText(w)+": "+whatIfText(e, w))
		}
		t.doc.list(rows...)
	}
	t.doc.para("Decision: " + decisionText(e.Report) + ". More about the cause: fpcheck docs " + d.Cause.Name)
}

// adminSteps are the fixes, and what the stage that stopped the message yields to, with the place in the filter's pages.
func (t *ticket) adminSteps() []string {
	steps := slices.Clone(t.desk.Do)
	for _, f := range t.e.First.Fixes {
		steps = append(steps, string(f.Party)+": "+f.Text)
	}
	if t.e.Verdict == explain.Release && t.e.Report.Decision.Action != policy.Deliver {
		if knobs := knobNames(t.e.Report.Decision.DecidedBy().YieldsTo); knobs != "" {
			steps = append(steps, "The stage that stopped it yields to: "+knobs+". Which of them is safe here: fpcheck suggest")
		}
	}
	return steps
}

// vendor writes the report of a false positive: what whoever sends it has to do first, and what the support desk needs to know.
func (t *ticket) vendor() {
	t.doc.head(t.ref() + "report of a false positive")
	t.doc.head("Before it is sent")
	steps := explain.ReportSteps(t.in.FilterNames())
	for i, s := range steps {
		t.doc.list(fmt.Sprintf("%d of %d: %s", i+1, len(steps), s))
	}
	t.doc.head("To the support desk")
	opinion := "We take this message for good, and our filter held it."
	if t.e.Verdict != explain.Release {
		opinion = "Please look at this message: it may be a false positive."
	}
	t.doc.para(opinion + " The original is attached unchanged. Permalink of its entry in the log: (put it here)")
	t.about()
	t.doc.para(t.desk.Cause)
	if t.in.Direction == rules.Outbound {
		t.doc.para("Please allow what this user sends out until the false positive is mended, and tell us when the rule can go.")
	}
	t.argument("What we see", t.e.First.For)
}

// clickPath writes the first change that can be written for the admin's filter: where to click and what to enter, or what to add to which file.
func (t *ticket) clickPath() {
	if t.Suggest == nil || t.Suggest.Refused != nil {
		return
	}
	i := slices.IndexFunc(t.Suggest.Suggestions, func(s suggest.Suggestion) bool { return s.Text != nil && s.Refused == nil })
	if i < 0 {
		return
	}
	s := t.Suggest.Suggestions[i]
	t.doc.head("In " + s.Text.Title + ": " + s.Remedy.Title)
	if t.Redact {
		t.doc.para("Left out, since it needs the real addresses: fpcheck suggest prints it.")
		return
	}
	var steps []string
	for _, st := range s.Text.Worksheet {
		steps = append(steps, strings.TrimSuffix(st.Label+": "+st.Value, ": "))
	}
	t.doc.quote(steps...) // to be copied as they stand
	for _, f := range s.Text.Files {
		t.doc.para("Add to " + f.Path + ":")
		t.doc.quote(strings.Split(strings.TrimRight(f.Content, "\n"), "\n")...)
	}
	notes := slices.Clone(s.Text.Notes)
	for _, open := range s.Remedy.Residual {
		notes = append(notes, "Stays open: "+open)
	}
	t.doc.list(notes...)
	t.doc.para("Tried on " + fmt.Sprintf("%d forged copies of the message", t.Suggest.Copies) + ": fpcheck suggest shows which get through.")
}

// argument lists findings with the lines of the header, the answers of the DNS and the lines of the profile that show them.
func (t *ticket) argument(title string, fs []analyze.Finding) {
	if len(fs) == 0 {
		return
	}
	t.doc.head(title)
	for _, c := range claims(t.in, fs) {
		text := c.Text
		if c.Where != "" {
			text += " (" + c.Where + ")"
		}
		t.doc.list(text)
		t.doc.quote(t.evidenceLines(c.Finding)...)
	}
}

// maxQuoted and maxQuotedLine bound what of a message is quoted in a ticket.
const (
	maxQuoted     = 4
	maxQuotedLine = 600
)

// evidenceLines are the header fields, DNS answers and profile lines that a finding rests on. Lines of the body are not quoted: they are
// private, and the finding says what is in them.
func (t *ticket) evidenceLines(f analyze.Finding) []string {
	var out []string
	for _, ev := range f.Evidence {
		switch {
		case !ev.Span.Empty():
			if field, ok := fieldAt(t.in.Message, ev.Span); ok {
				out = add(out, cut(Clean(t.show(field)), maxQuotedLine))
			}
		case ev.DNS != nil:
			out = add(out, cut(Clean(strings.TrimSpace(ev.DNS.String()+" "+ev.Answer)), maxQuotedLine))
		case ev.Profile != "":
			if l, ok := t.in.Profile.Line(ev.Profile); ok {
				out = add(out, cut(Clean(strings.TrimSpace(l.Text)), maxQuotedLine))
			}
		}
	}
	return out[:min(len(out), maxQuoted)]
}

func fieldAt(m *eml.Message, s eml.Span) (eml.Field, bool) {
	for _, f := range m.Fields {
		if f.Span.Start <= s.Start && s.Start < f.Span.End {
			return f, true
		}
	}
	return eml.Field{}, false
}

// sender writes to whoever can mend the cause outside: the sender's postmaster, the provider of the address, a service, a list.
func (t *ticket) sender() {
	if t.e.Verdict == explain.DoNotRelease {
		t.abuse()
		return
	}
	d := t.e.First
	t.doc.contact("To: " + strings.Join(t.contacts(), ", "))
	t.doc.contact(fmt.Sprintf("Subject: %smail from %s is held by our filter", t.ref(), cmp.Or(organisation(t.in.FromDomain()), "your servers")))
	t.doc.para("Dear postmaster,")
	switch ip := t.in.Trace.Handover.IP; {
	case d.WhoFixes == explain.IPProvider && ip.IsValid(): // he runs the address, and the message is his customer's
		whose := "which we take to be genuine"
		if t.e.Verdict == explain.AskTheSender {
			whose = "and we cannot tell whether its author sent it"
		}
		t.doc.para(fmt.Sprintf("our mail filter held a message that came from %s, an address of your network, %s. This is why it was held: %s", ip, whose, t.desk.Cause))
	case t.e.Verdict == explain.AskTheSender:
		t.doc.para("our mail filter held a message that bears your name. We cannot tell whether you sent it. If you did, this is why it was held: " + t.desk.Cause)
	default:
		t.doc.para("our mail filter held a message of yours that we take to be genuine, and we would like to get such messages in future. " + t.desk.Cause)
	}
	t.doc.head("The message")
	t.about()
	t.doc.head("What we see")
	for _, f := range d.For {
		if slices.ContainsFunc(f.Evidence, func(e analyze.Evidence) bool { return e.Profile != "" }) {
			continue // it speaks of our own settings, which are nobody else's business
		}
		t.doc.list(f.Summary)
		t.doc.quote(t.evidenceLines(f)...)
	}
	t.doc.head("What to change")
	t.doc.list(t.outsideFixes()...)
	t.doc.para("Thank you.")
	if t.Number != "" {
		t.doc.para("If you answer, please keep the number of the ticket in the subject.")
	}
}

// ForSender reports whether somebody outside can mend the cause, or has to be told of abuse: otherwise there is nothing to write to the sender.
func ForSender(e *explain.Explanation) bool {
	if e.Report.Input.Direction == rules.Outbound { // the sender is one of our own people
		return false
	}
	return e.Verdict == explain.DoNotRelease || slices.ContainsFunc(e.First.Fixes, outside)
}

// outside reports whether a fix is for somebody at the sender's side or on the way, and not for us or the vendor of our filter.
func outside(f explain.Fix) bool {
	return f.Party != explain.You && f.Party != explain.Vendor && f.Party != explain.Nobody
}

// outsideFixes are the fixes that are not ours, and what changes exactly.
func (t *ticket) outsideFixes() []string {
	var out []string
	to := t.contacts()
	for _, f := range t.e.First.Fixes {
		if outside(f) {
			out = append(out, toReader(f.Text, to))
		}
	}
	if s := t.reverseRecord(); s != "" {
		out = append(out, s)
	}
	return out
}

// toReader takes the address off that a step is for, where the letter goes to it alone.
func toReader(text string, to []string) string {
	if rest, ok := strings.CutPrefix(text, to[0]+": "); ok && len(to) == 1 && rest != "" {
		return strings.ToUpper(rest[:1]) + rest[1:]
	}
	return text
}

// reverseRecord is the PTR record to set, where its lack is the cause.
func (t *ticket) reverseRecord() string {
	h := t.in.Trace.Handover
	if !h.IP.IsValid() || t.e.First.WhoFixes != explain.IPProvider && !strings.Contains(t.e.First.Cause.Name, "ptr") {
		return ""
	}
	host := cmp.Or(h.Helo, "the name of the server")
	return fmt.Sprintf("The reverse record: %s PTR %s. and an address record of %s that leads back to %s", reverseName(h.IP), host, host, h.IP)
}

// reverseName is the name of an address in in-addr.arpa or ip6.arpa (RFC 1035 3.5, RFC 3596 2.5).
func reverseName(ip netip.Addr) string {
	var parts []string
	if ip = ip.Unmap(); ip.Is4() {
		for _, b := range ip.As4() {
			parts = append(parts, fmt.Sprint(b))
		}
	} else {
		for _, b := range ip.As16() {
			parts = append(parts, fmt.Sprintf("%x", b>>4), fmt.Sprintf("%x", b&15))
		}
	}
	slices.Reverse(parts)
	if ip.Is4() {
		return strings.Join(parts, ".") + ".in-addr.arpa."
	}
	return strings.Join(parts, ".") + ".ip6.arpa."
}

// abuse reports mail that must not be released to those who run what sent it.
func (t *ticket) abuse() {
	if t.e.First.Cause.Name == "compromised-account" && t.in.Direction != rules.Outbound {
		t.doc.para("Do not answer the message, and do not write to the account that it came from: whoever took it over would read it. Call the sender first, on a number " +
			"that you had before. What follows is for the postmaster there.")
	}
	t.doc.contact("To: " + strings.Join(t.contacts(), ", "))
	t.doc.contact("Subject: " + t.ref() + "abuse report: fraudulent mail from your server or account")
	t.doc.para("Dear colleagues,")
	t.doc.para("we received the message below, and take it for fraud. It reached us through a host or an account that you are responsible for. Please stop it, and find out how " +
		"it was sent.")
	t.about()
	t.doc.head("Header lines of our side and below")
	t.doc.quote(t.receivedLines()...)
	t.doc.para("The whole message is kept; we send it on request.")
}

// maxReceived is how many Received lines a report quotes: those of our side, and the ones below.
const maxReceived = 8

func (t *ticket) receivedLines() []string {
	var out []string
	for i, f := range t.in.Message.All("Received") {
		if i == maxReceived {
			break
		}
		out = append(out, cut(Clean(t.show(f)), maxQuotedLine))
	}
	return out
}

// contacts are the addresses of RFC 2142 at whoever has to act: postmaster for mail, hostmaster for the DNS, abuse for what should not have been
// sent, LIST-request for a list.
func (t *ticket) contacts() []string {
	d := t.e.First
	from, peer := organisation(t.in.FromDomain()), t.peerDomain()
	switch {
	case t.e.Verdict == explain.DoNotRelease && d.Cause.Name == "compromised-account":
		return roles(from, "abuse", "postmaster")
	case t.e.Verdict == explain.DoNotRelease || d.WhoFixes == explain.IPProvider:
		if peer == "" {
			contact := []string{"the abuse contact of " + t.in.Trace.Handover.IP.String() + " (whois or RDAP names it)"}
			if t.e.Verdict == explain.Release {
				contact = append(contact, roles(from, "postmaster")...)
			}
			return contact
		}
		return append(roles(peer, "abuse", "noc"), "or the contact that whois or RDAP names for "+t.in.Trace.Handover.IP.String())
	case d.WhoFixes == explain.List:
		if l := t.list(); l != "" {
			return []string{l}
		}
	case d.WhoFixes == explain.Forwarder || d.WhoFixes == explain.Service:
		if peer != "" {
			return roles(peer, "postmaster", "support")
		}
	}
	if strings.HasPrefix(d.Cause.Name, "spf-") || strings.HasPrefix(d.Cause.Name, "dkim-key") || strings.HasPrefix(d.Cause.Name, "dmarc-") {
		return roles(from, "postmaster", "hostmaster")
	}
	return roles(from, "postmaster")
}

func roles(domain string, names ...string) []string {
	if domain == "" {
		return []string{"the sender (no domain is known)"}
	}
	var out []string
	for _, n := range names {
		out = append(out, n+"@"+domain)
	}
	return out
}

// peerDomain is the organisation of the host that handed the message over, by its looked-up name.
func (t *ticket) peerDomain() string { return organisation(t.in.Trace.Handover.RDNS) }

// organisation is the domain under which an organisation answers mail; a name that cannot be a domain gives nothing.
func organisation(host string) string {
	host = strings.ToLower(strings.Trim(host, "."))
	for i := range len(host) {
		if c := host[i]; c != '-' && c != '.' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return ""
		}
	}
	org, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return org
}

// list is the request address of the list, as its fields name it (RFC 2369 3.5, RFC 2142 6).
func (t *ticket) list() string {
	for _, name := range []string{"List-Owner", "List-Post"} {
		f, ok := t.in.Message.First(name)
		if !ok {
			continue
		}
		_, rest, _ := strings.Cut(t.in.Message.Unfold(f), "mailto:")
		address, _, _ := strings.Cut(rest, ">")
		address, _, _ = strings.Cut(address, "?")
		local, domain, found := strings.Cut(address, "@")
		if !found || organisation(domain) == "" || strings.ContainsFunc(local, func(r rune) bool { return r > '~' || !pattern.IsLocal(byte(r)) }) {
			continue
		}
		if name == "List-Owner" {
			return local + "@" + domain
		}
		return local + "-request@" + domain
	}
	return ""
}

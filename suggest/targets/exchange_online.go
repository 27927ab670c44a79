package targets

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// ExchangeOnline writes PowerShell for Exchange Online: an entry of spoofed senders, which is bound to the sending infrastructure, or a
// mail flow rule on the connecting address.
var ExchangeOnline = &suggest.Target{
	Name: "exchange-online", Title: "Exchange Online (Microsoft 365)", Filters: []string{"microsoft-365", "exchange-online"}, Binds: true,
	Emit: scopedEmit(emitExchange), Matches: scopedMatches(matchesExchange), Set: setExchange,
}

// Limits of New-TransportRule (Microsoft Learn).
const (
	exName     = 64
	exComments = 1024
	exRule     = 8 << 10 // characters of one rule
)

// exForm is which command a rule becomes.
type exForm int

const (
	exSpoof     exForm = iota + 1 // New-TenantAllowBlockListSpoofItems
	exTransport                   // New-TransportRule
)

// exPlan is a rule that is understood: the form, and for a spoof pair its two halves.
type exPlan struct {
	form     exForm
	internal bool
	user     string // -SpoofedUser: an address of one's own, or a domain
	infra    string // -SendingInfrastructure: domain of PTR record or signature, or IP/24
	signed   bool   // infra is a signing domain
	dmarc    bool   // the author's domain stands behind the message, as Exchange Online itself wrote down
}

func emitExchange(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "exchange-online", Title: "Exchange Online", Proof: fmt.Sprintf(simulated, "Exchange Online")}
	var refused []suggest.Refusal
	var b strings.Builder
	names := mapNames(rs, exName, &t)
	for i, r := range rs {
		p, no := planExchange(r, site)
		if no != nil {
			refused = append(refused, *no)
			delete(t.NameMap, r.Name)
			continue
		}
		if p.form == exSpoof {
			delete(t.NameMap, r.Name)
			writeSpoof(&b, r, p)
		} else {
			writeTransport(&b, r, names[i], p)
		}
		t.Notes = append(t.Notes, notesExchange(r, p, site)...)
	}
	if b.Len() > 0 {
		t.Files = []suggest.File{{Path: "Exchange Online PowerShell", Content: b.String()}}
		slices.Sort(t.Notes)
		t.Notes = slices.Compact(t.Notes)
	}
	return t, refused
}

// planExchange chooses the form. Microsoft says that rules and headers cannot make an internal sender safe, so one's own domain gets
// the spoof pair; others get it where spoofing or DMARC stopped the message, which ask no mail flow rule.
func planExchange(r rules.Rule, site suggest.Site) (exPlan, *suggest.Refusal) {
	for _, check := range []func() *suggest.Refusal{func() *suggest.Refusal { return frame(r, site) }, func() *suggest.Refusal { return values(r) }} {
		if no := check(); no != nil {
			return exPlan{}, no
		}
	}
	if r.Action != rules.Allow || r.Direction == rules.Outbound {
		return planTransport(r, site)
	}
	own := slices.ContainsFunc(r.When.Sender, site.OwnSender)
	if own || site.Stage == policy.StageAuth || site.Stage == policy.StageSpoof {
		return planSpoof(r, site, own)
	}
	return planTransport(r, site)
}

func planSpoof(r rules.Rule, site suggest.Site, own bool) (exPlan, *suggest.Refusal) {
	p := exPlan{form: exSpoof, internal: own}
	cannot := func(reason, instead string) (exPlan, *suggest.Refusal) {
		return p, no(r, suggest.CannotExpress, "rule "+r.Name+" for Exchange Online", reason, instead)
	}
	if x := others(r.When, "sender", "recipient", "border-host", "border-ip", "dkim", "tenant-as-written"); x != "" || !r.Unless.Empty() {
		return cannot("an entry of spoofed senders takes a sender and an infrastructure and no other condition", "drop the other conditions")
	}
	if len(r.When.Sender) != 1 {
		return cannot("an entry of spoofed senders names one sender", "write one rule for each")
	}
	local, domain, _ := strings.Cut(r.When.Sender[0], "@")
	switch {
	case own && (local == "" || local == "*") && !signedAs(r.When, domain):
		return p, no(r, suggest.TooWide, "rule "+r.Name+" for Exchange Online", "it is for every address of your domain", "name the one address that is sent from outside")
	case strings.ContainsAny(domain, "*"):
		return cannot("an entry of spoofed senders names a domain", "name it")
	}
	if p.user = domain; own && local != "" && local != "*" {
		p.user = r.When.Sender[0]
	}
	return exInfrastructure(p, r, site)
}

// signedAs reports whether a rule asks for a signature of that domain and nothing else: then its owner stands behind every address.
func signedAs(w rules.Conditions, domain string) bool {
	return len(w.BorderHost)+len(w.BorderIP) == 0 && len(w.DKIM) == 1 && (w.DKIM[0] == "aligned" || strings.EqualFold(w.DKIM[0], domain))
}

// exInfrastructure fills what the sender is bound to: a signing domain, the domain of the PTR record, or the /24 of an address without
// one. Those are the three that the command takes.
func exInfrastructure(p exPlan, r rules.Rule, site suggest.Site) (exPlan, *suggest.Refusal) {
	w := r.When
	refuse := func(name, reason, instead string) (exPlan, *suggest.Refusal) {
		return p, no(r, name, "rule "+r.Name+" for Exchange Online", reason, instead)
	}
	switch {
	case len(w.DKIM) == 1 && len(w.BorderHost)+len(w.BorderIP) == 0:
		d := w.DKIM[0]
		if d == "aligned" {
			_, d, _ = strings.Cut(w.Sender[0], "@")
		}
		if d = strings.TrimPrefix(d, "."); d == "none" || d == "" {
			return refuse(suggest.CannotExpress, "it must name a signing domain", "name the signing domain")
		}
		p.infra, p.signed = d, true
	case len(w.BorderHost) == 1 && len(w.DKIM) == 0:
		return p.named(r, w.BorderHost[0])
	case len(w.BorderIP) == 1 && len(w.DKIM)+len(w.BorderHost) == 0 && site.Host != "":
		return p.named(r, site.Host)
	case len(w.BorderIP) == 1 && len(w.DKIM)+len(w.BorderHost) == 0:
		ip := w.BorderIP[0]
		if !ip.Addr().Is4() || ip.Bits() < 24 {
			return refuse(suggest.CannotExpress, "the entry takes an IPv4 network of 256 addresses (/24)", "bind to a signature, or to the name of the host")
		}
		net, _ := ip.Addr().Prefix(24)
		p.infra = net.String()
	default:
		return refuse(suggest.CannotExpress, "the entry takes exactly one host, network or signing domain", "write one rule for each")
	}
	return p, nil
}

// named binds to the domain of a host's name: the command takes no single host.
func (p exPlan) named(r rules.Rule, host string) (exPlan, *suggest.Refusal) {
	host = strings.TrimPrefix(host, ".")
	org, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return p, no(r, suggest.TooWide, "rule "+r.Name+" for Exchange Online", "the entry takes the domain of the PTR record, and that of "+host+" belongs to everybody", "bind to a signature")
	}
	if s := providers.ByHost(host); s != nil && s.Kind == providers.Mailbox {
		return p, no(r, suggest.SharedHost, "rule "+r.Name+" for Exchange Online", "the entry would name "+org+": everybody with a mailbox at "+s.Title+" could send as "+p.user, "bind to a DKIM signature of your own domain")
	}
	p.infra = org
	return p, nil
}

// planTransport accepts what New-TransportRule can ask safely: the address that connected, own senders, and what is written.
func planTransport(r rules.Rule, site suggest.Site) (exPlan, *suggest.Refusal) {
	p := exPlan{form: exTransport}
	can := []string{"sender", "recipient", "border-ip", "header", "subject", "phrase", "tenant-as-written", "mail-from"}
	switch {
	case r.Direction == rules.Outbound:
		can = append(can, "own-sender")
	case len(r.When.DKIM) > 0 && authorSigned(r):
		p.dmarc = true
		can = append(can, "dkim")
	}
	if x := others(r.When, can...); x != "" {
		return p, no(r, suggest.CannotExpress, "rule "+r.Name+" for Exchange Online", "a mail flow rule has no condition "+x, "bind to the address that connects")
	}
	if x := others(r.Unless, "sender"); x != "" {
		return p, no(r, suggest.CannotExpress, "rule "+r.Name+" for Exchange Online", "the exception "+x+" is not written for mail flow rules", "turn it into a condition")
	}
	if len(r.When.Sender) > 0 && len(r.When.MailFrom) > 0 {
		return p, no(r, suggest.CannotExpress, "rule "+r.Name+" for Exchange Online", "one condition asks for From and the envelope sender together (-SenderAddressLocation)", "ask for one of the two")
	}
	headers := len(r.When.Headers)
	if len(r.When.TenantAsWritten) > 0 {
		headers++
	}
	if p.dmarc {
		headers++
	}
	if headers > 1 || headers == 1 && len(r.When.Headers) == 1 && (r.When.Headers[0].Name == "" || r.When.Headers[0].Matches != "" && len(r.When.Headers[0].Contains) > 0) {
		return p, no(r, suggest.CannotExpress, "rule "+r.Name+" for Exchange Online", "a mail flow rule looks into one named field with one expression", "keep one condition on a field")
	}
	for _, ip := range r.When.BorderIP {
		if !ip.Addr().Is4() {
			return p, no(r, suggest.CannotExpress, "rule "+r.Name+" for Exchange Online", "-SenderIpRanges takes IPv4", "bind to a signature")
		}
	}
	if n := exLength(r); n > exRule {
		return p, no(r, suggest.TooLong, "rule "+r.Name+" for Exchange Online", fmt.Sprintf("a mail flow rule has room for %d characters", exRule), "split it")
	}
	return p, nil
}

// authorSigned reports whether the signatures that a rule asks for are of its senders' own domains: then DMARC passes with them.
func authorSigned(r rules.Rule) bool {
	for _, s := range r.When.Sender {
		_, domain, _ := strings.Cut(s, "@")
		for _, d := range r.When.DKIM {
			if d != "aligned" && !strings.EqualFold(organisationOf(d), organisationOf(domain)) {
				return false
			}
		}
	}
	return len(r.When.Sender) > 0 && !slices.Contains(r.When.DKIM, "none")
}

func exLength(r rules.Rule) int {
	n := 0
	for _, v := range append(written(r.When), written(r.Unless)...) {
		n += 2 * len(v)
	}
	return n
}

// ps quotes a value for PowerShell: in single quotes nothing is expanded. PowerShell takes typographic quotes for quotes, too, so all
// are doubled (about_Quoting_Rules).
func ps(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		if strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	b.WriteByte('\'')
	return b.String()
}

func psList(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = ps(v)
	}
	return strings.Join(out, ",")
}

// command writes one PowerShell command over several lines.
type command struct{ b *strings.Builder }

func (c *command) start(name string) { c.b.WriteString(name) }

// arg adds a parameter; a switch has no value.
func (c *command) arg(name, value string) {
	c.b.WriteString(" `\n  -" + name)
	if value != "" {
		c.b.WriteString(" " + value)
	}
}

func (c *command) end() { c.b.WriteByte('\n') }

func writeSpoof(b *strings.Builder, r rules.Rule, p exPlan) {
	b.WriteString("# " + comment(r.Name) + ": " + describe(r) + "\n")
	kind := "External"
	if p.internal {
		kind = "Internal"
	}
	c := &command{b: b}
	c.start("New-TenantAllowBlockListSpoofItems")
	c.arg("Identity", "Default")
	c.arg("Action", "Allow")
	c.arg("SpoofType", kind)
	c.arg("SpoofedUser", ps(p.user))
	c.arg("SendingInfrastructure", ps(p.infra))
	c.end()
}

func writeTransport(b *strings.Builder, r rules.Rule, name string, p exPlan) {
	b.WriteString("# " + describe(r) + "\n")
	c := &command{b: b}
	c.start("New-TransportRule")
	c.arg("Name", ps(name))
	switch r.Direction {
	case rules.Inbound:
		c.arg("FromScope", "NotInOrganization")
	case rules.Outbound:
		c.arg("FromScope", "InOrganization")
		c.arg("SentToScope", "NotInOrganization")
	}
	exConditions(c, r)
	if p.dmarc {
		c.arg("HeaderContainsMessageHeader", ps("Authentication-Results"))
		c.arg("HeaderContainsWords", psList([]string{"dmarc=pass", "dmarc=bestguesspass"}))
	}
	switch r.Action {
	case rules.Allow:
		c.arg("SetSCL", "-1")
		c.arg("SetHeaderName", ps("X-FPCheck-Allow"))
		c.arg("SetHeaderValue", ps(name))
	case rules.Quarantine:
		c.arg("Quarantine", "$true")
	case rules.Block:
		c.arg("RejectMessageReasonText", ps("blocked by rule"))
	}
	if r.Stop {
		c.arg("StopRuleProcessing", "$true")
	}
	if !r.Expires.IsZero() {
		c.arg("ExpiryDate", "(Get-Date -Date "+ps(day(r.Expires))+")")
	}
	c.arg("Mode", "AuditAndNotify")
	c.arg("Comments", ps(firstRunes(describe(r)+". "+sentence(r.Reason), exComments)))
	c.end()
}

func exConditions(c *command, r rules.Rule) {
	w := r.When
	if from := slices.Concat(w.Sender, w.MailFrom); len(from) > 0 {
		c.arg("FromAddressMatchesPatterns", psList(exAddresses(from)))
		where := "Header"
		if len(w.MailFrom) > 0 {
			where = "Envelope"
		}
		c.arg("SenderAddressLocation", where)
	}
	if len(w.BorderIP) > 0 {
		var ips []string
		for _, p := range w.BorderIP {
			ips = append(ips, strings.TrimSuffix(p.String(), "/32"))
		}
		c.arg("SenderIpRanges", psList(ips))
	}
	if len(w.Recipient) > 0 {
		c.arg("RecipientAddressMatchesPatterns", psList(exAddresses(w.Recipient)))
	}
	exTexts(c, w)
	if len(r.Unless.Sender) > 0 {
		c.arg("ExceptIfFromAddressMatchesPatterns", psList(exAddresses(r.Unless.Sender)))
	}
}

// exTexts are the conditions on what is written. Patterns and not words: words match inside longer names, since a dot ends a word.
func exTexts(c *command, w rules.Conditions) {
	if len(w.Subject) > 0 {
		c.arg("SubjectMatchesPatterns", psList(quoteMeta(w.Subject)))
	}
	if len(w.Phrase) > 0 {
		c.arg("SubjectOrBodyMatchesPatterns", psList(quoteMeta(w.Phrase)))
	}
	for _, h := range w.Headers {
		pats := quoteMeta(h.Contains)
		if h.Matches != "" {
			pats = []string{h.Matches}
		}
		c.arg("HeaderMatchesMessageHeader", ps(h.Name))
		c.arg("HeaderMatchesPatterns", psList(pats))
	}
	if len(w.TenantAsWritten) > 0 {
		c.arg("HeaderMatchesMessageHeader", ps("X-MS-Exchange-CrossTenant-Id"))
		c.arg("HeaderMatchesPatterns", psList(quoteMeta(w.TenantAsWritten)))
	}
}

func quoteMeta(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = regexp.QuoteMeta(s)
	}
	return out
}

// exAddresses are anchored patterns for addresses as rules have them.
func exAddresses(pats []string) []string {
	out := make([]string, len(pats))
	for i, p := range pats {
		at := strings.LastIndexByte(p, '@')
		local, domain := p[:max(at, 0)], p[at+1:]
		switch parent, sub := strings.CutPrefix(domain, "*"); {
		case p == "<>":
			out[i] = "^(<>)?$"
		case sub && (local == "" || local == "*"):
			out[i] = "^[^@]+@.+" + regexp.QuoteMeta(parent) + "$"
		case sub:
			out[i] = "^" + regexp.QuoteMeta(local) + "@.+" + regexp.QuoteMeta(parent) + "$"
		case local == "" || local == "*":
			out[i] = "^.+@" + regexp.QuoteMeta(domain) + "$"
		default:
			out[i] = "^" + regexp.QuoteMeta(p) + "$"
		}
	}
	return out
}

func notesExchange(r rules.Rule, p exPlan, site suggest.Site) []string {
	var out []string
	if p.form == exSpoof {
		out = append(out, "The entry has no expiry and no place for a ticket: note it where you keep such things. There is room for 1024 entries.",
			"It overrides the spoofing verdict and nothing else: malware, high-confidence phishing and the content filter still decide.")
		if len(r.When.Recipient) > 0 {
			out = append(out, "It holds for every recipient: the command takes none.")
		}
		if strings.HasSuffix(p.infra, "/24") {
			out = append(out, "The network counts only for addresses without a PTR record, and is never smaller than 256 addresses. Where the address has a name, put the domain of that name there.")
		}
		if !p.internal {
			out = append(out, "It holds for every author of "+p.user+": for other people's domains the entry takes the domain.")
		}
	} else {
		out = append(out, "It begins by reporting alone (AuditAndNotify). When a test message shows it works: Set-TransportRule -Identity NAME -Mode Enforce.")
		if p.dmarc {
			out = append(out, "The rule asks for Exchange Online's own word that DMARC passed. DMARC also takes SPF: whoever may send by the domain's SPF record passes, too.")
		}
		if r.Action == rules.Allow {
			out = append(out, "SCL -1 asks to pass the spam filter. Malware and high-confidence phishing stay in quarantine whatever the rule says.")
		}
		if len(r.When.BorderIP) > 0 && site.Gateway != "" {
			out = append(out, "Another filter stands in front: -SenderIpRanges sees its address and not the sender's. Switch on enhanced filtering first (Set-InboundConnector -Identity NAME -EFSkipLastIP $true), and take rules with SCL -1 off that connector.")
		}
	}
	if len(r.When.Recipient) > 0 && p.form == exTransport {
		out = append(out, "The rule holds for the recipient named; without that line, for everybody.")
	}
	return out
}

// matchesExchange simulates both forms. Spoof pair: the From address (the domain, for others) with a signature of the domain that
// verifies, or a connecting host whose verified name lies in it, or an address of the network without a name.
func matchesExchange(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	p, no := planExchange(r, site)
	if no != nil {
		return false, asError(no)
	}
	if p.form == exSpoof {
		return p.spoofed(d) && p.from(d), nil
	}
	return transportMatches(r, d) && (!p.dmarc || alignedPass(d)), nil
}

func alignedPass(d suggest.Delivery) bool {
	return slices.ContainsFunc(d.Facts.DKIM, func(s rules.Signer) bool { return s.Status == "pass" && s.Aligned })
}

func (p exPlan) spoofed(d suggest.Delivery) bool {
	a := oneAuthor(d)
	_, domain, _ := strings.Cut(a, "@")
	if p.internal && strings.Contains(p.user, "@") {
		return strings.EqualFold(a, p.user)
	}
	return strings.EqualFold(domain, p.user)
}

// from reports whether the delivery comes from the infrastructure of the pair.
func (p exPlan) from(d suggest.Delivery) bool {
	if net, err := netip.ParsePrefix(p.infra); err == nil {
		return d.Facts.BorderHost.Known != rules.Yes && d.Facts.BorderIP.Known == rules.Yes && net.Contains(d.Facts.IP.Unmap())
	}
	for _, s := range d.Facts.DKIM {
		if s.Status == "pass" && (strings.EqualFold(s.Domain, p.infra) || pattern.MatchHost("."+p.infra, s.Domain)) {
			return true
		}
	}
	host := d.Facts.BorderHost
	return host.Known == rules.Yes && (strings.EqualFold(host.Value, p.infra) || pattern.MatchHost("."+p.infra, host.Value))
}

// transportMatches: of two From addresses the sender is the first or the only one; text is compared without case.
func transportMatches(r rules.Rule, d suggest.Delivery) bool {
	w := r.When
	texts := func(list []string, text string) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return strings.Contains(folded(text), folded(s)) })
	}
	from := func(pats []string) bool {
		return slices.ContainsFunc(d.Facts.From, func(a string) bool { return senderIs(pats, a) })
	}
	body := ""
	if d.Facts.Body != nil {
		body, _ = d.Facts.Body()
	}
	switch {
	case !rightWay(r, d) || !inTime(r, d) || !recipientIs(w.Recipient, d):
		return false
	case len(w.Sender) > 0 && !from(w.Sender), len(r.Unless.Sender) > 0 && from(r.Unless.Sender):
		return false
	case len(w.MailFrom) > 0 && !senderIs(w.MailFrom, strings.Trim(d.Facts.MailFrom.Value, "<>")):
		return false
	case len(w.BorderIP) > 0 && !ipIn(r, d):
		return false
	case w.OwnSender != nil && d.Facts.OwnSender.Known != rules.Yes:
		return false
	case !texts(w.Subject, d.Facts.Subject) || !texts(w.Phrase, d.Facts.Subject+"\n"+body):
		return false
	}
	for _, h := range w.Headers {
		if (rules.Rule{When: rules.Conditions{Headers: []rules.HeaderCondition{h}}}).Match(d.Facts).Result != rules.Yes {
			return false
		}
	}
	return len(w.TenantAsWritten) == 0 || slices.ContainsFunc(w.TenantAsWritten, func(t string) bool { return strings.EqualFold(t, d.Facts.Tenant.Value) })
}

// setExchange writes the settings beside rules.
func setExchange(rem suggest.Remedy, _ suggest.Site, r *analyze.Report) *suggest.Text {
	t := &suggest.Text{Target: "exchange-online", Title: "Exchange Online", Proof: fmt.Sprintf(simulated, "Exchange Online")}
	var b strings.Builder
	c := &command{b: &b}
	switch {
	case rem.Kind == suggest.SafeSender && len(r.Facts.From) == 1 && plainValue(r.Facts.From[0]):
		c.start("New-TenantAllowBlockListItems")
		c.arg("ListType", "Sender")
		c.arg("Allow", "")
		c.arg("Entries", ps(r.Facts.From[0]))
		c.arg("RemoveAfter", "45")
		c.end()
		t.Notes = append(t.Notes, "-RemoveAfter 45 ends it 45 days after its last use. The command takes no entry for a sender without an end.",
			"The sender must still pass authentication, unless an entry of spoofed senders says otherwise.")
	case rem.Kind == suggest.SendingServer && r.Facts.IP.Is4():
		return nil // SPF or a connector of the tenant: the remedy's own words say it
	default:
		return nil
	}
	t.Files = []suggest.File{{Path: "Exchange Online PowerShell", Content: b.String()}}
	return t
}

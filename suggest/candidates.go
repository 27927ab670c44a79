package suggest

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/dnsbl"
	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
)

// workbench is one message with what candidates are made from.
type workbench struct {
	r       *analyze.Report
	d       *explain.Diagnosis // nil: none
	opts    Options
	site    Site
	from    string // the author; empty: none, several, or one that no rule can hold
	odd     bool   // the author is an address that no rule can hold
	own     bool   // From is of an own domain
	cause   string
	service *providers.Provider // whose host connected, where it sends for many
	pool    bool                // the connecting host or its address is known to change
	out     *Report
	served  *analyze.Report // see withServer
	vouched func() bool     // something proves that the author's organisation sent it
}

func newWorkbench(ctx context.Context, r *analyze.Report, d *explain.Diagnosis, opts Options) *workbench {
	w := &workbench{r: r, d: d, opts: opts, site: SiteOf(r), out: &Report{Analysis: r, Diagnosis: d},
		vouched: sync.OnceValue(func() bool { return explain.NewView(ctx, r).Vouched() })}
	if d != nil && d.Cause != nil {
		w.cause = d.Cause.Name
	}
	if len(r.Facts.From) == 1 && r.Facts.HeaderFroms == 1 {
		w.from, w.odd = literal(r.Facts.From[0])
	}
	w.own = w.site.OwnSender(w.from)
	w.service = service(r)
	w.pool = w.service != nil || slices.Contains(changing, w.cause)
	return w
}

// literal returns an address as a rule holds it. odd: it would be read as a pattern, or not at all; "*@example.com" is an address that
// anybody can write, and a rule for it would be one for the whole domain.
func literal(addr string) (out string, odd bool) {
	p, err := pattern.Sender(addr)
	if local, _, _ := strings.Cut(p, "@"); err != nil || local == "" || strings.ContainsAny(p, "*?") || len(p) > maxAddress {
		return "", true
	}
	return p, false
}

// maxAddress is RFC 5321 4.5.3.1: 64 bytes before the @ and 255 behind it.
const maxAddress = 64 + 1 + 255

// changing are the causes that say themselves that addresses change.
var changing = []string{"web-form-hosting-pool", "listed-shared-pool", "marketing-service-own-domain"}

func (w *workbench) not(name, what, reason, instead string) {
	w.refuse(Refusal{Name: name, What: what, Reason: reason, Instead: instead})
}

// refuse adds what is not offered, each once.
func (w *workbench) refuse(rs ...Refusal) {
	for _, r := range rs {
		if !slices.Contains(w.out.NotOffered, r) {
			w.out.NotOffered = append(w.out.NotOffered, r)
		}
	}
}

// candidates returns the rules that could let the message in, the safest first.
func (w *workbench) candidates() []Remedy {
	if w.odd {
		w.not(UnsafeValue, "an allow rule", "the From address is not one that a rule can hold: it has over 320 characters, or a star or an empty name that would stand for everybody of its domain", "ask the sender for a message from a plain address")
		return nil
	}
	if w.from == "" {
		w.not(SeveralAuthors, "an allow rule", fmt.Sprintf("From names %d addresses in %d fields: filters and mail clients show different ones", len(w.r.Facts.From), w.r.Facts.HeaderFroms),
			"ask the sender for a message with one From address")
		return nil
	}
	if w.r.Facts.Direction == rules.Outbound || w.r.Facts.Direction == rules.Internal {
		return w.outgoing()
	}
	w.phrase()
	out := w.signed()
	if w.cause == "listed-address" || w.listedLater() {
		w.not(ListedHost, "a rule on the sending host", "it is on a blocklist since it sent spam: what else it sends as "+w.from+" would be let in, too", "wait until it is clean and forgotten, or bind to a DKIM signature of the author")
	} else {
		out = slices.Concat(out, w.byAddress(), w.byHost(), w.bySuffix())
	}
	if len(out) == 0 && w.r.Facts.BorderIP.Known != rules.Yes {
		w.not(BorderUnknown, "a rule on the sending host", "who handed the message over is not known: "+w.r.Input.Trace.Why,
			"give the whole message as it was delivered, or --border, --client-ip")
	}
	return out
}

// listedLater reports whether the host was on a blocklist when the DNS was asked long after delivery. The message is not judged by that; a rule is for the
// mail of tomorrow. A service's pool, which signs for itself, is another matter: there another customer sent the spam.
func (w *workbench) listedLater() bool {
	host := w.r.Facts.BorderHost.Value
	if w.service != nil || w.pool || !explain.Same(host, w.fromDomain()) && slices.ContainsFunc(w.r.Facts.DKIM, func(s rules.Signer) bool {
		return s.Status == "pass" && explain.Same(s.Domain, host)
	}) {
		return false
	}
	_, later := w.r.Finding("blocklist.listed-later")
	lists, _ := analyze.ResultOf[[]dnsbl.Answer](w.r, checks.Blocklists)
	return later && slices.ContainsFunc(lists, func(a dnsbl.Answer) bool { return a.Listed && a.Subject == w.r.Facts.IP.String() })
}

// rule makes the frame of a rule. What the user did not state stays empty.
func (w *workbench) rule(suffix string) rules.Rule {
	reason := w.opts.Reason
	if reason == "" && w.d != nil && w.d.Cause != nil {
		reason = w.d.Cause.Title
	}
	r := rules.Rule{Name: slug(w.from + " " + suffix), Scope: "company", Direction: rules.Inbound, Action: rules.Allow,
		Ticket: w.opts.Ticket, Owner: w.opts.Owner, Expires: w.opts.Expires, Reason: reason}
	r.When.Sender = []string{w.from}
	return r
}

// maxName keeps names readable in tables; targets with less room map them.
const maxName = 60

// slug makes a name of letters, digits and dashes.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= maxName {
			break
		}
	}
	if name := strings.Trim(b.String(), "-"); name != "" {
		return name
	}
	return "allow"
}

// recipient narrows r to the one recipient that is known. To several, or to one that no rule can hold, it stays open, and so it does for a
// mailing: the next copy goes to a colleague.
func (w *workbench) recipient(r *rules.Rule) {
	if _, mailing := w.r.Input.Message.First("List-Unsubscribe"); mailing {
		return
	}
	if len(w.r.Facts.Rcpt) != 1 || w.r.Facts.Rcpt[0].Known != rules.Yes {
		return
	}
	if p, odd := literal(w.r.Facts.Rcpt[0].Value); !odd {
		r.When.Recipient = []string{p}
	}
}

// signed are rules on a signature that verifies: aligned with the author first, then of a service.
func (w *workbench) signed() []Remedy {
	if _, ok := w.r.Finding("dkim.length-tag"); ok {
		w.not(LengthTag, "a rule on the DKIM signature", "it covers a part of the body (l=): anybody may add text to a copy", "ask the signer to sign the whole body")
		return nil
	}
	var out []Remedy
	for _, s := range w.r.Facts.DKIM {
		domain, err := pattern.Domain(s.Domain)
		if s.Status != "pass" || err != nil || slices.ContainsFunc(out, func(r Remedy) bool { return r.Rule.When.DKIM[0] == domain }) {
			continue
		}
		rule := w.rule("dkim")
		rule.When.DKIM = []string{domain}
		rem := Remedy{Kind: RuleDKIM, Party: explain.You, Lasting: s.Aligned, Rule: &rule, Knob: policy.KnobBoundRule,
			Title: "Allow rule bound to the DKIM signature of " + domain,
			Text:  fmt.Sprintf("Allow %s where a signature of %s verifies.", w.from, domain)}
		if !s.Aligned {
			w.signedByService(&rem, domain)
		}
		if s.Aligned {
			w.forEverybody(&rem, "dkim")
			out = append([]Remedy{rem}, out...)
		} else {
			out = append(out, rem)
		}
	}
	return out
}

// signedByService widens the domain to that of the service where it signs with the name of the very host, which is another one next
// time, and says who else it signs for.
func (w *workbench) signedByService(rem *Remedy, domain string) {
	p := providers.ByHost(domain)
	if suffix := serviceSuffix(p, domain); p != nil && suffix != "" && strings.EqualFold(domain, w.r.Facts.BorderHost.Value) {
		rem.Rule.When.DKIM = []string{suffix}
		rem.Title = "Allow rule bound to the DKIM signature of " + p.Title
		rem.Text = fmt.Sprintf("Allow %s where a signature of a host under %s verifies.", w.from, suffix[1:])
	}
	who := "whoever " + domain + " signs for"
	if p != nil {
		who = "another customer of " + p.Title
	}
	rem.Residual = append(rem.Residual, who+" could write as "+w.from+", where the service lets them choose From")
	w.recipient(rem.Rule)
}

// byAddress is a rule on the connecting address, where it stays: stated so, or a server of its own with a name of its own.
func (w *workbench) byAddress() []Remedy {
	ip := w.r.Facts.IP
	if w.r.Facts.BorderIP.Known != rules.Yes || !ip.IsValid() {
		return nil
	}
	if _, generic := w.r.Finding("ptr.generic"); (w.pool || generic) && !w.dedicated() {
		w.not(FloatingAddress, "a rule on "+ip.String(), "the address is one of a pool and changes", "bind to the DKIM signature, or to the name of the host")
		return nil
	}
	rule := w.rule("ip")
	rule.When.BorderIP = []netip.Prefix{netip.PrefixFrom(ip, ip.BitLen())}
	w.recipient(&rule)
	rem := Remedy{Kind: RuleIP, Party: explain.You, Rule: &rule, Knob: policy.KnobBoundRule,
		Title: "Allow rule bound to the address " + ip.String(),
		Text:  fmt.Sprintf("Allow %s when %s connected.", w.from, ip)}
	if !w.dedicated() {
		rem.Residual = append(rem.Residual, "whoever else may send from "+ip.String()+" could write as "+w.from)
	}
	return []Remedy{rem}
}

// byHost is a rule on the verified name of the host that connected.
func (w *workbench) byHost() []Remedy {
	host, err := pattern.Domain(w.r.Facts.BorderHost.Value)
	if w.r.Facts.BorderHost.Known != rules.Yes || err != nil {
		if w.r.Facts.BorderIP.Known == rules.Yes {
			why, instead := w.r.Facts.BorderHost.Why, "ask again with --dns live"
			if w.r.Facts.BorderHost.Known == rules.No {
				why, instead = "the address has no name that leads back to it", "bind to the DKIM signature, or to the address"
			}
			w.not(BorderUnknown, "a rule on the name of the host", why, instead)
		}
		return nil
	}
	if w.service != nil && w.cause != "web-form-hosting-pool" { // its hosts take turns: the next message comes from another
		return nil
	}
	rule := w.rule("host")
	rule.When.BorderHost = []string{host}
	w.recipient(&rule)
	title := "Allow rule bound to the host " + host
	if w.either() {
		title = "Or, where its address changes: allow rule bound to the host " + host
	}
	return []Remedy{{Kind: RuleHost, Party: explain.You, Rule: &rule, Knob: policy.KnobBoundRule,
		Title:    title,
		Text:     fmt.Sprintf("Allow %s when the host that connected is %s by its verified name.", w.from, host),
		Residual: []string{"another customer of " + host + " could write as " + w.from}}}
}

// either reports whether the rule on the host is worth showing beside that on its address: a web host moves a form to other addresses, and the message
// does not tell whether it will.
func (w *workbench) either() bool {
	return w.cause == "web-form-unlisted-server" && !w.dedicated() && w.service == nil
}

// bySuffix is a rule on all hosts of a service or pool. It is for those whose hosts take turns, and names who else is let in.
func (w *workbench) bySuffix() []Remedy {
	host, err := pattern.Domain(w.r.Facts.BorderHost.Value)
	if w.r.Facts.BorderHost.Known != rules.Yes || err != nil || !w.pool {
		return nil
	}
	suffix := serviceSuffix(w.service, host)
	if suffix == "" {
		w.not(TooWide, "a rule on all hosts beside "+host, "the domain above it belongs to everybody", "bind to the host itself")
		return nil
	}
	rule := w.rule("pool")
	rule.When.BorderHost = []string{suffix}
	w.recipient(&rule)
	who := "everybody who sends through hosts under " + suffix[1:]
	if w.service != nil {
		who = "every customer of " + w.service.Title
	}
	wide := Remedy{Kind: RuleSuffix, Party: explain.You, Rule: &rule, Knob: policy.KnobBoundRule,
		Title:    "Allow rule bound to the hosts under " + suffix[1:],
		Text:     fmt.Sprintf("Allow %s when the host that connected has a verified name under %s.", w.from, suffix[1:]),
		Residual: []string{who + " could write as " + w.from}}
	w.notByService()
	t := w.r.Facts.Tenant
	if w.site.Tenant == "" || t.Known != rules.Yes || !strings.EqualFold(t.Value, w.site.Tenant) {
		return []Remedy{wide}
	}
	narrow, rule2 := wide, rule
	rule2.When.TenantAsWritten = []string{w.site.Tenant}
	narrow.Rule = &rule2
	narrow.Title += " and to your tenant's id as written"
	narrow.Text = strings.TrimSuffix(narrow.Text, ".") + ", and the message names your tenant."
	narrow.Residual = []string{who + " who copies your tenant's id, which is public, could write as " + w.from}
	w.forEverybody(&narrow, "tenant")
	return []Remedy{narrow, wide} // the second for filters that do not take the id
}

// forEverybody widens a rule that asks whose the message is to all senders of one's own domain, where it is for mail between colleagues: the loop brings back
// everybody's.
func (w *workbench) forEverybody(rem *Remedy, suffix string) {
	if w.cause != loop || !w.own {
		return
	}
	domain := w.fromDomain()
	rem.Rule.Name, rem.Rule.When.Sender, rem.Rule.When.Recipient = slug(domain+" "+suffix), []string{"@" + domain}, nil
	rem.Title += ", for all of " + domain
	rem.Text = strings.Replace(rem.Text, w.from, "every sender of "+domain, 1)
	for i, s := range rem.Residual {
		rem.Residual[i] = strings.Replace(s, w.from, "anybody of "+domain, 1)
	}
}

// loop is the cause that brings back everybody's mail.
const loop = "signature-service-loop"

// notByService says why the hosts of the service are no ground for a rule on all of one's own people.
func (w *workbench) notByService() {
	if w.cause != loop || w.service == nil {
		return
	}
	domain, names := w.fromDomain(), "the names of its hosts"
	if w.service.Name == "microsoft-365" {
		names = "outbound.protection.outlook.com and prod.outlook.com"
	}
	w.not(SharedHost, fmt.Sprintf("a rule for *@%s that looks for %s alone", domain, names),
		fmt.Sprintf("they stand in the mail of every customer of %s, so that any of them could write as anybody of %s", w.service.Title, domain),
		"the DKIM signature of "+domain+", or your tenant's id beside them (microsoft-365: {tenant: ID} in the profile, and the whole header)")
}

// outgoing are the two rules for own mail that is held on its way out.
func (w *workbench) outgoing() []Remedy {
	yes := true
	rule := w.rule("outgoing")
	rule.Direction, rule.Scope, rule.When.OwnSender = rules.Outbound, "user: "+w.from, &yes
	out := []Remedy{{Kind: UserRule, Party: explain.You, Rule: &rule, Knob: policy.KnobAllowRule,
		Title:    "Outgoing allow rule for " + w.from + ", until the vendor has mended it",
		Text:     fmt.Sprintf("Allow what %s sends out, for as long as the report to the vendor is open.", w.from),
		Residual: []string{"if the mailbox of " + w.from + " is taken over, what is sent from it goes out, too"}}}
	j := w.phrase()
	if j == nil || len(j.Refusals) > 0 {
		return out
	}
	_, domain, _ := strings.Cut(w.from, "@")
	p := w.rule("phrase")
	p.Name, p.Direction, p.When.Sender, p.When.OwnSender, p.When.Phrase = slug(domain+" open sesame"), rules.Outbound, []string{"@" + domain}, &yes, []string{j.Phrase}
	return append(out, Remedy{Kind: PhraseRule, Party: explain.You, Rule: &p, Knob: policy.KnobAllowRule,
		Title:    "Outgoing allow rule for your signature's phrase",
		Text:     fmt.Sprintf("Put %q, or more words around it, into the signatures, and allow what your own users send out with it.", j.Phrase),
		Residual: []string{"what is sent from a taken-over mailbox with its signature goes out, too"}})
}

// sesame is the phrase for those who have none yet. It needs no rule before the signatures hold it.
func (w *workbench) sesame() []Remedy {
	if w.from == "" || w.opts.Phrase != "" || w.r.Facts.Direction != rules.Outbound {
		return nil
	}
	return []Remedy{{Kind: PhraseRule, Party: explain.You, Title: "An “open sesame”: a phrase in everybody's signature that an outgoing rule allows",
		Text: "It keeps the next message of any of your people from being held. Draw a phrase (fpcheck suggest --random-phrase) or think of one, put it into the signatures, and let " +
			"fpcheck suggest MESSAGE --phrase \"THE PHRASE\" judge it and write the rule. Try it with one message, and take the rule out when the filter no longer needs it.",
		Residual: []string{"spam from a taken-over mailbox goes out with the signature, too; and whoever has had one mail of yours knows the phrase, so it is never for incoming mail"}}}
}

// phrase judges the phrase that the user names; nil: he names none.
func (w *workbench) phrase() *Judgement {
	if w.opts.Phrase == "" {
		return nil
	}
	j := Phrase(w.opts.Phrase, w.r)
	w.out.Phrase = &j
	w.refuse(j.Refusals...)
	return &j
}

// dedicated reports whether the user or the profile states that nobody else sends from the address.
func (w *workbench) dedicated() bool {
	return w.opts.Dedicated || w.r.Input.Profile.IsDedicated(w.r.Facts.IP)
}

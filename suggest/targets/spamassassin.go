package targets

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// SpamAssassin writes rules for a site's local .cf file.
var SpamAssassin = &suggest.Target{
	Name: "spamassassin", Title: "SpamAssassin", Filters: []string{"spamassassin"}, Binds: true,
	Emit: emitSpamAssassin, Matches: matchesSpamAssassin,
}

var canSpamAssassin = can{target: "SpamAssassin", from: true, host: true, ip: true, dkim: true, own: true, text: true, header: true,
	recipient: true, outbound: true, quarantine: true}

// Scores: enough to undo what a good message collects, or to cross the usual threshold of 5; not so much that a virus rule is lost.
var scoresSA = map[rules.Action]string{rules.Allow: "-6.0", rules.Quarantine: "6.0", rules.Block: "20.0"}

func fitsSpamAssassin(r rules.Rule, site suggest.Site) (ask, *refuse) {
	a, x := settle(r, site, canSpamAssassin)
	if x != nil {
		return a, x
	}
	for _, c := range []rules.Conditions{a.When, a.Unless} {
		if _, ok := networks(c.BorderIP); !ok {
			return a, &refuse{suggest.CannotExpress, "an IPv6 network", "SpamAssassin compares addresses as text, and IPv6 has many notations", "name single addresses, or the verified host"}
		}
		for _, h := range c.Headers {
			if pseudoSA[strings.ToLower(h.Name)] {
				return a, &refuse{suggest.UnsafeValue, "a field called " + h.Name, "SpamAssassin gives that name another meaning", "use another field"}
			}
		}
	}
	return a, nil
}

// pseudoSA are names that do not mean a field (Mail::SpamAssassin::Conf, "header").
var pseudoSA = map[string]bool{"all": true, "tocc": true, "envelopefrom": true, "messageid": true, "all-trusted": true,
	"all-internal": true, "all-untrusted": true, "all-external": true, "x-spam-relays-external": true,
	"x-spam-relays-trusted": true, "x-spam-relays-untrusted": true, "x-spam-relays-internal": true}

func emitSpamAssassin(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "spamassassin", Title: "SpamAssassin", Proof: provenIn}
	var b strings.Builder
	dkim, host, rcpt, envelope := false, false, false, false
	refused := emit(&t, rs, site, 16, fitsSpamAssassin, func(a ask) {
		writeSA(&b, a)
		dkim = dkim || len(a.When.DKIM)+len(a.Unless.DKIM) > 0
		host = host || len(a.When.BorderHost)+len(a.When.BorderIP) > 0
		rcpt = rcpt || len(a.When.Recipient) > 0
		envelope = envelope || len(a.When.MailFrom)+len(a.Unless.MailFrom) > 0
	}, symbol)
	if b.Len() == 0 {
		return t, refused
	}
	t.Files = []suggest.File{{Path: "/etc/spamassassin/fpcheck.cf", Content: b.String()}}
	t.Notes = append(t.Notes, "SpamAssassin knows no expiry: take the rule out on the day in its comment.",
		"Try it: spamassassin --lint, then spamassassin -t < message.eml must name the rule. --lint does not see a rule that can never match.")
	note := func(b bool, s string) {
		if b {
			t.Notes = append(t.Notes, s)
		}
	}
	note(host, "trusted_networks and internal_networks must name your own relays and the filter in front, and nobody else's: they decide which host counts as the one that connected. A provider's network among them lets forged copies in.")
	note(rcpt, "The recipient is that of To and Cc: SpamAssassin does not see the envelope's.")
	note(envelope, "envelope_sender_header must name the field in which your server writes the envelope sender.")
	note(dkim, "Signatures are verified only with network tests (no -L) and the DKIM plugin.")
	t.Notes = append(t.Notes, shortSA(rs)...)
	return t, refused
}

// shortSA offers the one-line form, and says what it opens.
func shortSA(rs []rules.Rule) []string {
	var out []string
	for _, r := range rs {
		if r.Action != rules.Allow || len(r.When.Sender) != 1 || strings.Contains(r.When.Sender[0], "*") || strings.HasPrefix(r.When.Sender[0], "@") || !printable(r.When.Sender[0], false) {
			continue
		}
		who := r.When.Sender[0]
		switch {
		case len(r.When.DKIM) == 1 && r.When.DKIM[0] != "none" && r.When.DKIM[0] != "aligned" && !strings.HasPrefix(r.When.DKIM[0], "."):
			out = append(out, "Shorter, with a score of -100: welcomelist_from_dkim "+who+" "+r.When.DKIM[0])
		case len(r.When.BorderHost) == 1:
			out = append(out, "Shorter, and wider: welcomelist_from_rcvd "+who+" "+strings.TrimPrefix(r.When.BorderHost[0], ".")+
				" scores -100, also takes the address from Resent-From and X-Envelope-From, and hosts below that name.")
		}
	}
	return out
}

// symbol is what a rule is called in SpamAssassin and Rspamd.
func symbol(id string) string { return "FPC_" + strings.ToUpper(id) }

// writerSA writes the sub-rules of one rule and collects what the meta rule asks.
type writerSA struct {
	b    *strings.Builder
	id   string
	net  bool
	n    int
	meta []string
}

func writeSA(b *strings.Builder, a ask) {
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(hashLines(a.about(), ""))
	a.id = symbol(a.id)
	w := &writerSA{b: b, id: a.id}
	w.when(a.When)
	if len(a.When.Sender) > 0 {
		// From:addr is one line an address; an empty or second field shows as another line, a second name as another comma.
		w.and("__"+w.id+"_ONE", "header", `From:addr =~ /\A[^\s,]+\s*\z/`, false)
	}
	w.unless(a.Unless)
	fmt.Fprintf(b, "meta     %s (%s)\n", a.id, strings.Join(w.meta, " && "))
	fmt.Fprintf(b, "describe %s fpcheck %s\n", a.id, strings.TrimSpace(string(a.Action)+" "+firstRunes(comment(a.Ticket), 20)))
	fmt.Fprintf(b, "score    %s %s\n", a.id, scoresSA[a.Action])
	flags := "noautolearn"
	if a.Action == rules.Allow {
		flags = "nice noautolearn userconf"
	}
	if w.net {
		flags += " net"
	}
	fmt.Fprintf(b, "tflags   %s %s\n", a.id, flags)
}

func firstRunes(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

// and adds a sub-rule.
func (w *writerSA) and(name, kind, what string, not bool) {
	fmt.Fprintf(w.b, "%-8s %s %s\n", kind, name, what)
	if not {
		name = "!" + name
	}
	w.meta = append(w.meta, name)
}

func (w *writerSA) when(c rules.Conditions)   { w.each(c, "", false) }
func (w *writerSA) unless(c rules.Conditions) { w.each(c, "NOT_", true) }

func (w *writerSA) each(c rules.Conditions, prefix string, not bool) {
	add := func(suffix, kind, what string) { w.and("__"+w.id+"_"+prefix+suffix, kind, what, not) }
	if len(c.Sender) > 0 {
		add("FROM", "header", `From:addr =~ /\A`+senders(c.Sender)+`\s*\z/i`)
	}
	if len(c.MailFrom) > 0 {
		add("ENV", "header", `EnvelopeFrom:addr =~ /\A`+senders(c.MailFrom)+`\s*\z/i`)
	}
	if len(c.Recipient) > 0 {
		add("TO", "header", `ToCc:addr =~ /^`+senders(c.Recipient)+`\s*$/im`)
	}
	w.hop(c, add, not)
	if len(c.DKIM) > 0 {
		w.dkim(c.DKIM, add, prefix, not)
	}
	if c.OwnSender != nil {
		w.and("__"+w.id+"_"+prefix+"TRUSTED", "header", "eval:check_all_trusted()", not == *c.OwnSender)
	}
	if len(c.Subject) > 0 {
		add("SUBJ", "header", "Subject =~ /"+texts(c.Subject)+"/i")
	}
	for _, h := range c.Headers {
		w.n++
		add(fmt.Sprintf("H%d", w.n), "header", h.Name+" =~ /"+texts(h.Contains)+"/i")
	}
	if len(c.Phrase) > 0 {
		add("TEXT", "body", "/"+texts(c.Phrase)+"/i")
	}
}

// hop asks for the relay that connected: address and name in one expression, anchored where nothing of the peer's own making stands
// before them. In When both must hold; in Unless one is enough.
func (w *writerSA) hop(c rules.Conditions, add func(suffix, kind, what string), not bool) {
	ip, _ := networks(c.BorderIP)
	host := hosts(c.BorderHost, `[^\s\]]`)
	ask := func(suffix, ip, host string) {
		add(suffix, "header", `X-Spam-Relays-External =~ /^\[ ip=`+ip+` rdns=`+host+` /i`)
	}
	const any = `\S+`
	switch hasIP, hasHost := len(c.BorderIP) > 0, len(c.BorderHost) > 0; {
	case hasIP && hasHost && !not:
		ask("HOP", ip, host)
	case hasIP || hasHost:
		if hasIP {
			ask("IP", ip, `\S*`)
		}
		if hasHost {
			ask("HOP", any, host)
		}
	}
}

func (w *writerSA) dkim(domains []string, add func(suffix, kind, what string), prefix string, not bool) {
	w.net = true
	var args []string
	none := false
	for _, d := range domains {
		if d == "none" {
			none = true
			continue
		}
		args = append(args, "'"+d+"'")
	}
	if none {
		w.and("__"+w.id+"_"+prefix+"ANYSIG", "full", "eval:check_dkim_valid()", !not)
		return
	}
	add("DKIM", "full", "eval:check_dkim_valid("+strings.Join(args, ", ")+")")
	fmt.Fprintf(w.b, "%-8s %s net\n", "tflags", "__"+w.id+"_"+prefix+"DKIM")
}

// matchesSpamAssassin sees what SpamAssassin sees: the header's recipients, and the relay that handed the message to the trusted ones.
func matchesSpamAssassin(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	a, x := fitsSpamAssassin(r, site)
	if x != nil {
		return false, x.err(r)
	}
	s := newSeen(d)
	s.authors, _ = addresses(d.Message, "From")
	s.single = len(s.authors) == 1
	to, _ := addresses(d.Message, "To")
	cc, _ := addresses(d.Message, "Cc")
	s.rcpts = append(to, cc...)
	// The signer is the domain of i=, and ".example.com" means example.com, too.
	s.signed = func(pat string) bool {
		return anySigner(d, func(x rules.Signer) bool {
			name := x.Domain
			if _, domain, ok := strings.Cut(x.Identity, "@"); ok {
				name = domain
			}
			return pattern.MatchHost(pat, name) || strings.HasPrefix(pat, ".") && strings.EqualFold(pat[1:], name)
		})
	}
	return s.matches(a), nil
}

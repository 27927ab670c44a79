package targets

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Exim writes statements for its access control lists: who connected at RCPT, who signed at DKIM, who the author is at DATA.
var Exim = &suggest.Target{
	Name: "exim", Title: "Exim", Filters: []string{"exim"}, Binds: true,
	Emit: emitExim, Matches: matchesExim,
}

var canExim = can{target: "Exim", from: true, host: true, ip: true, dkim: true, own: true, header: true, recipient: true, outbound: true, null: true}

func fitsExim(r rules.Rule, site suggest.Site) (ask, *refuse) {
	a, x := settle(r, site, canExim)
	return a, x
}

func emitExim(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "exim", Title: "Exim", Proof: provenIn}
	var files [3]strings.Builder
	dkim := false
	called := func(id string) string { return "acl_m_fpc_" + id }
	refused := emit(&t, rs, site, 24, fitsExim, func(a ask) {
		w := &writerExim{a: a, flag: called(a.id)}
		for i, part := range []string{w.rcpt(), w.dkim(), w.data()} {
			if part != "" {
				files[i].WriteString(hashLines(a.about(), "  ") + part)
			}
		}
		dkim = dkim || len(a.When.DKIM)+len(a.Unless.DKIM) > 0
	}, called)
	for i, path := range []string{"acl_smtp_rcpt", "acl_smtp_dkim", "acl_smtp_data"} {
		if files[i].Len() > 0 {
			t.Files = append(t.Files, suggest.File{Path: path, Content: files[i].String()})
		}
	}
	if len(t.Files) == 0 {
		return t, refused
	}
	t.Notes = append(t.Notes,
		"Each part goes into the access control list of that name: the first two at the top, acl_smtp_data behind the virus check and before the spam check. accept skips every statement below it.",
		"A host is matched by the address that its name leads to, a suffix by the verified reverse name. When DNS fails nothing matches; do not add +include_unknown.",
		"Comments must stay on lines of their own: behind a value they become part of it, and Exim skips the rule without a word.")
	if dkim {
		t.Notes = append(t.Notes, "Exim asks acl_smtp_dkim only where it is set; the list must end with accept.")
	}
	return t, refused
}

// writerExim writes one rule. What holds is kept in variables of the message: flag for the recipient, and one for each other fact.
type writerExim struct {
	a    ask
	flag string
}

// literal keeps an expression from being expanded.
func literal(re string) string { return `\N` + re + `\N` }

// addressList is a list of one expression. A colon would end it, and stands in (?:, so the separator is another.
func addressList(pats []string) string { return "<; ^" + literal("(?i)^"+senders(pats)+"$") }

// connection writes the conditions on who connected, each a line; the keyword of an exception begins with !.
func connection(c rules.Conditions) []string {
	var out []string
	if len(c.BorderHost) > 0 {
		items := make([]string, len(c.BorderHost))
		for i, h := range c.BorderHost {
			if items[i] = h; strings.HasPrefix(h, ".") {
				items[i] = "*" + h
			}
		}
		out = append(out, "hosts = <; "+strings.Join(items, " ; "))
	}
	if len(c.BorderIP) > 0 {
		items := make([]string, len(c.BorderIP))
		for i, p := range c.BorderIP {
			if items[i] = p.String(); p.IsSingleIP() {
				items[i] = p.Addr().String()
			}
		}
		out = append(out, "hosts = <; "+strings.Join(items, " ; "))
	}
	if c.OwnSender != nil {
		out = append(out, map[bool]string{true: "authenticated = *", false: "!authenticated = *"}[*c.OwnSender])
	}
	if len(c.MailFrom) > 0 {
		out = append(out, "senders = "+addressList(c.MailFrom))
	}
	if len(c.Recipient) > 0 {
		out = append(out, "recipients = "+addressList(c.Recipient))
	}
	return out
}

func warn(flag string, conditions []string) string {
	return "  warn\n    " + strings.Join(append(conditions, "set "+flag+" = 1"), "\n    ") + "\n"
}

// rcpt sets the flag for a recipient of which all holds, and the counter-flag for one of which an exception does.
func (w *writerExim) rcpt() string {
	conditions := connection(w.a.When)
	if !w.a.Expires.IsZero() {
		conditions = append(conditions, "condition = ${if <{$tod_epoch}{"+strconv.FormatInt(w.a.Expires.Unix(), 10)+"}}")
	}
	out := ""
	if len(conditions) > 0 {
		out = warn(w.flag, conditions)
	}
	for _, x := range connection(w.a.Unless) {
		out += warn(w.flag+"_not", []string{x})
	}
	return out
}

func (w *writerExim) dkim() string {
	part := func(domains []string, flag string) string {
		if len(domains) == 0 {
			return ""
		}
		items := make([]string, len(domains))
		for i, d := range domains {
			switch {
			case d == "none":
				items[i] = "*"
			case strings.HasPrefix(d, "."):
				items[i] = "*" + d
			default:
				items[i] = d
			}
		}
		return warn(flag, []string{"dkim_signers = " + strings.Join(items, " : "), "dkim_status = pass"})
	}
	return part(w.a.When.DKIM, w.flag+"_dkim") + part(w.a.Unless.DKIM, w.flag+"_notdkim")
}

// data accepts (or denies) what has every flag and was written as the rule asks.
func (w *writerExim) data() string {
	var all []string
	equal := func(flag string, want bool) {
		test := "eq{$" + flag + "}{1}"
		if !want {
			test = "!" + test
		}
		all = append(all, test)
	}
	c := w.a.When
	if len(connection(c)) > 0 || !w.a.Expires.IsZero() {
		equal(w.flag, true)
	}
	if len(c.DKIM) > 0 {
		equal(w.flag+"_dkim", c.DKIM[0] != "none")
	}
	all = append(all, writtenExim(c, "")...)
	if len(connection(w.a.Unless)) > 0 {
		equal(w.flag+"_not", false)
	}
	if len(w.a.Unless.DKIM) > 0 {
		equal(w.flag+"_notdkim", w.a.Unless.DKIM[0] == "none")
	}
	all = append(all, writtenExim(w.a.Unless, "!")...)
	verb := map[rules.Action]string{rules.Allow: "accept", rules.Block: "deny"}[w.a.Action]
	return fmt.Sprintf("  %s\n    condition = ${if and{ {%s} }}\n", verb, strings.Join(all, "} {"))
}

// writtenExim tests the header: ${address:} of a field with two authors is empty, as is that of two fields, which Exim joins by a comma.
func writtenExim(c rules.Conditions, not string) []string {
	var out []string
	if len(c.Sender) > 0 {
		out = append(out, not+"match{${address:$h_from:}}{"+literal("(?i)^"+senders(c.Sender)+"$")+"}")
	}
	if len(c.Subject) > 0 {
		out = append(out, not+"match{$h_subject:}{"+literal("(?i)"+texts(c.Subject))+"}")
	}
	for _, h := range c.Headers {
		out = append(out, not+"match{$h_"+strings.ToLower(h.Name)+":}{"+literal("(?i)"+texts(h.Contains))+"}")
	}
	return out
}

// matchesExim sees what Exim sees: hosts by DNS, the author where there is one, all recipients of the envelope.
func matchesExim(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	a, x := fitsExim(r, site)
	if x != nil {
		return false, x.err(r)
	}
	if a.expired(d) {
		return false, nil
	}
	s := newSeen(d)
	var fields int
	s.authors, fields = addresses(d.Message, "From")
	s.single = len(s.authors) == 1 && fields == 1
	return s.matches(a), nil
}

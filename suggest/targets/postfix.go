package targets

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Postfix writes restriction classes: who connected, then the envelope sender, then the recipient.
var Postfix = &suggest.Target{
	Name: "postfix", Title: "Postfix", Filters: []string{"postfix"}, Binds: true,
	Emit: emitPostfix, Matches: matchesPostfix,
}

var canPostfix = can{target: "Postfix", from: true, host: true, ip: true, recipient: true, quarantine: true, null: true}

// resultPostfix are the results of an access table (access(5)).
var resultPostfix = map[rules.Action]string{rules.Allow: "permit", rules.Quarantine: "HOLD", rules.Block: "REJECT"}

// fitsPostfix puts the envelope sender in the place of From, which Postfix does not see when it decides, provided the genuine message
// had the same address in both.
func fitsPostfix(r rules.Rule, site suggest.Site) (ask, *refuse) {
	a, x := settle(r, site, canPostfix)
	switch {
	case x != nil:
		return a, x
	case !a.Unless.Empty():
		return a, &refuse{suggest.CannotExpress, "an exception (unless)", "a restriction class only narrows: each table can add a condition, and none can take one back", "write the condition under when"}
	case len(a.When.Sender) == 0:
		return a, nil
	case site.MailFrom == "": // a rule file alone, or the null sender
		return a, &refuse{suggest.CannotExpress, "a condition on the From field", "Postfix decides before it has read the header, and no envelope sender is known that stands for the author",
			"state mail-from in the rule, or write it for the filter behind Postfix (rspamd, spamassassin)"}
	case !anyOf(a.When.Sender, func(p string) bool { return pattern.MatchSender(p, site.MailFrom) }):
		return a, &refuse{suggest.CannotExpress, "a condition on the From field", "Postfix decides before it has read the header, and the envelope sender of this message is another address",
			"write the rule for the filter behind Postfix (rspamd, spamassassin), or ask the sender to use one envelope sender and state mail-from"}
	case len(a.When.MailFrom) > 0:
		return a, &refuse{suggest.CannotExpress, "conditions on From and on the envelope sender", "Postfix sees the envelope sender alone when it decides", "leave one of them out"}
	}
	a.When.MailFrom, a.When.Sender = a.When.Sender, nil
	return a, nil
}

func emitPostfix(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "postfix", Title: "Postfix", Proof: provenIn}
	w := &writerPostfix{}
	refused := emit(&t, rs, site, 24, fitsPostfix, w.rule, func(id string) string { return "fpc_" + id })
	if len(w.entry) == 0 {
		return t, refused
	}
	main := "smtpd_restriction_classes = " + strings.Join(w.classes, ",\n    ") + "\n" + w.lines.String() +
		"\n# Behind reject_unauth_destination: in front of it a permit would make an open relay.\nsmtpd_recipient_restrictions =\n" +
		"    permit_mynetworks,\n    permit_sasl_authenticated,\n    reject_unauth_destination,\n    " + strings.Join(w.entry, ",\n    ") + "\n"
	if len(w.classes) == 0 {
		main = strings.TrimPrefix(main, "smtpd_restriction_classes = \n")
	}
	t.Files = append([]suggest.File{{Path: "/etc/postfix/main.cf", Content: main}}, w.tables...)
	t.Notes = append(t.Notes,
		"Merge it: if your main.cf has these two settings, add the class names to the one, and put the check_client_access lines into the other, behind reject_unauth_destination and before the checks that caught the mail.",
		"permit ends this list of checks alone. Milters and content filters (rspamd, spamassassin) still look at the message: if they caught it, write the rule for them.",
		"Postfix knows no expiry: take the rule out on the day in its comment.",
		"The name of the client is the one that Postfix verified in both directions; without one it is \"unknown\", and nothing matches.")
	for _, r := range rs {
		if a, x := fitsPostfix(r, site); x == nil && len(r.When.Sender) > 0 {
			t.Notes = append(t.Notes, "Rule "+comment(a.Name)+" asks for the envelope sender in place of From: the two were the same in this message. Who sends from the same host can write any From under it.")
		}
	}
	return t, refused
}

type writerPostfix struct {
	classes []string
	lines   strings.Builder // definitions of classes
	entry   []string
	tables  []suggest.File
}

// table is one lookup: what is asked, and of which keys.
type table struct {
	suffix, check, kind string
	keys                []string // left sides of the table's lines
}

func tables(c rules.Conditions) []table {
	var out []table
	expression := func(re string) []string { return []string{"/^" + re + "$/"} }
	if len(c.BorderHost) > 0 {
		out = append(out, table{"host", "check_client_access", "pcre", expression(hosts(c.BorderHost, `[^\s]`))})
	}
	if len(c.BorderIP) > 0 {
		out = append(out, table{"ip", "check_client_access", "cidr", prefixLines(c.BorderIP)})
	}
	if len(c.MailFrom) > 0 {
		out = append(out, table{"from", "check_sender_access", "pcre", expression(senders(c.MailFrom))})
	}
	if len(c.Recipient) > 0 {
		out = append(out, table{"to", "check_recipient_access", "pcre", expression(senders(c.Recipient))})
	}
	return out
}

// rule writes the tables from the last to the first: the result of each is the class that asks the next.
func (w *writerPostfix) rule(a ask) {
	about := hashLines(a.about(), "")
	w.lines.WriteString(about)
	result := resultPostfix[a.Action]
	list := tables(a.When)
	for i := len(list) - 1; i >= 0; i-- {
		x := list[i]
		name := "fpc_" + a.id + "_" + x.suffix
		content := about
		for _, key := range x.keys {
			content += key + " " + result + "\n"
		}
		w.tables = append(w.tables, suggest.File{Path: "/etc/postfix/" + name + "." + x.kind, Content: content})
		check := x.check + " " + x.kind + ":/etc/postfix/" + name + "." + x.kind
		if i == 0 {
			w.entry = append(w.entry, check)
			return
		}
		w.classes = append(w.classes, name)
		fmt.Fprintf(&w.lines, "%s = %s\n", name, check)
		result = name
	}
}

// matchesPostfix sees what Postfix sees at RCPT TO: connection and envelope.
func matchesPostfix(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	a, x := fitsPostfix(r, site)
	if x != nil {
		return false, x.err(r)
	}
	return newSeen(d).matches(a), nil
}

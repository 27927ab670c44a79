package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// senderWithoutAuthentication: the seed's fifth point.
var senderWithoutAuthentication = &explain.Cause{
	Name: "sender-without-authentication", Title: "The sender's domain has no SPF, no DKIM and no DMARC.",
	Families: []explain.Family{explain.FamilyNoAuth, explain.FamilySPF},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Says("auth.none") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.SenderAdmin,
			For:    append(v.Find("auth.none", "spf.none"), stated(v, explain.FamilyNoAuth, explain.FamilySPF)...),
			Clears: []string{"auth.none", "spf.none", "dmarc.none"},
			Title:  fmt.Sprintf("%s has no SPF, no DKIM and no DMARC, so nothing shows that it sent this.", from(v)),
			Do:     "Ask the sender over another way whether he wrote it, or read it with care; tell his postmaster what is missing.",
			Fixes: []explain.Fix{
				fix(explain.SenderAdmin, "%s: publish SPF, TXT at %s: v=spf1 %s ~all", postmaster(v.From), from(v), mechanismText(v)),
				fix(explain.SenderAdmin, "%s: let the mail server sign with DKIM, then publish DMARC, TXT at _dmarc.%s: v=DMARC1; p=none; rua=mailto:%s", postmaster(v.From), from(v), postmaster(v.From)),
			},
		}
		if name(v.From, "") != "" && v.Hand.IP.IsValid() {
			d.Changes = append(d.Changes, spfRecord("SPF record for "+from(v), v.From, "v=spf1 "+mechanism(v.Hand.IP)+" ~all"))
		}
		return d
	},
}

// senderWithoutPTR: the seed's second point.
var senderWithoutPTR = &explain.Cause{
	Name: "sender-without-ptr", Title: "The sending server's address has no PTR record.",
	Families: []explain.Family{explain.FamilyPTR},
	Match: func(v *explain.View) *explain.Diagnosis {
		missing := v.Says("ptr.missing")
		if !missing && !v.Says("ptr.unconfirmed", "ptr.generic") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.IPProvider,
			For:    append(v.Find("ptr.*"), stated(v, explain.FamilyPTR)...),
			Clears: []string{"ptr.*"},
			Title:  fmt.Sprintf("The sending server %s has no name in the DNS (no PTR record).", ip(v)),
			Do:     "Release it if the sender is known to you, and tell his postmaster.",
		}
		if !missing {
			d.Sure = strong
			d.Title = fmt.Sprintf("The sending server %s has a name that is not its own: it leads elsewhere, or is one that a provider gives to a line.", ip(v))
		}
		d.Fixes = []explain.Fix{
			fix(explain.IPProvider, "Set the PTR record of %s to the name of the mail server (%s), and see that this name leads back to %s.", ip(v), helo(v), ip(v)),
			fix(explain.SenderAdmin, "%s: ask the provider of %s for that PTR record; you cannot set it in your own zone.", postmaster(v.From), ip(v)),
		}
		return d
	},
}

// helo is the name that the server gives itself, where it has the shape of one.
func helo(v *explain.View) string { return name(v.Hand.Helo, "mail."+from(v)) }

// ptrHeloMismatch: the seed's second point, other half.
var ptrHeloMismatch = &explain.Cause{
	Name: "ptr-helo-mismatch", Title: "The sending server introduces itself by a name that is not its own.",
	Families: []explain.Family{explain.FamilyHELO},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Says("helo.mismatch", "helo.not-a-name") || v.Says("ptr.missing") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.SenderAdmin,
			For:    append(v.Find("helo.*"), stated(v, explain.FamilyHELO)...),
			Clears: []string{"helo.*"},
			Title:  fmt.Sprintf("The sending server says %s in HELO, but %s is called %s.", name(v.Hand.Helo, "something that is no name"), ip(v), peer(v)),
			Do:     "Release it if the sender is known to you, and tell his postmaster.",
		}
		want := peer(v)
		if v.Peer == "" {
			want = "its name in the DNS"
		}
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: set the HELO name of the mail server to %s (Postfix: myhostname or smtp_helo_name; Exchange: FQDN of the send connector; Exim: primary_hostname or helo_data).", postmaster(v.From), want),
		}
		return d
	},
}

// clockWrong: a date that lies in the future, or hops that run backwards.
var clockWrong = &explain.Cause{
	Name: "clock-wrong", Title: "A clock on the sender's side is wrong.",
	Families: []explain.Family{explain.FamilyClock},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Says("path.backwards", "headers.date-odd") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.SenderAdmin,
			For:    append(v.Find("path.backwards", "headers.date-odd"), stated(v, explain.FamilyClock)...),
			Clears: []string{"path.backwards", "headers.date-odd"},
			Do:     "Release it if the sender is known to you, and tell his postmaster.",
			Fixes:  []explain.Fix{fix(explain.SenderAdmin, "%s: set the clock of the server or the desktop that wrote the message, and keep it with NTP.", postmaster(v.From))},
		}
		if h, ok := backwards(v); ok {
			d.Sure = proven
			d.Title = fmt.Sprintf("The clock of %s is wrong: it dated the message after it had arrived.", h)
		}
		return d
	},
}

// backwards names the host whose date lies after that of the host that followed it.
func backwards(v *explain.View) (string, bool) {
	for _, r := range v.Input.Trace.Remarks {
		if r.Kind == "backwards" && r.Hop > v.Input.Trace.Border && r.Hop < len(v.Input.Trace.Hops) {
			return hostOf(v.Input.Trace.Hops[r.Hop]), true
		}
	}
	return "", false
}

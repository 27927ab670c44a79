package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// report is what to do with fraud. No word of a rule.
const report = "Do not release it. Report it to the filter vendor, find who else got it, and warn them."

// displayNameColleague: a stranger under a colleague's name, who asks for something.
var displayNameColleague = &explain.Cause{
	Name: "display-name-colleague", Title: "A stranger uses a colleague's name and asks for something.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		why, ok := colleague(v)
		asks := v.Find(slices.Concat(credentials, money, tricks)...)
		if !ok || len(asks) == 0 || v.Own(v.From) {
			return nil
		}
		return &explain.Diagnosis{
			Sure: 0.85, WhoFixes: explain.Nobody, For: append(why, asks...), Against: v.Good("dmarc.pass"),
			Title: fmt.Sprintf("A stranger writes from a mailbox at %s under a colleague's name and asks for something.", from(v)),
			Do:    report,
			Fixes: []explain.Fix{fix(explain.You, "Ask the colleague on a known number. Switch on the filter's protection against display names of your own people, and list them in the profile (colleagues).")},
		}
	},
}

// lookalikeDomain: a domain that is nearly one that the organisation knows.
var lookalikeDomain = &explain.Cause{
	Name: "lookalike-domain", Title: "The sender's domain looks like one that you know, and is another.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		known, where, ok := imitated(v)
		if !ok {
			return nil
		}
		asks := v.Find(slices.Concat(credentials, money, tricks)...)
		if len(asks) == 0 {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: 0.85, WhoFixes: explain.Nobody, For: append([]analyze.Finding{nearName(v, known, where)}, asks...), Against: v.Good("dmarc.pass"),
			Title: fmt.Sprintf("%s looks like %s, which you know, and is another domain. That it passes SPF, DKIM and DMARC proves only who owns the copy.", from(v), known),
			Do:    report + " Call the real sender on a known number.",
			Fixes: []explain.Fix{fix(explain.You, "Block %s. Tell the real %s; its owner can have the copy taken down (%s of the host that sent it).", from(v), known, abuse(v.Peer))},
		}
		return d
	},
}

// nearName says which known name From nearly is.
func nearName(v *explain.View, known, where string) analyze.Finding {
	f, _ := v.Input.Message.First("From")
	found := at("from.lookalike", fmt.Sprintf("%s differs from %s by very little", from(v), known), f.Value)
	found.Evidence = append(found.Evidence, analyze.Evidence{Profile: where})
	return found
}

// similarDomainHonest: names are alike by chance, too. The message asks for nothing, and who it is can be asked.
var similarDomainHonest = &explain.Cause{
	Name: "similar-domain-honest", Title: "The sender's domain happens to look like one that you know.", Nature: explain.Unclear,
	Families: []explain.Family{explain.FamilySimilar},
	Match: func(v *explain.View) *explain.Diagnosis {
		known, where, ok := imitated(v)
		if !ok || suspicious(v) || !v.Authentic() {
			return nil
		}
		return &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.You,
			For: append(stated(v, explain.FamilySimilar), nearName(v, known, where)), Against: v.Good("dmarc.pass", "dkim.pass"),
			Title: fmt.Sprintf("%s looks like %s, which you know; the message asks for nothing, so it may be an honest neighbour.", from(v), known),
			Do:    "Ask somebody who knows the sender, or call a number from your own books; then release.",
			Fixes: []explain.Fix{fix(explain.You, "If the firm is known to you: list %s as trusted in the impersonation protection (Microsoft 365: anti-phishing policy, trusted senders and domains).", from(v))},
		}
	},
}

// imitated returns the domain that From imitates: one of the organisation's, of its partners or of its allowed senders.
func imitated(v *explain.View) (domain, where string, ok bool) {
	p := v.Input.Profile
	known := map[string][]string{"domains": p.Domains, "allowed-senders": p.AllowedSenders, "exceptions": p.Exceptions}
	for _, key := range []string{"domains", "allowed-senders", "exceptions"} {
		for _, entry := range known[key] {
			d := strings.ToLower(strings.TrimPrefix(entry[strings.LastIndexByte(entry, '@')+1:], "*."))
			if looksLike(v.From, d) {
				return name(d, "a domain of yours"), key, true
			}
		}
	}
	return "", "", false
}

// compromisedAccount: the domain is proven, and somebody else sits at the mailbox.
var compromisedAccount = &explain.Cause{
	Name: "compromised-account", Title: "Somebody else uses this mailbox.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		if v.Sent() {
			return stolenOwn(v)
		}
		asks := v.Find(credentials...)
		traps := append(v.Find(tricks...), elsewhere(v)...)
		if !v.Inbound() || !v.Authentic() || v.Own(v.From) || len(asks) == 0 || len(traps) == 0 || v.Says("from.repeated") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.SenderAdmin, For: append(append(asks, traps...), v.Good("dmarc.pass", "dkim.pass")...),
			Title: fmt.Sprintf("Somebody else seems to use this mailbox at %s: SPF, DKIM and DMARC are right, and the message asks for a login elsewhere.", from(v)),
			Do:    "Do not release it. Call the sender on a number that you know, and find who else got it.",
			Fixes: []explain.Fix{
				fix(explain.SenderAdmin, "%s: the mailbox that sent this seems to be taken over: change its password, end its sessions, look for forwarding rules, and look who else was written to.", postmaster(v.From)),
				fix(explain.You, "No rule for this sender, and take out one that exists until the sender has the mailbox back."),
			},
		}
		if h, ok := login(v); ok {
			d.For = append(d.For, h)
			d.Sure = strong
		}
		return d
	},
}

// stolenOwn is an own user whose account sends spam.
func stolenOwn(v *explain.View) *explain.Diagnosis {
	sells := v.Find(slices.Concat(offers, credentials)...)
	traps := append(v.Find(tricks...), v.Find("blocklist.domain")...)
	if len(sells) == 0 || len(traps) == 0 {
		return nil
	}
	d := &explain.Diagnosis{
		Sure: strong, WhoFixes: explain.You, For: append(sells, traps...),
		Title: fmt.Sprintf("Somebody else seems to use a mailbox of yours at %s and sends spam from it.", from(v)),
		Do:    "Do not release it. Change the user's password, end all sessions, and look at what else was sent.",
		Fixes: []explain.Fix{fix(explain.You, "Change the password, end all sessions, take out forwarding rules and strange apps, switch on a second factor, and hold the user's outgoing mail until that is done.")},
	}
	if h, ok := login(v); ok {
		d.For = append(d.For, h)
	}
	return d
}

// login finds the line on which the author logged in, where it is not one inside a network.
func login(v *explain.View) (analyze.Finding, bool) {
	for _, h := range v.Below() {
		if h.Authenticated && h.IP.IsValid() && !h.IP.IsPrivate() && !h.IP.IsLoopback() {
			return at("path.login", "somebody logged in to "+hostOf(h)+" from "+h.IP.String(), h.Span), true
		}
	}
	return analyze.Finding{}, false
}

// realPhishing: an ask, a trick, and nobody who stands behind it.
var realPhishing = &explain.Cause{
	Name: "real-phishing", Title: "This is phishing: it asks for a login or money, and the sender is not who it says.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		why := fraudulent(v)
		if v.Sent() || len(why) == 0 || v.Spoof.Claims || v.Authentic() && !v.Says("from.repeated") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Nobody, For: append(why, v.Find(slices.Concat(unauthentic, origins)...)...), Against: v.Good("dnswl.*", "blocklist.welcome"),
			Do: report,
			Fixes: []explain.Fix{
				fix(explain.You, "Nothing to mend: the filter was right. Who has followed the link changes the password now."),
			},
		}
		if v.Says("dmarc.fail-*") {
			d.Sure = 0.85
			d.Title = fmt.Sprintf("This is phishing: it asks for a login or money, and %s does not stand behind it.", from(v))
		}
		return d
	},
}

// realSpam: offers of spam from where spam comes from, or a bot.
var realSpam = &explain.Cause{
	Name: "real-spam", Title: "This is spam.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		sells := v.Find(offers...)
		from := append(v.Find(tricks...), v.Find(origins...)...)
		if !v.Authentic() {
			from = append(from, v.Find(unauthentic...)...)
		}
		byBot := bot(v)
		if v.Sent() || v.Spoof.Claims || !byBot && (len(sells) == 0 || len(from) == 0) {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.Nobody, For: append(sells, from...),
			Do:    "Do not release it. Report it to the filter vendor if it got through.",
			Fixes: []explain.Fix{fix(explain.You, "Nothing to mend: the filter was right.")},
		}
		if byBot {
			d.Sure = 0.85
			d.For = append(d.For, v.Find("ptr.generic", "ptr.missing", "spf.fail", "auth.none")...)
			d.Title = fmt.Sprintf("This is spam: %s is an access line that sends by itself, and it is on a blocklist.", ip(v))
		}
		if v.Filter.Let {
			d.Against = append(d.Against, at("filter.let", "an allow entry or rule of your own let it pass: take it out", v.Filter.Span))
		}
		return d
	},
}

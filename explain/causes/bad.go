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

// nearName says which known name From nearly is.
func nearName(v *explain.View, known, where string) analyze.Finding {
	f, _ := v.Input.Message.First("From")
	found := at("from.lookalike", fmt.Sprintf("%s differs from %s by very little", from(v), known), f.Value)
	found.Evidence = append(found.Evidence, analyze.Evidence{Profile: where})
	return found
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

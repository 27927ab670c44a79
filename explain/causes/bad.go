package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/explain"
)

// report is what to do with fraud. No word of a rule.
const report = "Do not release it. Report it to the filter vendor, find who else got it, and warn them."

// nearName says which known name From nearly is.
func nearName(v *explain.View, known, where string) analyze.Finding {
	f, _ := v.Input.Message.First("From")
	found := at("from.lookalike", fmt.Sprintf("%s differs from %s by very little", from(v), known), f.Value)
	if where != "" {
		found.Evidence = append(found.Evidence, analyze.Evidence{Profile: where})
	}
	return found
}

// imitated returns the domain that From imitates: one of the organisation's, of its partners or of its allowed senders, or else one that the message
// names itself, as a stolen thread does. Without a profile the recipients' are taken for the organisation's.
func imitated(v *explain.View) (domain, where string, ok bool) {
	if v.Own(v.From) {
		return "", "", false
	}
	domain, where, ok = amongKnown(v, looksLike)
	if ok || where == familiar {
		return domain, where, ok
	}
	return namedInText(v)
}

// familiar says that the author's domain is itself one of those that the organisation knows.
const familiar = "known"

// amongKnown looks for a domain that the organisation knows and that From is alike to.
func amongKnown(v *explain.View, alike func(domain, known string) bool) (domain, where string, ok bool) {
	p := v.Input.Profile
	known := map[string][]string{"domains": p.Domains, "allowed-senders": p.AllowedSenders, "exceptions": p.Exceptions}
	if len(p.Domains) == 0 {
		known["domains"] = ownDomains(v)
	}
	for _, key := range []string{"domains", "allowed-senders", "exceptions"} {
		for _, entry := range known[key] {
			d := strings.ToLower(strings.TrimPrefix(entry[strings.LastIndexByte(entry, '@')+1:], "*."))
			switch {
			case explain.Same(d, v.From):
				return "", familiar, false
			case !ok && !checks.Freemail(d) && alike(v.From, d):
				domain, where, ok = name(d, "a domain of yours"), key, true
			}
		}
	}
	return domain, where, ok
}

// minNamed: a name in a text that differs by a letter from the author's says less than one of the profile, so it must be longer.
const minNamed = 6

// namedInText finds a domain in the visible text that From is nearly spelt as.
func namedInText(v *explain.View) (domain, where string, ok bool) {
	if v.Words == nil || checks.Freemail(v.From) {
		return "", "", false
	}
	mine, looked := label(v.From), 0
	for _, t := range v.Words.Texts {
		for _, d := range domainsIn(t.Visible) {
			if len(d) > longestName || !slices.ContainsFunc(strings.Split(d, "."), func(part string) bool { return nearlyAsLong(part, mine) }) {
				continue // most are, and the list of public suffixes is slow
			}
			if looked++; looked > maxNamed {
				return "", "", false
			}
			if l := label(d); len(l) >= minNamed && len(l) <= maxCompared && len(mine) <= maxCompared && nearlySpelt(mine, l) {
				return name(d, "a domain in the text"), "", true
			}
		}
	}
	return "", "", false
}

// maxNamed bounds the domains of a text that are compared letter by letter.
const maxNamed = 500

// longestName is that of a domain (RFC 1035 2.3.4).
const longestName = 253

// nearlyAsLong reports whether two labels can be nearly the same: punycode is longer by what it spells out.
func nearlyAsLong(part, mine string) bool {
	d := len(part) - len(mine)
	return d >= -3 && d <= 3 || strings.HasPrefix(part, "xn--")
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

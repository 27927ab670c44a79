package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/dnsbl"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
)

var listIDs = []string{"blocklist.listed-high", "blocklist.listed-medium", "blocklist.listed-low", "blocklist.policy"}

// listings returns the lists that name the connecting address, and the codes of their answers.
func listings(v *explain.View) (lists []dnsbl.Answer) {
	for _, a := range v.Lists {
		if a.Listed && a.Subject == v.Hand.IP.String() && slices.ContainsFunc(a.Codes, func(c dnsbl.Code) bool { return c.Tier != dnsbl.Positive && c.Tier != dnsbl.Informational }) {
			lists = append(lists, a)
		}
	}
	return lists
}

// listedAddress: the seed's first point. The address is the sender's own.
var listedAddress = &explain.Cause{
	Name: "listed-address", Title: "The sending server's address is on a blocklist.", Families: []explain.Family{explain.FamilyList},
	Match: func(v *explain.View) *explain.Diagnosis {
		lists := listings(v)
		if len(lists) == 0 || bot(v) {
			return nil
		}
		if _, pool := poolOwner(v); pool {
			return nil
		}
		d := listDiagnosis(v, lists)
		d.Title = fmt.Sprintf("The sending server %s is on a blocklist (%s): it sent spam, or somebody took it over.", ip(v), listNames(lists))
		d.Do = "Ask the sender's postmaster whether the server was abused and is clean; then release."
		d.Fixes = []explain.Fix{
			fix(explain.SenderAdmin, "%s: find and stop what sent the spam (a taken-over mailbox or web page), then ask to be taken off: %s. Lists forget an address by themselves some days or weeks after the last spam.", postmaster(v.From), pages(lists)),
			fix(explain.You, "A rule for this sender bound to a DKIM signature, if you cannot wait; none for the address."),
		}
		return d
	},
}

// listedSharedPool: the address is one of a service's pool, and another customer sent the spam.
var listedSharedPool = &explain.Cause{
	Name: "listed-shared-pool", Title: "The sender's mail service has an address on a blocklist, for what another customer did.", Families: []explain.Family{explain.FamilyList},
	Match: func(v *explain.View) *explain.Diagnosis {
		lists := listings(v)
		owner, pool := poolOwner(v)
		if len(lists) == 0 || !pool || bot(v) {
			return nil
		}
		d := listDiagnosis(v, lists)
		d.WhoFixes = explain.Service
		d.Title = fmt.Sprintf("The message came from an address of %s that is on a blocklist (%s): its customers share it.", owner, listNames(lists))
		d.Do = "Release it; the service has to clean its pool."
		d.Fixes = []explain.Fix{
			fix(explain.Service, "%s: stop the customer who sent the spam, and ask to be taken off: %s.", abuse(v.Peer), pages(lists)),
			fix(explain.SenderAdmin, "%s: ask the service for another pool or an address of your own.", postmaster(v.From)),
			fix(explain.You, "A rule bound to the sender's own DKIM signature, not to the address."),
		}
		return d
	},
}

func listDiagnosis(v *explain.View, lists []dnsbl.Answer) *explain.Diagnosis {
	d := &explain.Diagnosis{
		Sure: proven, WhoFixes: explain.SenderAdmin,
		For:    append(v.Find(listIDs...), stated(v, explain.FamilyList)...),
		Clears: listIDs,
	}
	if suspicious(v) {
		d.Sure = weak
		d.Against = v.Find(slices.Concat(credentials, money, offers)...)
	}
	d.Against = append(d.Against, v.Good("blocklist.welcome")...)
	_ = lists
	return d
}

// poolOwner names the service whose shared address connected: a known one, or one of another organisation than the author's that signed
// the message or that the envelope passes for.
func poolOwner(v *explain.View) (string, bool) {
	if p := providers.ByHost(v.Peer); p != nil && p.Shared {
		return p.Title, true
	}
	if v.Peer == "" || explain.Same(v.Peer, v.From) {
		return "", false
	}
	for _, s := range v.Foreign() {
		if explain.Same(s.Domain, v.Peer) {
			return name(explain.Org(v.Peer), "a service"), true
		}
	}
	if v.Passes() && v.SPF.Verdict == "pass" {
		return name(explain.Org(v.Peer), "a service"), true
	}
	return "", false
}

// bot reports whether the address is one of an access line that sends by itself and stands behind nothing.
func bot(v *explain.View) bool {
	return v.Says("blocklist.listed-high", "blocklist.policy") && v.Says("ptr.generic", "ptr.missing") && !v.Authentic() && v.SPF.Verdict != "pass"
}

func listNames(lists []dnsbl.Answer) string {
	var out []string
	for _, a := range lists {
		if len(out) < 3 && !slices.Contains(out, a.List.Title) {
			out = append(out, a.List.Title)
		}
	}
	return titles(out)
}

func pages(lists []dnsbl.Answer) string {
	var out []string
	for _, a := range lists {
		if len(out) < 3 && !slices.Contains(out, a.List.Page) {
			out = append(out, a.List.Page)
		}
	}
	return titles(out)
}

// blocklistBlind: a list could not answer, or answers everything, and the filter took that for a listing.
var blocklistBlind = &explain.Cause{
	Name: "blocklist-blind", Title: "Your filter takes a blocklist's refusal for a listing.", Families: []explain.Family{explain.FamilyList},
	Match: func(v *explain.View) *explain.Diagnosis {
		blind := blindLists(v)
		if len(blind) == 0 || len(listings(v)) > 0 {
			return nil
		}
		if named := v.Filter.Named(explain.FamilyList); len(named) > 0 && !slices.ContainsFunc(named, func(t explain.Test) bool { return t.Points >= 1 && names(t.Name, blind) }) {
			return nil
		}
		a := blind[0]
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.You,
			For:    append(v.Find("blocklist.blind"), stated(v, explain.FamilyList)...),
			Clears: []string{"blocklist.blind"},
			Title:  fmt.Sprintf("Your filter counts a listing on %s, but the list cannot answer: %s.", a.List.Title, a.Refusal.Reason),
			Do:     "Release it, and mend the filter's blocklist check.",
			Fixes: []explain.Fix{
				fix(explain.You, "Let the filter ask through a resolver of your own instead of a public one, or by a key of the list; count only the answers that the list documents (%s), never 127.255.255.x; take out lists that answer everything.", a.List.Page),
			},
		}
		return d
	},
}

func blindLists(v *explain.View) []dnsbl.Answer {
	var out []dnsbl.Answer
	for _, a := range v.Lists {
		if a.Refusal != nil && a.Refusal.Code != "key" && a.Refusal.Unknown == nil {
			out = append(out, a)
		}
	}
	return out
}

// names reports whether a test's name speaks of one of the lists, by a word of the list's zone.
func names(test string, lists []dnsbl.Answer) bool {
	for _, a := range lists {
		for label := range strings.SplitSeq(strings.ToUpper(a.List.Zone), ".") {
			if len(label) > 2 && label != "COM" && label != "ORG" && label != "NET" && strings.Contains(test, label) {
				return true
			}
		}
	}
	return false
}

// policyListWrongHop: a list of access lines was asked for the author's own line, though he had logged in to his server.
var policyListWrongHop = &explain.Cause{
	Name: "policy-list-wrong-hop", Title: "Your filter asked a list of access lines for the wrong hop.", Families: []explain.Family{explain.FamilyPolicyList},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || len(v.Filter.Named(explain.FamilyPolicyList)) == 0 || v.Says("blocklist.policy") || v.Says("ptr.generic") {
			return nil
		}
		for _, h := range v.Below() {
			if !h.Authenticated || !h.IP.IsValid() || h.IP.IsPrivate() || h.IP.IsLoopback() {
				continue
			}
			d := &explain.Diagnosis{
				Sure: strong, WhoFixes: explain.You,
				For: append(stated(v, explain.FamilyPolicyList), at("path.logged-in", "the author logged in to "+hostOf(h)+" from "+h.IP.String(), h.Span),
					handover(v, "blocklist.border-clean", "%s, which connected to you, is on no policy list", ip(v))),
				Title: fmt.Sprintf("Your filter asked a list of access lines for %s, where the author logged in, instead of %s, which connected to you.", h.IP, ip(v)),
				Do:    "Release it, and let the filter ask policy lists for the connecting address alone.",
				Fixes: []explain.Fix{
					fix(explain.You, "SpamAssassin: set trusted_networks and internal_networks to your own hosts, so that only the last external hop is asked (RCVD_IN_PBL uses -lastexternal). Elsewhere: ask policy lists (PBL, DUL) for the connecting address alone."),
				},
			}
			if resolve.LooksGeneric(h.RDNS, h.IP) {
				d.Sure = proven
			}
			return d
		}
		return nil
	},
}

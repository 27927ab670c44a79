package causes

import (
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/dnsbl"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/explain"
)

var listIDs = []string{"blocklist.listed-high", "blocklist.listed-medium", "blocklist.listed-low", "blocklist.policy"}

// listings returns the lists that name the connecting address, and the codes of their answers. Where they were asked long after delivery that says nothing,
// but that our side's filter named lists then.
func listings(v *explain.View) (lists []dnsbl.Answer) {
	if v.Says("blocklist.listed-later") && stated(v, explain.FamilyList) == nil {
		return nil
	}
	for _, a := range v.Lists {
		if a.Listed && a.Subject == v.Hand.IP.String() && slices.ContainsFunc(a.Codes, func(c dnsbl.Code) bool { return c.Tier != dnsbl.Positive && c.Tier != dnsbl.Informational }) {
			lists = append(lists, a)
		}
	}
	return lists
}

func listDiagnosis(v *explain.View) *explain.Diagnosis {
	d := &explain.Diagnosis{
		Sure: proven, WhoFixes: explain.SenderAdmin,
		For:    append(v.Find(append(listIDs, "blocklist.listed-later")...), stated(v, explain.FamilyList)...),
		Clears: listIDs,
	}
	if suspicious(v) {
		d.Sure = weak
		d.Against = v.Find(slices.Concat(credentials, money, offers)...)
	}
	d.Against = append(d.Against, v.Good("blocklist.welcome")...)
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

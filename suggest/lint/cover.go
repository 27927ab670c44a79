package lint

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Covers reports whether every message of narrow is one of wide: decided condition by condition (sender pattern in sender pattern, network in
// networks, host suffix in host suffix, text in text) and not by comparing text. False means "not proven": two regular expressions are
// compared by their source alone.
func Covers(wide, narrow *rules.Rule) bool {
	return frameCovers(wide, narrow) && scopeCovers(wide.Scope, narrow.Scope) && conditionsCover(wide, narrow)
}

// frameCovers compares direction, expiry, filter and what could not be read.
func frameCovers(wide, narrow *rules.Rule) bool {
	lasts := wide.Expires.IsZero() || !narrow.Expires.IsZero() && !wide.Expires.Before(narrow.Expires)
	return lasts && len(wide.Unsupported) == 0 && len(narrow.Unsupported) == 0 && (wide.Filter == "" || wide.Filter == narrow.Filter) &&
		(wide.Direction == rules.DirectionUnknown || wide.Direction == narrow.Direction)
}

func scopeCovers(wide, narrow string) bool {
	wide, narrow = cmp.Or(wide, "company"), cmp.Or(narrow, "company")
	if w, ok := strings.CutPrefix(wide, "user: "); ok {
		n, user := strings.CutPrefix(narrow, "user: ")
		return user && rules.SenderCovers(w, n)
	}
	return wide == "company" || wide == narrow
}

func sameScope(a, b *rules.Rule) bool {
	return cmp.Or(a.Scope, "company") == cmp.Or(b.Scope, "company")
}

func scopeName(r *rules.Rule) string {
	return cmp.Or(strings.ReplaceAll(r.Scope, ": ", " "), "the company")
}

func conditionsCover(wide, narrow *rules.Rule) bool {
	w, n := &wide.When, &narrow.When
	if !implied(w.Sender, n.Sender, rules.SenderCovers) || !implied(w.MailFrom, n.MailFrom, rules.SenderCovers) ||
		!implied(w.Recipient, n.Recipient, rules.SenderCovers) || !implied(w.BorderHost, n.BorderHost, rules.HostCovers) ||
		!implied(w.DKIM, n.DKIM, dkimCovers) || !implied(w.Subject, n.Subject, textCovers) || !implied(w.Phrase, n.Phrase, textCovers) ||
		!implied(w.TenantAsWritten, n.TenantAsWritten, strings.EqualFold) {
		return false
	}
	if len(w.BorderIP) > 0 && (len(n.BorderIP) == 0 || !prefixesCover(w.BorderIP, n.BorderIP)) {
		return false
	}
	if w.OwnSender != nil && (n.OwnSender == nil || *w.OwnSender != *n.OwnSender) {
		return false
	}
	for _, h := range w.Headers {
		if !slices.ContainsFunc(n.Headers, func(x rules.HeaderCondition) bool { return headerCovers(h, x) }) {
			return false
		}
	}
	return exceptionsCover(wide, narrow)
}

// implied reports whether a condition of the wide rule holds whenever that of the narrow one does.
func implied(wide, narrow []string, covers func(wide, narrow string) bool) bool {
	return len(wide) == 0 || len(narrow) > 0 && listCovers(wide, narrow, covers)
}

// listCovers reports whether each value of narrow is covered by one of wide.
func listCovers(wide, narrow []string, covers func(wide, narrow string) bool) bool {
	for _, n := range narrow {
		if !slices.ContainsFunc(wide, func(w string) bool { return covers(w, n) }) {
			return false
		}
	}
	return true
}

func dkimCovers(wide, narrow string) bool {
	if wide == "none" || narrow == "none" || wide == "aligned" || narrow == "aligned" {
		return wide == narrow
	}
	return rules.HostCovers(wide, narrow)
}

// textCovers reports whether a text that contains narrow contains wide.
func textCovers(wide, narrow string) bool {
	return strings.Contains(fold(narrow), fold(wide))
}

// fold is how texts are compared: case does not count, nor which white space.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func headerCovers(wide, narrow rules.HeaderCondition) bool {
	if wide.Name != "" && !strings.EqualFold(wide.Name, narrow.Name) || wide.Matches != "" && wide.Matches != narrow.Matches {
		return false
	}
	if wide.Name == "" && narrow.Name != "" && wide.Matches != "" { // any field is asked with its name before the value
		return false
	}
	return implied(wide.Contains, narrow.Contains, textCovers)
}

// prefixesCover reports whether every address of narrow lies in one of wide; several small networks may cover a large one together.
func prefixesCover(wide, narrow []netip.Prefix) bool {
	for _, n := range narrow {
		if !prefixCovered(wide, n, 0) {
			return false
		}
	}
	return true
}

// maxHalving bounds how deep a network is taken apart: halves of halves that several networks cover together are rare beyond it.
const maxHalving = 8

func prefixCovered(wide []netip.Prefix, n netip.Prefix, depth int) bool {
	inside := false
	for _, w := range wide {
		if rules.PrefixCovers(w, n) {
			return true
		}
		inside = inside || rules.PrefixCovers(n, w)
	}
	if !inside || depth == maxHalving || n.IsSingleIP() {
		return false
	}
	low, high := halves(n)
	return prefixCovered(wide, low, depth+1) && prefixCovered(wide, high, depth+1)
}

// halves cuts a network in two.
func halves(n netip.Prefix) (low, high netip.Prefix) {
	low = netip.PrefixFrom(n.Addr(), n.Bits()+1)
	b := n.Addr().AsSlice()
	b[n.Bits()/8] |= 0x80 >> (n.Bits() % 8)
	a, _ := netip.AddrFromSlice(b)
	return low, netip.PrefixFrom(a, n.Bits()+1)
}

// exceptionsCover reports whether nothing that `unless:` of the wide rule takes out is a message of the narrow one: the narrow one takes it
// out as well, or asks for something that excludes it.
func exceptionsCover(wide, narrow *rules.Rule) bool {
	w, n, when := &wide.Unless, &narrow.Unless, &narrow.When
	out := func(values, also, asked []string, covers func(wide, narrow string) bool) bool {
		for _, v := range values {
			also := slices.ContainsFunc(also, func(x string) bool { return covers(x, v) })
			apart := len(asked) > 0 && !slices.ContainsFunc(asked, func(x string) bool { return covers(x, v) || covers(v, x) })
			if !also && !apart {
				return false
			}
		}
		return true
	}
	if w.OwnSender != nil && (n.OwnSender == nil || *n.OwnSender != *w.OwnSender) && (when.OwnSender == nil || *when.OwnSender == *w.OwnSender) {
		return false
	}
	for _, p := range w.BorderIP {
		apart := len(when.BorderIP) > 0 && !slices.ContainsFunc(when.BorderIP, p.Overlaps)
		if !apart && !prefixCovered(n.BorderIP, p, 0) {
			return false
		}
	}
	for _, h := range w.Headers {
		if !slices.ContainsFunc(n.Headers, func(x rules.HeaderCondition) bool { return headerCovers(x, h) }) {
			return false
		}
	}
	// Several signatures, recipients and texts stand in one message: asking for one of them excludes no other. `dkim: none` is excluded by any.
	if slices.Contains(w.DKIM, "none") && signed(when.DKIM) {
		w = &rules.Conditions{DKIM: slices.DeleteFunc(slices.Clone(w.DKIM), func(s string) bool { return s == "none" }), Sender: w.Sender,
			MailFrom: w.MailFrom, Recipient: w.Recipient, BorderHost: w.BorderHost, Subject: w.Subject, Phrase: w.Phrase, TenantAsWritten: w.TenantAsWritten}
	}
	return out(w.Sender, n.Sender, when.Sender, rules.SenderCovers) && out(w.MailFrom, n.MailFrom, when.MailFrom, rules.SenderCovers) &&
		out(w.Recipient, n.Recipient, nil, rules.SenderCovers) && out(w.BorderHost, n.BorderHost, when.BorderHost, rules.HostCovers) &&
		out(w.DKIM, n.DKIM, nil, dkimCovers) && out(w.Subject, n.Subject, nil, textCovers) && out(w.Phrase, n.Phrase, nil, textCovers) &&
		out(w.TenantAsWritten, n.TenantAsWritten, nil, strings.EqualFold)
}

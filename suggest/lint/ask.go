package lint

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// proposal is what to do about a rule that nothing binds, in the order of preference.
const proposal = "bind it: `dkim:` with the domain that signs, or `border-ip:`, or `border-host:` with the verified name of the host"

// open reports whether a stranger who writes what r asks for gets in: it allows mail from outside, and nothing in it is proven.
func open(r *rules.Rule) bool {
	return r.Action == rules.Allow && fromOutside(r) && !bound(r)
}

// fromOutside reports whether r is asked of mail that comes from outside.
func fromOutside(r *rules.Rule) bool {
	return r.Direction == rules.Inbound || r.Direction == rules.DirectionUnknown
}

// bound reports whether a condition of r asks for something proven: who signed, who connected, or that it is one of ours.
func bound(r *rules.Rule) bool {
	w := &r.When
	return len(w.BorderHost) > 0 || len(w.BorderIP) > 0 || w.OwnSender != nil && *w.OwnSender || signed(w.DKIM)
}

// signed reports whether values of `dkim:` can hold only with a signature.
func signed(values []string) bool {
	return len(values) > 0 && !slices.Contains(values, "none")
}

// written reports whether r asks for any text of the message.
func written(r *rules.Rule) bool {
	w := &r.When
	return len(w.Headers) > 0 || len(w.Subject) > 0 || len(w.Phrase) > 0 || len(w.TenantAsWritten) > 0
}

// senders are the patterns of header and envelope sender.
func senders(r *rules.Rule) []string {
	return slices.Concat(r.When.Sender, r.When.MailFrom)
}

// split cuts a pattern of senders; sub says that it stands for sub-domains of domain; local is "" where it stands for everybody.
func split(pattern string) (local, domain string, sub bool) {
	at := strings.LastIndexByte(pattern, '@')
	if at < 0 {
		return "", "", false
	}
	local, domain = pattern[:at], pattern[at+1:]
	domain, sub = strings.CutPrefix(domain, "*.")
	if local == "*" {
		local = ""
	}
	return local, domain, sub
}

// isOwn reports whether a domain is the organisation's: by the profile, or since the rule's own recipient is there.
func (p *Pass) isOwn(r *rules.Rule, domain string) bool {
	if p.Profile.IsOwnDomain(domain) {
		return true
	}
	return slices.ContainsFunc(r.When.Recipient, func(rcpt string) bool {
		_, d, _ := split(rcpt)
		return d == domain
	})
}

// service returns the provider whose host or domain name is; nil where nobody knows it or where it serves one customer alone.
func service(name string) *providers.Provider {
	name = strings.TrimPrefix(name, ".")
	for _, candidate := range []string{name, "x." + name} { // "*.example.com" does not match example.com itself
		if p := providers.ByHost(candidate); p != nil && (p.Shared || p.Kind == providers.Mailbox || p.Kind == providers.WebHost) {
			return p
		}
	}
	return nil
}

// forFilter reports whether r is meant for that filter: by its own `filter:`, or else by the profile.
func (p *Pass) forFilter(r *rules.Rule, name string) bool {
	if r.Filter != "" {
		return r.Filter == name
	}
	return p.Profile != nil && slices.Contains(p.Profile.Filters, name)
}

// texts are all values of r that are looked for as text, with the key that each stands under.
func texts(r *rules.Rule) [][2]string {
	var out [][2]string
	for _, c := range []*rules.Conditions{&r.When, &r.Unless} {
		for _, h := range c.Headers {
			for _, v := range h.Contains {
				out = append(out, [2]string{"header", v})
			}
		}
		for _, v := range c.Subject {
			out = append(out, [2]string{"subject", v})
		}
		for _, v := range c.Phrase {
			out = append(out, [2]string{"phrase", v})
		}
	}
	return out
}

// address reads s as an IP address, in brackets or not.
func address(s string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(s), "[]()"))
	return ip, err == nil
}

// hostName reports whether s is nothing but a name of a host or the end of one.
func hostName(s string) bool {
	s = strings.Trim(s, ". ")
	if strings.Count(s, ".") == 0 || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || strings.IndexFunc(label, func(c rune) bool { return c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') }) >= 0 {
			return false
		}
	}
	last := s[strings.LastIndexByte(s, '.')+1:]
	return len(last) > 1 && strings.IndexFunc(last, func(c rune) bool { return c >= '0' && c <= '9' }) < 0
}

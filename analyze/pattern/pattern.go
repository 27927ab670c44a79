// Package pattern reads senders, hosts and networks as people write them in profiles and rules, and matches them.
package pattern

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// Domain returns name in the form in which names are compared: lower case, ASCII (RFC 5890), without a final dot.
func Domain(name string) (string, error) {
	name = strings.TrimSuffix(strings.TrimSpace(name), ".")
	if name == "" {
		return "", fmt.Errorf("a domain is missing")
	}
	if !isASCII(name) {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return "", fmt.Errorf("`%s` is not a domain name", name)
		}
		name = ascii
	}
	name = strings.ToLower(name)
	if why := badDomain(name); why != "" {
		return "", fmt.Errorf("`%s` is not a domain name: %s", name, why)
	}
	return name, nil
}

// badDomain says what is wrong with an ASCII name (RFC 1035 2.3.4; underscores are in use, so they pass).
func badDomain(name string) string {
	if len(name) > 253 {
		return "longer than 253 characters"
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return "it is an IP address"
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" {
			return "two dots in a row, or one at the start"
		}
		if len(label) > 63 {
			return "a part is longer than 63 characters"
		}
		for i := range len(label) {
			if c := label[i]; c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				return fmt.Sprintf("%q has no place in it", c)
			}
		}
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Prefix reads a network in CIDR notation, or a single address. Bits of the host part must be zero: 203.0.113.5/24 is more
// often a slip than meant.
func Prefix(s string) (netip.Prefix, error) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "/") {
		ip, err := netip.ParseAddr(s)
		if err != nil || ip.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("`%s` is not an IP address or network (such as 203.0.113.10 or 203.0.113.0/28)", s)
		}
		ip = ip.Unmap()
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("`%s` is not a network in CIDR notation (such as 203.0.113.0/28)", s)
	}
	if p != p.Masked() {
		return netip.Prefix{}, fmt.Errorf("`%s` has bits set behind its prefix: `%s` is the network, `%s` the one address", s, p.Masked(), p.Addr())
	}
	return p, nil
}

// Sender checks and normalises a pattern of senders: an address; "@domain" or "*@domain" for everybody at exactly that
// domain; "*@*.domain" for everybody at its sub-domains. The domain comes back in lower case, "*@domain" as "@domain".
func Sender(s string) (string, error) {
	local, domain, ok := cutAddress(strings.TrimSpace(s))
	if !ok {
		return "", fmt.Errorf("`%s` is not a sender: write an address, `@domain`, or `*@*.domain` for sub-domains", s)
	}
	if local == "*" {
		local = ""
	}
	if strings.ContainsAny(local, "*?") {
		return "", fmt.Errorf("`%s`: a star can stand for the whole part before the @ only", s)
	}
	if strings.ContainsAny(local, " \t\r\n<>,;") && !strings.HasPrefix(local, `"`) {
		return "", fmt.Errorf("`%s` is not one address", s)
	}
	sub := strings.HasPrefix(domain, "*.")
	name, err := Domain(strings.TrimPrefix(domain, "*."))
	if err != nil {
		return "", err
	}
	if sub {
		return sender(local, "*."+name), nil
	}
	return local + "@" + name, nil
}

func sender(local, domain string) string {
	if local == "" {
		local = "*"
	}
	return local + "@" + domain
}

// cutAddress splits at the last @: a quoted local part may hold one (RFC 5321 4.1.2).
func cutAddress(s string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", "", false
	}
	return s[:at], s[at+1:], true
}

// MatchSender reports whether addr is what a pattern of senders (as Sender returns it) stands for. Case does not count, in
// the local part either: no filter that we know tells FORMS@ from forms@.
func MatchSender(pat, addr string) bool {
	pl, pd, ok := cutAddress(pat)
	al, ad, aok := cutAddress(addr)
	if !ok || !aok || ad == "" {
		return false
	}
	if pl != "" && pl != "*" && !strings.EqualFold(pl, al) {
		return false
	}
	if parent, sub := strings.CutPrefix(pd, "*"); sub {
		return len(ad) > len(parent) && strings.EqualFold(ad[len(ad)-len(parent):], parent)
	}
	return strings.EqualFold(pd, ad)
}

// Host checks and normalises a pattern of hosts: a name, or ".example.com" (also written "*.example.com") for the names
// below example.com, but not that name itself.
func Host(s string) (string, error) {
	s = strings.TrimSpace(s)
	rest, sub := strings.CutPrefix(strings.TrimPrefix(s, "*"), ".")
	if strings.HasPrefix(s, "*") && !sub {
		return "", fmt.Errorf("`%s` is not a host: write a name, or `.example.com` for all names below it", s)
	}
	name, err := Domain(rest)
	if err != nil {
		return "", err
	}
	if sub {
		return "." + name, nil
	}
	return name, nil
}

// MatchHost reports whether name is what a pattern of hosts stands for. A suffix ends at a dot: ".example.com" does not
// match evilexample.com.
func MatchHost(pat, name string) bool {
	name = strings.TrimSuffix(name, ".")
	suffix := strings.TrimPrefix(pat, "*")
	if strings.HasPrefix(suffix, ".") {
		return len(name) > len(suffix) && strings.EqualFold(name[len(name)-len(suffix):], suffix)
	}
	return name != "" && strings.EqualFold(pat, name)
}

// SenderCovers reports whether wide matches every sender that narrow matches. Both are as Sender returns them.
func SenderCovers(wide, narrow string) bool {
	wl, wd, ok := cutAddress(wide)
	nl, nd, nok := cutAddress(narrow)
	if !ok || !nok {
		return wide == narrow
	}
	if wl != "" && wl != "*" && (nl == "*" || !strings.EqualFold(wl, nl)) {
		return false
	}
	parent, sub := strings.CutPrefix(wd, "*")
	if sub {
		return strings.HasSuffix(strings.ToLower(nd), strings.ToLower(parent)) && len(nd) > len(parent)
	}
	return strings.EqualFold(wd, nd)
}

// HostCovers reports whether wide matches every host that narrow matches.
func HostCovers(wide, narrow string) bool {
	wide, narrow = strings.TrimPrefix(wide, "*"), strings.TrimPrefix(narrow, "*")
	if strings.HasPrefix(wide, ".") {
		return strings.HasSuffix(strings.ToLower(narrow), strings.ToLower(wide))
	}
	return strings.EqualFold(wide, narrow)
}

// PrefixCovers reports whether every address of narrow is in wide.
func PrefixCovers(wide, narrow netip.Prefix) bool {
	return wide.Bits() <= narrow.Bits() && wide.Contains(narrow.Addr())
}

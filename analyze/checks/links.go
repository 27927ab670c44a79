package checks

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// linkGroup is about where links lead, compared with what they show.
var linkGroup = group{
	name: "links", title: "do the links lead where they say", cap: 5,
	list: []heuristic{
		{id: "links.shows-other-host", title: "a link shows one site and leads to another", shape: anyLink(showsOtherHost)},
		{id: "links.address", title: "a link leads to a bare IP address", shape: anyLink(func(l Link) bool {
			_, err := netip.ParseAddr(strings.Trim(l.Host, "[]"))
			return err == nil
		})},
		{id: "links.punycode", title: "a link leads to a name in punycode", shape: anyLink(func(l Link) bool {
			return strings.HasPrefix(l.Host, "xn--") || strings.Contains(l.Host, ".xn--")
		})},
		{id: "links.shortener", title: "a link hides where it leads behind a shortener", shape: anyLink(func(l Link) bool { return shorteners[l.Host] })},
		{id: "links.user-in-url", title: "a link writes a name before an @ so that it looks like the host", shape: anyLink(userInURL)},
	},
}

// shorteners are services that turn any address into a short one, for everybody.
var shorteners = map[string]bool{
	"bit.ly": true, "tinyurl.com": true, "t.ly": true, "is.gd": true, "v.gd": true, "cutt.ly": true, "rb.gy": true, "ow.ly": true,
	"rebrand.ly": true, "shorturl.at": true, "tiny.cc": true, "s.id": true,
}

func anyLink(odd func(Link) bool) func(*look) (found, bool) {
	return func(l *look) (found, bool) {
		for _, link := range l.Links {
			if odd(link) {
				f := locate(l.Message, link.Part.Body, link.Href)
				f.note = "leads to " + link.Host
				return f, true
			}
		}
		return found{}, false
	}
}

// showsOtherHost is true where the text of a link is itself an address, of another organisation than the one it leads to. Services that
// count clicks do this with their own customers' links, so it is weighed as a hint.
func showsOtherHost(l Link) bool {
	shown := strings.TrimSpace(l.Shown)
	if shown == "" || strings.ContainsAny(shown, " \n") {
		return false
	}
	host := hostOf(shown)
	if host == "" && strings.HasPrefix(strings.ToLower(shown), "www.") {
		host = hostOf("http://" + shown)
	}
	return host != "" && strings.Contains(host, ".") && organisation(host) != organisation(l.Host)
}

// organisation returns the registrable domain of a host, or the host itself where the public suffix list has no answer.
func organisation(host string) string {
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

func userInURL(l Link) bool {
	_, rest, _ := strings.Cut(l.Href, "://")
	authority := rest[:indexAnyOr(rest, "/?#", len(rest))]
	user, _, ok := strings.Cut(authority, "@")
	return ok && strings.Contains(user, ".")
}

package checks

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// linkGroup is about where links lead, compared with what they show.
var linkGroup = group{
	name: "links", title: "do the links lead where they say", cap: 3,
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
		{id: "links.port", title: "a link leads to an unusual port", shape: anyLink(unusualPort)},
		{id: "links.encoded-host", title: "a link writes its host in percent signs or as a number", shape: anyLink(encodedHost)},
		{id: "links.brand-in-host", title: "a link carries a well-known name in front of another site's", shape: anyLink(brandInHost)},
		{id: "links.many-labels", title: "a link leads deep into the names of one site", shape: anyLink(func(l Link) bool {
			return strings.Count(l.Host, ".") >= 6
		})},
		{id: "links.redirect", title: "a link carries another address for the site to send you on to", shape: anyLink(redirects)},
		{id: "links.login-page", title: "a link leads to a page for logging in, far from the sender", shape: loginPage},
		{id: "links.free-page", title: "a link leads to a page that anybody can make in a minute", shape: anyLink(func(l Link) bool {
			return under(l.Host, freePages)
		})},
		{id: "links.cheap-tld", title: "a link leads to a top-level domain that is mostly bought for spam", shape: anyLink(func(l Link) bool {
			return cheapTLDs[l.Host[strings.LastIndexByte(l.Host, '.')+1:]]
		})},
		{id: "links.download", title: "a link leads to a program", shape: anyLink(func(l Link) bool {
			path, _, _ := strings.Cut(strings.ToLower(l.Href), "?")
			return executableName(path) && !strings.HasSuffix(path, ".com") && strings.Count(path, "/") > 2
		})},
		{id: "links.remove-list", title: "links to a page for being removed, and is not sent as a list", shape: removeLink},
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

func unusualPort(l Link) bool {
	_, rest, _ := strings.Cut(l.Href, "://")
	authority := rest[:indexAnyOr(rest, "/?#", len(rest))]
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	_, port, ok := strings.Cut(authority, ":")
	return ok && !strings.HasPrefix(authority, "[") && port != "" && port != "80" && port != "443" && port != "8080" && port != "8443"
}

func encodedHost(l Link) bool {
	return strings.Contains(l.Host, "%") || l.Host != "" && strings.Trim(l.Host, "0123456789") == "" || strings.HasPrefix(l.Host, "0x")
}

// brands are names that phishing borrows, with the domains that are theirs.
var brands = map[string][]string{
	"paypal": {"paypal.com", "paypal.me", "paypalobjects.com", "paypal-communication.com", "paypalcorp.com"},
	"amazon": {"amazon.com", "amazonaws.com", "amazon.de", "amazon.co.uk", "amazon.fr", "amazonses.com", "media-amazon.com", "audible.com"},
	"microsoft": {"microsoft.com", "microsoftonline.com", "office.com", "live.com", "outlook.com", "microsoft365.com", "office365.com", "sharepointonline.com", "microsoftstore.com",
		"microsoftemail.com", "msn.com", "hotmail.com", "skype.com", "xbox.com", "windows.com", "azure.com"},
	"office365": {"microsoft.com", "office.com", "office365.com"}, "apple": {"apple.com", "icloud.com", "itunes.com", "appleid.com"}, "icloud": {"apple.com", "icloud.com"},
	"netflix": {"netflix.com", "nflxext.com"}, "facebook": {"facebook.com", "facebookmail.com", "fb.com", "meta.com", "metamail.com", "messenger.com"}, "instagram": {"instagram.com", "facebook.com", "mail.instagram.com"},
	"fedex": {"fedex.com"}, "dhl": {"dhl.com", "dhl.de", "dhl-news.com", "deutschepost.de", "dpdhl.com"}, "usps": {"usps.com", "usps.gov"}, "docusign": {"docusign.com", "docusign.net"},
	"dropbox": {"dropbox.com", "dropboxmail.com", "dropbox.email", "hellosign.com"}, "wellsfargo": {"wellsfargo.com"}, "chase": {"chase.com", "jpmorgan.com", "jpmchase.com"}, "citibank": {"citibank.com", "citi.com", "citicards.com"},
	"ebay": {"ebay.com", "ebay.de", "ebay.co.uk", "ebayinc.com"}, "linkedin": {"linkedin.com", "linkedin-ei.com"}, "whatsapp": {"whatsapp.com"}, "coinbase": {"coinbase.com"}, "twitter": {"twitter.com", "x.com", "t.co"},
	"google": {"google.com", "gmail.com", "youtube.com", "googlemail.com", "withgoogle.com", "googlegroups.com", "blogger.com"}, "adobe": {"adobe.com", "adobesign.com", "echosign.com", "acrobat.com", "behance.net"},
}

// brandInHost is true where a name stands as a word in a host of somebody else: paypal.login.example, paypal-check.example.
func brandInHost(l Link) bool { return BorrowedBrand(l.Host) != "" }

// Brand returns the domains of a firm whose name phishing borrows, by its name in one lower-case word.
func Brand(word string) (domains []string, ok bool) {
	domains, ok = brands[word]
	return domains, ok
}

// BorrowedBrand returns the brand that stands as a word in host though it is not the brand's own; empty: none.
func BorrowedBrand(host string) string {
	for word := range strings.FieldsFuncSeq(host, func(r rune) bool { return r == '.' || r == '-' }) {
		if own, ok := brands[word]; ok && !OwnedBy(host, word, own) {
			return word
		}
	}
	return ""
}

// OwnedBy reports whether host is a brand's own: under one of its domains, of its name under a country (paypal.it), or under a top level of its name.
func OwnedBy(host, brand string, domains []string) bool {
	name, _, _ := strings.Cut(organisation(host), ".")
	top := host[strings.LastIndexByte(host, '.')+1:]
	return under(host, domains) || top == brand || name == brand && len(top) == 2 && !cheapTLDs[top]
}

// under reports whether host is one of the domains or a name below one.
func under(host string, domains []string) bool {
	for _, d := range domains {
		if before, ok := strings.CutSuffix(host, d); ok && (before == "" || before[len(before)-1] == '.') {
			return true
		}
	}
	return false
}

func redirects(l Link) bool {
	_, query, ok := strings.Cut(l.Href, "?")
	if !ok {
		return false
	}
	q := strings.ToLower(query)
	for _, mark := range []string{"=http://", "=https://", "=http%3a%2f%2f", "=https%3a%2f%2f"} {
		if i := strings.Index(q, mark); i >= 0 {
			target := strings.NewReplacer("%3a", ":", "%2f", "/").Replace(q[i+1:])
			target, _, _ = strings.Cut(target, "&")
			if h := hostOf(target); h != "" && organisation(h) != organisation(l.Host) {
				return true
			}
		}
	}
	return false
}

func loginPage(l *look) (found, bool) {
	for _, link := range l.Links {
		_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(link.Href), "https://"), "http://"), "/")
		if hasAny(path, "login", "signin", "sign-in", "webmail", "verify", "secure-", "account-update", "password", "webscr") && organisation(link.Host) != organisation(l.FromDomain()) && !l.signedBy(link.Host) {
			f := locate(l.Message, link.Part.Body, link.Href)
			f.note = "leads to " + link.Host
			return f, true
		}
	}
	return found{}, false
}

// signedBy reports whether somebody of host's organisation signed the message, whoever it was.
func (l *look) signedBy(host string) bool {
	for _, f := range l.Message.All("DKIM-Signature") {
		if strings.Contains(strings.ToLower(l.Message.Unfold(f)), "d="+organisation(host)) {
			return true
		}
	}
	return false
}

// freePages are hosts where anybody puts up a page under the host's good name.
var freePages = []string{
	"web.app", "firebaseapp.com", "github.io", "netlify.app", "vercel.app", "pages.dev", "workers.dev", "r2.dev", "blogspot.com", "weebly.com", "weeblysite.com", "wixsite.com",
	"webflow.io", "godaddysites.com", "glitch.me", "repl.co", "000webhostapp.com", "forms.gle", "jotform.com", "typeform.com", "square.site", "myftpupload.com", "ipfs.io",
	"backblazeb2.com", "azurewebsites.net", "blob.core.windows.net", "web.core.windows.net", "sites.google.com", "docs.google.com", "geocities.com", "tripod.com", "angelfire.com",
}

// cheapTLDs are sold for a cent, and blocklists see more spam than mail from them.
var cheapTLDs = map[string]bool{
	"top": true, "xyz": true, "icu": true, "click": true, "link": true, "buzz": true, "cyou": true, "cfd": true, "sbs": true, "rest": true, "quest": true, "monster": true,
	"tk": true, "ml": true, "ga": true, "cf": true, "gq": true, "zip": true, "mov": true, "bond": true, "lol": true, "hair": true, "skin": true, "makeup": true, "beauty": true, "biz": true,
}

func removeLink(l *look) (found, bool) {
	for _, name := range []string{"List-Unsubscribe", "List-Id", "List-Help"} {
		if hasField(l.Message, name) {
			return found{}, false
		}
	}
	for _, link := range l.Links {
		if hasAny(strings.ToLower(link.Href), "remove", "unsubscribe", "optout", "opt-out") || hasAny(strings.ToLower(link.Shown), "unsubscribe", "opt out", "be removed") {
			f := locate(l.Message, link.Part.Body, link.Href)
			f.note = "there is no List-Unsubscribe field"
			return f, true
		}
	}
	return found{}, false
}

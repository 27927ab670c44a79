package lint

import (
	"slices"

	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var freemailDomain = &Lint{
	Name: "freemail-domain", Title: "allows a whole domain at which anybody can open a mailbox", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if r.Action != rules.Allow {
			return
		}
		for _, s := range senders(r) {
			if local, domain, _ := split(s); local == "" && isFreemail(domain) {
				p.Report(r, "sender", "anybody can get an address at "+domain, "name the one address, with `dkim: aligned`")
				return
			}
		}
	},
}

// isFreemail reports whether strangers get mailboxes at domain.
func isFreemail(domain string) bool {
	if slices.Contains(freemail, domain) {
		return true
	}
	for _, p := range providers.All() {
		if p.Kind == providers.Mailbox && slices.Contains(p.Domains, domain) {
			return true
		}
	}
	return false
}

// freemail adds to the domains of analyze/providers those whose operators have no page there.
var freemail = []string{"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com", "aol.com",
	"gmx.de", "gmx.net", "web.de", "t-online.de", "freenet.de", "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "tutanota.com",
	"mail.com", "mail.ru", "yandex.ru", "yandex.com", "zoho.com", "fastmail.com", "orange.fr", "free.fr", "laposte.net", "libero.it", "wp.pl",
	"qq.com", "163.com", "126.com", "naver.com", "comcast.net", "verizon.net", "att.net", "btinternet.com"}

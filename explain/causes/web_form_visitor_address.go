package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// webFormVisitorAddress: a form puts the address that its visitor typed into From, so that DMARC of the visitor's provider fails. Whose form it is nothing
// proves, and a stranger can run one, so somebody is asked.
var webFormVisitorAddress = &explain.Cause{
	Name: "web-form-visitor-address", Title: "A web form writes the address of its visitor into From.",
	Families: []explain.Family{explain.FamilyDMARC, explain.FamilySPF},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Fails() || !v.Inbound() || v.Own(v.From) || len(v.Signatures()) > 0 || explain.Same(v.Peer, v.From) || suspicious(v) || len(elsewhere(v)) > 0 {
			return nil
		}
		script, ok := scriptHost(v)
		text, form := formText(v)
		if !ok || !form {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: weak, WhoFixes: explain.You,
			For:     append([]analyze.Finding{script, text}, append(v.Find("dmarc.fail-*", "spf.fail", "spf.softfail"), stated(v, explain.FamilyDMARC, explain.FamilySPF)...)...),
			Against: v.Find("ptr.generic", "ptr.unconfirmed", "helo.mismatch"),
			Clears:  []string{"dmarc.fail-*", "spf.fail", "spf.softfail"},
			Title:   fmt.Sprintf("A web form on %s seems to write its visitor's address into From; %s does not send from there, so DMARC fails.", peer(v), from(v)),
			Do:      fmt.Sprintf("Ask whoever runs your web pages whether %s is yours; if so, release it, and put your own address into the form's From, the visitor's into Reply-To.", peer(v)),
			Fixes: []explain.Fix{
				fix(explain.You, "In the form's settings: an address of your own domain as sender (From), and the visitor's address as Reply-To. Then add the server to your sending servers or let it sign with DKIM: see web-form-unlisted-server."),
				fix(explain.You, "No rule for %s: the next visitor has another address, and anybody can write this one.", from(v)),
			},
		}
		if site, ok := namesOwnSite(v); ok {
			d.Sure = moderate
			d.For = append(d.For, site)
		}
		return d
	},
}

// siteFields are what scripts and web hosts write about the site that a message was made on.
var siteFields = []string{"X-PHP-Script", "X-Source-Dir", "X-AntiAbuse", "Message-ID"}

// namesOwnSite finds a field in which the server names a site of one's own. It is the server's word.
func namesOwnSite(v *explain.View) (analyze.Finding, bool) {
	own := v.Input.Profile.Domains
	if len(own) == 0 {
		own = v.Input.RecipientDomains()
	}
	for _, name := range siteFields {
		for _, f := range v.Input.Message.All(name) {
			text := strings.ToLower(v.Input.Message.Text(f))
			if slices.ContainsFunc(own, func(d string) bool { return d != "" && strings.Contains(text, strings.TrimPrefix(d, "*.")) }) {
				return at("form.site", "the field "+name+" names your site", f.Value), true
			}
		}
	}
	return analyze.Finding{}, false
}

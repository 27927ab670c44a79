package causes

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/explain"
)

// What speaks for real spam and fraud, by the ids of findings. One of them is common in good mail; a cause asks for several kinds.
var (
	// credentials are asks for what nobody should answer by mail.
	credentials = []string{"words.verify-account", "words.password-expires", "words.extortion", "words.advance-fee"}
	// money are asks that honest people make, too, and that are worth a telephone call.
	money = []string{"words.payment-change", "words.gift-cards"}
	// offers are what spam sells.
	offers = []string{"words.pills", "words.prize", "words.money"}
	// tricks are how fraud hides what it is.
	tricks = []string{"links.address", "links.user-in-url", "from.repeated", "sender.name-holds-address", "sender.reply-elsewhere", "sender.freemail-organisation",
		"obfuscation.*", "mime.executable", "mime.double-extension", "path.forged-hop"}
	// origins are hosts that bots sit on.
	origins = []string{"blocklist.listed-high", "blocklist.policy", "blocklist.domain"}
	// unauthentic: the author's domain does not stand behind the message.
	unauthentic = []string{"dmarc.fail-*", "spf.fail", "spf.softfail", "auth.none"}
)

// elsewhere are links whose host is neither the author's, nor the recipient's, nor that of a service which signed the message.
func elsewhere(v *explain.View) []analyze.Finding {
	return elsewhereBut(v, func(string) bool { return false })
}

// elsewhereBut leaves hosts out that stand behind the message in another way.
func elsewhereBut(v *explain.View, behind func(host string) bool) []analyze.Finding {
	if v.Words == nil {
		return nil
	}
	for _, l := range v.Words.Links {
		if !knownHost(v, l.Host) && !behind(l.Host) {
			return []analyze.Finding{at("links.elsewhere", "a link leads to "+name(l.Host, "another site")+", which is not the author's", checks.Spot(v.Input.Message, l.Part.Body, l.Href))}
		}
	}
	return nil
}

// handedOver reports whether the host that handed the message over is of the link's organisation, and not of a provider who does so for everybody.
func handedOver(v *explain.View, host string) bool {
	p := providers.ByHost(v.Peer)
	return explain.Same(host, v.Peer) && (p == nil || p.Kind != providers.Mailbox)
}

func knownHost(v *explain.View, host string) bool {
	if ascii, err := idna.Punycode.ToASCII(host); err == nil {
		host = ascii // a link may be written as it is read, and From in punycode
	}
	if explain.Same(host, v.From) || slices.ContainsFunc(v.Input.RecipientDomains(), func(d string) bool { return explain.Same(host, d) }) {
		return true
	}
	return slices.ContainsFunc(v.Foreign(), func(s explain.Signed) bool { return explain.Same(host, s.Domain) })
}

// wanted is what a message wants of its reader, or how it hides what it is: enough where the sender already poses as somebody else. Of what asks
// knows, a link with a login and a file are left out: honest people send those from everywhere.
func wanted(v *explain.View) []analyze.Finding {
	return distinct(slices.Concat(v.Find(slices.Concat(credentials, money, tricks)...), threats(v), v.Once("account", newAccount), v.Once("cards", cardCodes), v.Once("staff", wished(staffData)),
		v.Once("coins", wished(coins)), v.Once("remote", wished(remoteTool)), v.Find("sender.reply-nearly")))
}

// fraudulent returns what speaks for fraud: an ask, and a trick or a link that leads elsewhere.
func fraudulent(v *explain.View) []analyze.Finding {
	asks := distinct(append(v.Find(credentials...), threats(v)...))
	traps := append(v.Find(tricks...), elsewhere(v)...)
	if len(asks) > 0 && len(traps) > 0 {
		return append(asks, traps...)
	}
	if asks = append(asks, v.Find(money...)...); len(asks) > 0 && len(v.Find(tricks...)) > 0 {
		return append(asks, v.Find(tricks...)...)
	}
	return baitedByStranger(v)
}

// baitedByStranger: something waits behind a login at somebody else's, and the author's domain, which signed nothing of it, asks receivers to refuse what
// fails as this does. What a list or a forwarder changed bears a signature that broke.
func baitedByStranger(v *explain.View) []analyze.Finding {
	disowned := v.Find("dmarc.fail-quarantine", "dmarc.fail-reject")
	if len(disowned) == 0 || len(v.Signatures()) > 0 || relayedByList(v) {
		return nil
	}
	bait, secret := v.Once("lure-elsewhere", lureElsewhere), v.Once("secret", secretElsewhere)
	if len(bait) == 0 || !slices.ContainsFunc(secret, func(f analyze.Finding) bool { return f.ID == "asks.secret" }) {
		return nil
	}
	return append(secret, bait...)
}

// threats are credentials in other languages than that of the checks.
func threats(v *explain.View) []analyze.Finding {
	return append(v.Once("threat", wished(mailboxThreat)), v.Once("extortion", blackmail)...)
}

// plainFraud is what nobody honest writes, whoever he is. Who reports of it does so from a domain that is his.
func plainFraud(v *explain.View) []analyze.Finding {
	if v.Authentic() && !checks.Freemail(v.From) || answers(v) {
		return nil
	}
	return v.Once("fortune", advanceFee)
}

// suspicious reports whether a good cause should hold back: the message asks or offers what spam does.
func suspicious(v *explain.View) bool {
	return len(v.Find(slices.Concat(credentials, money, offers, []string{"links.address", "links.user-in-url", "from.repeated", "obfuscation.*", "mime.executable", "mime.double-extension", "path.forged-hop"})...)) > 0 || isAsked(v)
}

// content are all findings that look at text and shape of the message.
var content = append(slices.Clip(habits), "bayes.*")

// habits are those of them that point at a thing that spam does. What our classifier thinks of the words is no sign that another one thought so.
var habits = []string{"words.*", "obfuscation.*", "links.*", "headers.*", "mime.*", "sender.*"}

// answers reports whether the message is part of a conversation that one's own side began: it refers to a message id of an own domain.
func answers(v *explain.View) bool {
	for _, field := range []string{"In-Reply-To", "References"} {
		f, ok := v.Input.Message.First(field)
		if !ok {
			continue
		}
		text := strings.ToLower(v.Input.Message.Unfold(f))
		for _, d := range v.Input.RecipientDomains() {
			if d != "" && strings.Contains(text, "@"+d+">") {
				return true
			}
		}
	}
	return false
}

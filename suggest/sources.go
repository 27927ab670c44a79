package suggest

import (
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/explain"
)

// source is what mends a cause where it arises, so that no rule is needed. DOMAIN stands for the author's domain.
type source struct {
	causes []string
	party  explain.Party
	title  string
	text   string
}

// sources are for the causes whose lasting fix is worth more words than the diagnosis has. Other fixes come from the diagnosis.
var sources = []source{
	{[]string{"web-form-unlisted-server", "web-form-hosting-pool", "spoof.own-domain"}, explain.You, "Have the form sign with DKIM, or send through your mail service",
		"In the form's mail settings, take SMTP with a login at your mail service instead of the web server's own mail function; or sign as DOMAIN on the web server. The visitor's address belongs in Reply-To."},
	{[]string{"web-form-visitor-address"}, explain.You, "Have the form write your own address into From",
		"In the form's mail settings, take an address of your own domain as sender (From) and the visitor's address as Reply-To. Then the next message is your own domain's: run fpcheck on it once more."},
	{[]string{"marketing-service-own-domain", "dmarc-misaligned-service"}, explain.You, "Have the service sign with your domain",
		"Ask the service for its DKIM records (mostly two or three CNAMEs under DOMAIN), publish them, and switch signing on in its domain settings. Then the mail proves itself, and every rule can ask for the signature. Text for marketing: \"Please finish the domain authentication of DOMAIN in the service's settings; the records that it shows go to whoever keeps our DNS.\""},
	{[]string{"signature-service-loop"}, explain.You, "Bring the mail back into the tenant through the signature service's connector",
		"In Microsoft 365 the service's set-up makes two connectors. The inbound one must recognise the service's certificate and count the mail as internal; the rule that sends mail out to the service must skip what carries its header field. Then mail between colleagues never comes back through the MX."},
	{[]string{"mailing-list"}, explain.You, "Trust the list's ARC seal",
		"If the list seals with ARC, name its domain as a trusted sealer (Microsoft 365: Set-ArcConfig -Identity Default -ArcTrustedSealers). The list can also write its own address into From (DMARC moderation), or stop changing subject and body."},
	{[]string{"forwarder"}, explain.You, "Trust the forwarder's ARC seal, or fetch the mail instead",
		"If the forwarder seals with ARC, name its domain as a trusted sealer (Microsoft 365: Set-ArcConfig). Forwarders should leave the message as it is, so that DKIM survives."},
	{[]string{"gateway-hides-client-ip"}, explain.You, "Look through the gateway in front (enhanced filtering)",
		"The mailbox filter sees the gateway's address and not the sender's. Microsoft 365: Set-InboundConnector -EFSkipLastIP $true (or -EFSkipIPs with the gateway's addresses). Google: list the gateway as inbound gateway. Leave out rules with SCL -1 on that connector."},
	{[]string{"own-gateway-changes-mail"}, explain.You, "Check before you change: let the first filter's results count",
		"The gateway in front changes the message after it was signed. Have it seal with ARC and name it as trusted sealer, or switch banner and link rewriting off for what the next filter checks."},
}

// ownSetting are the causes that a setting of the receiver's own brings about: no rule is needed, and one would hide it.
var ownSetting = []string{"own-block-entry", "own-mailbox-rule", "gateway-hides-client-ip", "own-gateway-changes-mail", "blocklist-blind", "policy-list-wrong-hop",
	"local-history-stale"}

// misjudged are the causes that nobody but the filter's vendor can mend.
var misjudged = []string{"", "classifier-misjudged", "heuristic-ordinary-words", "outgoing-user-held", "first-contact", "colleague-private-account",
	"payment-details-changed", "nothing-wrong", "cannot-tell", "bulk-level"}

// titles say who mends it where the diagnosis has the words.
var titles = map[explain.Party]string{
	explain.You: "Mend it in your own settings", explain.SenderAdmin: "The sending domain's admin mends it", explain.IPProvider: "The provider of the address mends it",
	explain.Service: "The service mends it", explain.List: "The list's owner mends it", explain.Forwarder: "The forwarder mends it",
	explain.Vendor: "Report it to the filter's vendor",
}

// fixes are what mends the cause where it arises: our own words, and those of the diagnosis for parties that these do not name.
func (w *workbench) fixes() []Remedy {
	var out []Remedy
	cause := w.cause
	if cause == "" {
		cause = w.findingCause()
	}
	for _, s := range sources {
		if slices.Contains(s.causes, cause) {
			text := strings.ReplaceAll(s.text, "DOMAIN", first(w.fromDomain(), "your domain"))
			out = append(out, Remedy{Kind: FixAtSource, Title: s.title, Party: s.party, Lasting: true, Text: text})
		}
	}
	if w.d == nil {
		return out
	}
	mine := len(out) > 0
	for _, f := range w.d.Fixes {
		switch {
		case f.Party == explain.Nobody || f.Text == "":
		case f.Party == explain.You && w.d.Open && w.mustAsk(): // the first step says it
		case f.Party == explain.You && w.d.Open:
			out = append(out, Remedy{Kind: FixAtSource, Title: "Find out which step stopped it", Party: f.Party, Text: f.Text, Steps: []string{f.Text}})
		case f.Party == explain.You && (mine || strings.Contains(f.Text, " rule ") && !slices.Contains(ownSetting, cause)): // said above, or by the rules below
		default:
			out = addFix(out, f)
		}
	}
	return out
}

// addFix adds what a party has to do to what is already there for it.
func addFix(out []Remedy, f explain.Fix) []Remedy {
	for i := range out {
		if out[i].Party == f.Party && out[i].Title == titles[f.Party] {
			out[i].Text += " " + f.Text
			out[i].Steps = append(out[i].Steps, f.Text)
			return out
		}
	}
	kind := FixAtSource
	if f.Party == explain.Vendor {
		kind = ReportVendor
	}
	return append(out, Remedy{Kind: kind, Title: titles[f.Party], Party: f.Party, Lasting: true, Text: f.Text, Steps: []string{f.Text}})
}

func first(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

// findingCause names what stands for a cause where no diagnosis was made.
func (w *workbench) findingCause() string {
	if _, ok := w.r.Finding("spoof.own-domain"); ok {
		return "spoof.own-domain"
	}
	return ""
}

// mustAsk reports whether nobody but the sender can tell, and nobody has asked him.
func (w *workbench) mustAsk() bool {
	unclear := w.d != nil && w.d.Cause != nil && w.d.Cause.Nature == explain.Unclear
	return !w.opts.Confirmed && (unclear || w.opts.Verdict == explain.AskTheSender)
}

// whyAsk says why the message alone cannot tell.
func (w *workbench) whyAsk() string {
	if w.vouched() {
		return "a proven domain does not say who sits at the mailbox"
	}
	return "nothing proves who sent it"
}

// ask is for messages that only their sender can tell.
func (w *workbench) ask() []Remedy {
	if !w.mustAsk() {
		return nil
	}
	title, text := "Ask the sender before anything else", "Ask the sender on a number or address that you know, and not by answering this message."
	switch {
	case w.d == nil:
	case w.cause == loop, w.d.Cause.Nature == explain.Unclear && !strings.HasPrefix(w.d.Do, "Ask "): // its own words name what would show it
		title, text = "Find out whose it is before anything else", first(w.d.Do, text)
	case w.d.Cause.Nature == explain.Unclear, strings.HasPrefix(w.d.Do, "Ask "):
		text = first(w.d.Do, text)
	}
	return []Remedy{{Kind: AskSomebody, Title: title, Party: explain.You, Text: text}}
}

// vendor is what is left for mail whose content was misjudged.
func (w *workbench) vendor(have []Remedy) []Remedy {
	if !slices.Contains(misjudged, w.cause) || slices.ContainsFunc(have, func(r Remedy) bool { return r.Kind == ReportVendor }) {
		return nil
	}
	return []Remedy{{Kind: ReportVendor, Title: "Report it to the filter's vendor as a false positive", Party: explain.Vendor, Lasting: true,
		Text: "fpcheck report MESSAGE --to ADDRESS writes the mail, with the original attached unchanged."}}
}

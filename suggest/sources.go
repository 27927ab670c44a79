package suggest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/explain"
)

// source is what mends a cause where it arises, so that no rule is needed. %s stands for the author's domain.
type source struct {
	causes []string
	party  explain.Party
	title  string
	text   string
}

// sources are for the causes whose lasting fix is worth more words than the diagnosis has. Other fixes come from the diagnosis.
var sources = []source{
	{[]string{"web-form-unlisted-server", "web-form-hosting-pool", "spoof.own-domain"}, explain.You, "Have the form sign with DKIM, or send through your mail service",
		"In the form's mail settings, take SMTP with a login at your mail service instead of the web server's own mail function; or sign as %s on the web server. The visitor's address belongs in Reply-To."},
	{[]string{"marketing-service-own-domain", "dmarc-misaligned-service"}, explain.You, "Have the service sign with your domain",
		"Ask the service for its DKIM records (mostly two or three CNAMEs under %s), publish them, and switch signing on in its domain settings. Then the mail proves itself, and every rule can ask for the signature. Text for marketing: \"Please finish the domain authentication of %[1]s in the service's settings; the records that it shows go to whoever keeps our DNS.\""},
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

// fixes are what mends the cause where it arises: our own words, and those of the diagnosis for parties that these do not name.
func (w *workbench) fixes() []Remedy {
	var out []Remedy
	cause := w.cause
	if cause == "" {
		cause = w.findingCause()
	}
	for _, s := range sources {
		if slices.Contains(s.causes, cause) {
			text := s.text
			if strings.Contains(text, "%") {
				text = fmt.Sprintf(text, w.fromDomain())
			}
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
		case f.Party == explain.Vendor:
			out = append(out, Remedy{Kind: ReportVendor, Title: "Report it to the filter's vendor", Party: f.Party, Lasting: true, Text: f.Text})
		case f.Party == explain.You && mine: // said above, and the rules below are ours
		default:
			out = append(out, Remedy{Kind: FixAtSource, Title: title(f.Text), Party: f.Party, Lasting: f.Party != explain.You, Text: f.Text})
		}
	}
	return out
}

// findingCause names what stands for a cause where no diagnosis was made.
func (w *workbench) findingCause() string {
	if _, ok := w.r.Finding("spoof.own-domain"); ok {
		return "spoof.own-domain"
	}
	return ""
}

// maxTitle is about one line of a report.
const maxTitle = 90

// title is the first sentence of a text.
func title(text string) string {
	if i := strings.IndexAny(text, ".:;"); i > 10 && i < maxTitle && (i+1 == len(text) || text[i+1] == ' ') {
		return text[:i]
	}
	if len(text) <= maxTitle {
		return strings.TrimRight(text, ".")
	}
	cut := strings.LastIndexByte(text[:maxTitle], ' ')
	return text[:max(cut, 20)] + " ..."
}

// ask is for messages that only their sender can tell.
func (w *workbench) ask() []Remedy {
	if w.d == nil || w.d.Cause == nil || w.d.Cause.Nature != explain.Unclear {
		return nil
	}
	text := w.d.Do
	if text == "" {
		text = "Ask the sender on a number or address that you know, and not by answering this message."
	}
	return []Remedy{{Kind: AskSomebody, Title: "Ask the sender before anything else", Party: explain.You, Text: text}}
}

// vendor is what is left for mail whose content was misjudged, and for outgoing mail in any case.
func (w *workbench) vendor(have []Remedy) []Remedy {
	for _, r := range have {
		if r.Kind == ReportVendor {
			return nil
		}
	}
	return []Remedy{{Kind: ReportVendor, Title: "Report it to the filter's vendor as a false positive", Party: explain.Vendor, Lasting: true,
		Text: "fpcheck report MESSAGE --to ADDRESS writes the mail, with the original attached unchanged."}}
}

package verdict

import "strings"

var kaspersky = &Decoder{
	Name:   "kaspersky",
	Title:  "Kaspersky Security for Linux Mail Server and for Exchange",
	Source: "support.kaspersky.com (KLMS): X-headers; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-KLMS-*", "X-KSE-*", "X-KSMG-*"},
	Decode: decodeKaspersky,
}

var kasStatus = map[string]meaning{
	"not_detected": {NotSpam, "no spam", ""}, "not_scanned": {"", "not scanned", ""}, "skipped": {"", "not scanned", ""}, "spam": {Spam, "spam", "classifier-misjudged"}, "probable_spam": {Spam, "probably spam", "classifier-misjudged"},
	"blacklisted": {Blocked, "on a list of blocked senders", "own-block-entry"}, "massmail": {Bulk, "bulk mail", "bulk-level"}, "formal": {"", "a report of a mail server", ""}, "trusted": {Allowed, "on a list of trusted senders", ""},
	"whitelisted": {Allowed, "on a list of trusted senders", ""}, "phishing": {Phishing, "phishing", "real-phishing"}, "clean": {NotSpam, "nothing was found", ""}, "not detected": {NotSpam, "nothing was found", ""}, "infected": {Malware, "malware", ""},
	"none": {"", "", ""}, "kas_status_not_detected": {NotSpam, "no spam", ""}, "kas_status_spam": {Spam, "spam", "classifier-misjudged"}, "kas_status_probable_spam": {Spam, "probably spam", "classifier-misjudged"},
}

func decodeKaspersky(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		_, rest, _ := strings.Cut(f.name[2:], "-")
		switch rest {
		case "antispam-status", "antiphishing", "antivirus-status", "message-action":
			first, _, _ := r.cut(p, ',')
			r.kasWord(f, rest, first)
		case "antispam-rate":
			r.v.Score, r.v.Threshold = r.numberOr(p, "Rate:"), Number{kasSpamRate, true}
		case "antispam-method":
			if p.lower() != "none" {
				r.reason("Method:"+p.text, "what decided: "+shown(p.text), p)
			}
		case "antivirus":
			r.reason("AntiVirus", "the virus scanner: "+shown(p.text), p)
		default:
			r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
		}
	}
}

// kasSpamRate is the rate from which Kaspersky calls a message spam.
const kasSpamRate = 100

// kasWord reads a status. That the virus scanner found nothing is no word about spam.
func (r *reading) kasWord(f field, rest string, p piece) {
	m, ok := kasStatus[p.lower()]
	if ok && m.word == NotSpam && rest != "antispam-status" {
		r.reason(f.Name+": "+p.text, "nothing was found", p)
		return
	}
	r.look(kasStatus, f.Name+": "+p.text, p)
}

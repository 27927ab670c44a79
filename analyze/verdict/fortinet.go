package verdict

import "strings"

var fortinet = &Decoder{
	Name:   "fortinet",
	Title:  "Fortinet FortiMail",
	Source: "docs.fortinet.com, FortiMail: antispam headers; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-FEAS-*", "X-FE-Policy-ID", "X-FE-Orig-Env-Rcpt", "X-FE-Orig-Env-From", "X-FE-Last-Public-Client-IP", "X-FE-Envelope-From", "X-FEVersion"},
	Decode: decodeFortinet,
}

// feasTests are the tests of FortiMail; a field for one is written where it hit.
var feasTests = map[string]meaning{
	"system-wl": {Allowed, "the system's list of safe senders", ""}, "user-wl": {Allowed, "the user's list of safe senders", ""}, "domain-wl": {Allowed, "the domain's list of safe senders", ""}, "session-wl": {Allowed, "the session profile's list of safe senders", ""},
	"system-bl": {Blocked, "the system's list of blocked senders", "own-block-entry"}, "user-bl": {Blocked, "the user's list of blocked senders", "own-block-entry"}, "domain-bl": {Blocked, "the domain's list of blocked senders", "own-block-entry"},
	"bannedword": {Policy, "a word that the organisation bans", "heuristic-ordinary-words"}, "dictionary": {Policy, "a word of the organisation's dictionary", "heuristic-ordinary-words"},
	"spam-outbreak": {Spam, "held as a possible outbreak of new spam", "classifier-misjudged"}, "heuristic": {Spam, "heuristic rules", "classifier-misjudged"}, "bayesian": {Spam, "the learnt classifier", "classifier-misjudged"},
	"dnsbl": {Spam, "a blocklist names the address", "listed-address"}, "surbl": {Spam, "a blocklist names a link", "listed-address"}, "uri": {Spam, "a link of ill repute", "listed-address"}, "hash": {Spam, "FortiGuard knows the message", "classifier-misjudged"},
	"fortiguard-as": {Spam, "FortiGuard knows it as spam", "classifier-misjudged"}, "blacklist": {Spam, "FortiGuard lists the address", "listed-address"}, "client-ip": {"", "it came from %s", ""}, "auth-user": {"", "the user who logged in: %s", ""},
	"dkim": {"", "DKIM: %s", ""}, "spf": {"", "SPF: %s", ""}, "dmarc": {"", "DMARC: %s", ""}, "newsletter": {Bulk, "a newsletter", "bulk-level"}, "suspicious-newsletter": {Bulk, "a doubtful newsletter", "bulk-level"},
	"impersonation": {Phishing, "somebody is impersonated", "display-name-colleague"}, "virus": {Malware, "malware", ""}, "greylist": {"", "it had to come again", "first-contact"}, "image-spam": {Spam, "spam in a picture", "classifier-misjudged"},
	"attachment-filter": {Policy, "an attachment that the organisation blocks", ""},
}

func decodeFortinet(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		test, feas := strings.CutPrefix(f.name, "x-feas-")
		m, ok := feasTests[test]
		switch {
		case !feas:
			r.marks(map[string]string{"x-fe-policy-id": "the policies that were used: %s", "x-fe-orig-env-rcpt": "the envelope recipient: %s", "x-fe-orig-env-from": "the envelope sender: %s", "x-fe-envelope-from": "the envelope sender: %s",
				"x-fe-last-public-client-ip": "the last public address on the way: %s", "x-feversion": "version: %s"}, f, p)
		case !ok:
			r.strange(f.Name + ": " + p.text)
		default:
			if m.word != "" {
				r.say(m.word)
			}
			r.because(f.Name, strings.Replace(m.text, "%s", shown(p.text), 1), m.cause, p)
		}
	}
}

package verdict

var mox = &Decoder{
	Name:   "mox",
	Title:  "mox",
	Source: "mox's source, smtpserver: the reasons of a delivery; field as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-Mox-Reason"},
	Decode: decodeMox,
}

var moxReasons = map[string]meaning{
	"list-allow": {Allowed, "mail of a list that the user subscribed to", ""}, "dmarc-policy": {Spoof, "DMARC failed, and the domain asks for rejection", ""}, "spf-policy": {Spoof, "SPF says fail, and nothing else speaks for the sender", "spf-include-missing"},
	"reporting": {Allowed, "a report about DMARC or TLS", ""}, "junk-content": {Spam, "its words look like junk to the learnt classifier", "classifier-misjudged"},
	"junk-content-strict": {Spam, "its words look a little like junk, and the way it came is odd, for which mox sets a stricter limit", "classifier-misjudged"}, "dns-blocklisted": {Blocked, "a blocklist names the address", "listed-address"},
	"subjectpass": {Allowed, "the sender answered with the word that was asked for", ""}, "give-subjectpass": {Spam, "refused, with a word that the sender may put into the subject", "classifier-misjudged"}, "no-bad-signals": {NotSpam, "nothing speaks against it", ""},
	"iprev": {Spam, "the address has no name that leads back to it", "sender-without-ptr"}, "high-rate": {Policy, "too many messages in a short time", ""}, "msg-auth-required": {Policy, "the account takes authenticated mail alone", "sender-without-authentication"},
	"junk-classify-error": {"", "the classifier failed", ""}, "junk-filter-error": {"", "the classifier failed", ""}, "reputation-error": {"", "the reputation could not be looked up", ""}, "subjectpass-error": {"", "the word could not be checked", ""},
	"msgfromfull": {"", "judged by earlier mail of the same address", ""}, "msgtofull": {"", "judged by mail that the user sent to the address", ""}, "msgfromdomain": {"", "judged by earlier mail of the same domain", ""},
	"msgfromorgdomain": {"", "judged by earlier mail of the same organisation", ""}, "dkimspf": {"", "judged by earlier mail with the same signature or envelope domain", ""}, "ip1": {"", "judged by earlier mail of the same address", ""},
	"ip2": {"", "judged by earlier mail of addresses nearby", ""}, "ip3": {"", "judged by earlier mail of the network", ""}, "none": {"", "no earlier mail is known", "first-contact"},
}

// decodeMox reads "junk-content; text for the reader".
func decodeMox(r *reading) {
	p, ok := r.get("x-mox-reason")
	if !ok {
		return
	}
	code, rest, more := r.cut(p, ';')
	r.look(moxReasons, code.text, code)
	if more && rest.text != "" {
		r.reason("details", "mox adds: "+shown(rest.text), rest)
	}
}

package verdict

import "strings"

var imail = &Decoder{
	Name:   "imail",
	Title:  "Ipswitch IMail",
	Source: "IMail administration guides; fields as seen in archives",
	Read:   "2026-11-23",
	Fields: []string{"X-IMAIL-SPAM-*"},
	Decode: decodeIMail,
}

// imailTests are the tests; a field for one is written where it hit.
var imailTests = map[string]meaning{
	"statistics": {Spam, "the learnt classifier", "classifier-misjudged"}, "phrase": {Spam, "a phrase of the list", "heuristic-ordinary-words"}, "valfrom": {Spam, "the envelope sender does not exist", "sender-without-authentication"},
	"valhelo": {Spam, "the HELO name has no address", "ptr-helo-mismatch"}, "valrevdns": {Spam, "the address has no name", "sender-without-ptr"}, "dnsbl": {Spam, "a blocklist names the address", "listed-address"},
	"url-dbl": {Spam, "a blocklist names a link", "listed-address"}, "spf": {Spam, "SPF says no", "spf-include-missing"}, "html": {Spam, "odd HTML", "classifier-misjudged"}, "brokenmime": {Spam, "broken MIME", ""}, "premium": {Spam, "the vendor's engine", "classifier-misjudged"},
}

func decodeIMail(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		m, ok := imailTests[strings.TrimPrefix(f.name, "x-imail-spam-")]
		if !ok {
			r.strange(f.Name + ": " + p.text)
			continue
		}
		r.say(m.word)
		r.because(f.Name, m.text+": "+shown(p.text), m.cause, p)
	}
}

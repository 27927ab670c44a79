package verdict

var mailprotector = &Decoder{
	Name:   "mailprotector",
	Title:  "Mailprotector CloudFilter",
	Source: "support.mailprotector.com (CloudFilter): message headers; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-Mailprotector-*"},
	Decode: decodeMailprotector,
}

var mailprotectorDecisions = map[string]meaning{
	"deliver": {NotSpam, "to be delivered", ""}, "delivered": {NotSpam, "to be delivered", ""}, "allow": {Allowed, "on a list of allowed senders", ""}, "allowed": {Allowed, "on a list of allowed senders", ""},
	"quarantine": {Spam, "to be held", "classifier-misjudged"}, "quarantined": {Spam, "to be held", "classifier-misjudged"}, "spam": {Spam, "spam", "classifier-misjudged"}, "tag": {Spam, "to be marked as spam", "classifier-misjudged"},
	"block": {Blocked, "on a list of blocked senders", "own-block-entry"}, "blocked": {Blocked, "on a list of blocked senders", "own-block-entry"}, "virus": {Malware, "malware", ""}, "phishing": {Phishing, "phishing", "real-phishing"},
}

func decodeMailprotector(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-mailprotector-decision":
			r.look(mailprotectorDecisions, "Decision:"+p.text, p)
		case "x-mailprotector-score":
			r.v.Score = r.numberOr(p, "Score:")
		case "x-mailprotector-results":
			for _, w := range r.split(p, ',') {
				r.reason(w.text, "a test of the filter that had something to say", w)
			}
		default:
			r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
		}
	}
}

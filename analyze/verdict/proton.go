package verdict

var proton = &Decoder{
	Name:   "proton",
	Title:  "Proton Mail",
	Source: "proton.me/support (spam filtering); fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-Pm-Spam", "X-Pm-Spamscore", "X-Pm-Spam-Action", "X-Pm-Origin", "X-Pm-Content-Encryption", "X-Pm-Transfer-Encryption"},
	Decode: decodeProton,
}

var protonActions = map[string]meaning{
	"inbox": {NotSpam, "put into the inbox", ""}, "spam": {Spam, "put into the spam folder", "classifier-misjudged"}, "allow": {Allowed, "on the user's list of allowed senders", ""},
	"block": {Blocked, "on the user's list of blocked senders", "own-block-entry"}, "phishing": {Phishing, "put into the spam folder as phishing", "real-phishing"}, "dmarc": {Spoof, "put into the spam folder, since DMARC failed", ""},
}

func decodeProton(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-pm-spam-action":
			first, _, _ := r.cut(p, ';')
			r.look(protonActions, "Spam-Action:"+p.text, first)
		case "x-pm-spamscore":
			r.v.Score = r.numberOr(p, "Spamscore:")
		case "x-pm-spam":
			r.reason("X-Pm-Spam", "the reasons, encrypted: only Proton can read them", p)
		default:
			r.reason(f.Name, "a mark of the provider: "+shown(p.text), p)
		}
	}
}

package verdict

var cyren = &Decoder{
	Name:   "cyren",
	Title:  "Cyren (Commtouch), inside MDaemon and other servers",
	Source: "fields as seen in delivered mail; the names of the classes are the vendor's",
	Read:   "2026-11-27",
	Fields: []string{"X-CTCH-*"},
	Decode: decodeCyren,
}

var cyrenSpam = map[string]meaning{
	"confirmed": {Spam, "spam that the vendor's network knows", "classifier-misjudged"}, "bulk": {Bulk, "sent to many, from where spam comes from", "bulk-level"},
	"suspected": {Spam, "suspected spam", "classifier-misjudged"}, "suspect": {Spam, "suspected spam", "classifier-misjudged"},
	"unknown": {NotSpam, "the vendor's network does not know it", ""}, "nonspam": {NotSpam, "the vendor's network knows it as good", ""},
}

var cyrenVirus = map[string]meaning{
	"virus": {Malware, "malware", ""}, "high": {Malware, "very probably an outbreak of malware", ""}, "medium": {"", "perhaps an outbreak of malware", ""},
	"unknown": {"", "no outbreak of malware is known", ""}, "nonvirus": {"", "no malware", ""},
}

func decodeCyren(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-ctch-spam":
			r.look(cyrenSpam, "Spam:"+p.text, p)
		case "x-ctch-vod":
			r.look(cyrenVirus, "VOD:"+p.text, p)
		case "x-ctch-score":
			r.v.Score = r.numberOr(p, "Score:")
		case "x-ctch-refid":
			r.reason(f.Name, "id by which the vendor finds the message", p)
		}
	}
}
